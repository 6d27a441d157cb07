/*
 * contracts/contract_canonical.c
 *		Names and types of contracts, made canonical: as a description has them.
 *
 * Names are split as SQL does, types looked up in this database.  A type that
 * is not here yet (a release may be registered before its migration) keeps the
 * name it is given.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_tree.h"
#include "format/token.h"
#include "support/compat.h"
#include "support/errors.h"
#include "support/text.h"

/* Raises an error that names the value at fault by its path. */
void
sg_contract_reject(const char *path, const char *format,...)
{
	StringInfoData detail;

	initStringInfo(&detail);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&detail, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&detail, needed);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contract is invalid at %s: %s", sg_text_escape_unmappable(path),
					sg_text_escape_unmappable(detail.data)),
			 errhint("docs/contracts.md describes the format.")));
}

/* "schema.name" as SQL writes it, made canonical */
char *
sg_contract_canonical_name(const char *path, const char *text)
{
	List	   *parts;

	if (!SplitIdentifierString(pstrdup(text), '.', &parts) || list_length(parts) != 2 ||
		((char *) linitial(parts))[0] == '\0' || ((char *) lsecond(parts))[0] == '\0')
		sg_contract_reject(path, "\"%s\" is not a qualified name: write schema.name, quoted as in SQL where needed",
			   text);
	if (strcmp(linitial(parts), "pg_catalog") == 0 ||
		strcmp(linitial(parts), "information_schema") == 0)
		sg_contract_reject(path, "what PostgreSQL itself brings along is not part of a contract");
	return quote_qualified_identifier(linitial(parts), lsecond(parts));
}

/* Blanks around it gone, and outside of double quotes lower case and single blanks. */
static char *
fold(const char *text)
{
	StringInfoData result;
	bool		quoted = false;

	initStringInfo(&result);
	for (; *text != '\0'; text++)
	{
		if (*text == '"')
			quoted = !quoted;
		if (quoted || !scanner_isspace(*text))
			appendStringInfoChar(&result, quoted ? *text : pg_ascii_tolower((unsigned char) *text));
		else if (result.len > 0 && result.data[result.len - 1] != ' ')
			appendStringInfoChar(&result, ' ');
	}
	while (result.len > 0 && result.data[result.len - 1] == ' ')
		result.data[--result.len] = '\0';
	return result.data;
}

/*
 * The type in this database, or InvalidOid.  Raises only errors that name the
 * path; what it catches is always raised again, so nothing is left half done.
 */
static Oid
lookup_type(const char *path, const char *text, int32 *typmod)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			type = InvalidOid;

	PG_TRY();
	{
		sg_compat_parse_type(text, &type, typmod);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (sg_error_is_interrupt(error))
			PG_RE_THROW();
		FlushErrorState();
		sg_contract_reject(path, "\"%s\" is not a type (%s)", text, error->message);
	}
	PG_END_TRY();
	return type;
}

/* The same of a type that is not here: schema.name, a modifier, brackets. */
static char *
canonical_unknown_type(const char *path, const char *text, bool with_modifier)
{
	const char *type = fold(text);
	char	   *modifier = pstrdup(type + (sg_token_find(type, "(") - type));
	char	   *name = sg_token_without_groups(type);
	char	   *brackets = unconstify(char *, sg_token_find(name, "["));
	bool		is_array = *brackets != '\0';

	*brackets = '\0';
	modifier[strcspn(modifier, "[")] = '\0';
	return psprintf("%s%s%s", sg_contract_canonical_name(path, name), with_modifier ? modifier : "",
					is_array ? "[]" : "");
}

/*
 * A type as a description writes it, with or without its modifier.  One that
 * is not here yet must at least be qualified.
 */
char *
sg_contract_canonical_type(const char *path, const char *text, bool with_modifier)
{
	int32		typmod = -1;
	Oid			type;

	if (strspn(text, " ") == strlen(text))
		sg_contract_reject(path, "a type is empty");
	type = lookup_type(path, text, &typmod);
	if (OidIsValid(type))
		return format_type_extended(type, with_modifier ? typmod : -1, FORMAT_TYPE_TYPEMOD_GIVEN);
	if (strchr(text, '.') == NULL)
		sg_contract_reject(path, "type \"%s\" does not exist; outside of pg_catalog a type is written with its schema",
			   text);
	return canonical_unknown_type(path, text, with_modifier);
}

/* One argument of a call: [VARIADIC] [name =>] type. */
static char *
canonical_argument(const char *path, const char *text)
{
	const char *type = text;
	const char *variadic = "";
	const char *arrow;

	if (strncmp(type, "variadic ", 9) == 0)
	{
		variadic = "VARIADIC ";
		type += 9;
	}
	arrow = sg_token_find(type, "=>");
	if (*arrow != '\0')
	{
		SgToken		name;
		const char *in = type;

		if (!sg_token_next(&in, arrow, &name) || name.kind != SG_TOKEN_NAME)
			sg_contract_reject(path, "\"%s\" is not an argument: write name => type", text);
		return psprintf("%s%s => %s", variadic, quote_identifier(sg_token_name(&name)),
						sg_contract_canonical_type(path, arrow + 2, false));
	}
	return psprintf("%s%s", variadic, sg_contract_canonical_type(path, type, false));
}

/* "schema.name(type, type)" made canonical, as a description writes it */
char *
sg_contract_canonical_function(const char *path, const char *text)
{
	char	   *copy = fold(text);
	size_t		len = strlen(copy);
	char	   *open = copy;
	bool		quoted = false;
	StringInfoData result;
	ListCell   *cell;

	while (*open != '\0' && (quoted || *open != '('))
	{
		if (*open++ == '"')
			quoted = !quoted;
	}
	if (*open == '\0' || copy[len - 1] != ')')
		sg_contract_reject(path, "\"%s\" is not a function: write schema.name(argument types)", text);
	copy[len - 1] = '\0';
	*open++ = '\0';
	while (*open == ' ')
		open++;

	initStringInfo(&result);
	appendStringInfo(&result, "%s(", sg_contract_canonical_name(path, copy));
	foreach(cell, sg_token_split(open))
		appendStringInfo(&result, "%s%s", result.data[result.len - 1] == '(' ? "" : ",",
						 canonical_argument(path, lfirst(cell)));
	appendStringInfoChar(&result, ')');
	return result.data;
}

/* The name of "identity" in another schema. */
char *
sg_contract_canonical_in_schema(const char *schema, const char *identity)
{
	List	   *parts;

	if (!SplitIdentifierString(pstrdup(identity), '.', &parts) || list_length(parts) != 2)
		elog(ERROR, "\"%s\" is not a qualified name", identity);
	return quote_qualified_identifier(schema, lsecond(parts));
}

/* "schema.===(type,type)" made canonical, NONE being no argument */
char *
sg_contract_canonical_operator(const char *path, const char *text)
{
	const char *end = sg_token_find(text, "(");
	const char *dot = sg_token_find(text, ".");
	List	   *schema;
	List	   *types;
	List	   *canonical = NIL;
	ListCell   *cell;

	if (*end == '\0' || *dot == '\0' || dot > end || text[strlen(text) - 1] != ')' ||
		!SplitIdentifierString(pnstrdup(text, dot - text), '.', &schema) || list_length(schema) != 1)
		sg_contract_reject(path, "\"%s\" is not an operator: write schema.operator(type,type)", text);
	types = sg_token_split(pnstrdup(end + 1, strlen(end) - 2));
	if (list_length(types) != 2)
		sg_contract_reject(path, "\"%s\" is not an operator: write schema.operator(type,type)", text);
	foreach(cell, types)
		canonical = lappend(canonical, pg_strcasecmp(lfirst(cell), "none") == 0 ? "NONE" :
							sg_contract_canonical_type(path, lfirst(cell), false));
	return psprintf("%s%.*s(%s,%s)", quote_identifier(linitial(schema)), (int) (end - dot), dot,
					(char *) linitial(canonical), (char *) lsecond(canonical));
}

/* A cast as a description writes it: (type AS type). */
char *
sg_contract_canonical_cast(const char *path, const char *text)
{
	const char *as = text[0] == '(' ? sg_token_find(text + 1, " AS ") : "";

	if (*as == '\0' || text[strlen(text) - 1] != ')')
		sg_contract_reject(path, "\"%s\" is not a cast: write (type AS type)", text);
	return psprintf("(%s AS %s)",
					sg_contract_canonical_type(path, pnstrdup(text + 1, as - text - 1), false),
					sg_contract_canonical_type(path, pnstrdup(as + 4, strlen(as) - 5), false));
}

/* A type of a result: a call gives no polymorphic one. */
static char *
canonical_result_type(const char *path, const char *text)
{
	char	   *type = sg_contract_canonical_type(path, text, false);
	int32		typmod = -1;

	if (strncmp(type, "any", 3) == 0 && IsPolymorphicType(lookup_type(path, type, &typmod)))
		sg_contract_reject(path, "%s is polymorphic: write what the call returns", type);
	return type;
}

/* TABLE(name type, ...) as a description writes it; "list" is what stands in the parentheses */
static char *
canonical_table(const char *path, const char *list)
{
	StringInfoData result;
	ListCell   *cell;

	initStringInfo(&result);
	foreach(cell, sg_token_split(list))
	{
		const char *type = lfirst(cell);
		SgToken		name;

		if (!sg_token_next(&type, type + strlen(type), &name) || name.kind != SG_TOKEN_NAME)
			sg_contract_reject(path, "TABLE lists columns as name and type, separated by commas");
		appendStringInfo(&result, "%s%s %s", result.len == 0 ? "TABLE(" : ", ",
						 quote_identifier(sg_token_name(&name)), canonical_result_type(path, type));
	}
	if (result.len == 0)
		sg_contract_reject(path, "TABLE has no columns");
	appendStringInfoChar(&result, ')');
	return result.data;
}

/* The attributes of a composite type, "(name type, ...)": a List of SgContractColumn *. */
List *
sg_contract_canonical_attributes(const char *path, const char *text)
{
	const char *in = text;
	SgToken		group;
	SgToken		rest;
	List	   *attributes = NIL;
	ListCell   *lc;

	if (!sg_token_next(&in, text + strlen(text), &group) || text[group.len - 1] != ')' ||
		sg_token_next(&in, text + strlen(text), &rest))
		sg_contract_reject(path, "\"%s\" is not a list of attributes: write (name type, ...)", text);
	foreach(lc, sg_token_split(fold(sg_token_inside(&group))))
	{
		const char *type = lfirst(lc);
		SgContractColumn *attribute = palloc(sizeof(SgContractColumn));
		SgToken		name;

		if (!sg_token_next(&type, type + strlen(type), &name) || name.kind != SG_TOKEN_NAME)
			sg_contract_reject(path, "attributes are listed as name and type, separated by commas");
		attribute->name = sg_token_name(&name);
		attribute->type = sg_contract_canonical_type(path, type, true);
		attributes = lappend(attributes, attribute);
	}
	if (attributes == NIL)
		sg_contract_reject(path, "the list of attributes is empty");
	return attributes;
}

/* A function's result as a description writes it: [SETOF] type, or TABLE(...). */
char *
sg_contract_canonical_result(const char *path, const char *text)
{
	char	   *folded = fold(text);
	char	   *open = folded + 5;

	if (strncmp(folded, "table", 5) == 0 && open[strspn(open, " ")] == '(')
	{
		const char *end = folded + strlen(folded);
		const char *in = open;
		SgToken		group;

		if (!sg_token_next(&in, end, &group) || in != end || end[-1] != ')')
			sg_contract_reject(path, "\"%s\" is not a result: TABLE(...) does not end", text);
		return canonical_table(path, sg_token_inside(&group));
	}
	if (strncmp(folded, "setof ", 6) == 0)
		return psprintf("SETOF %s", canonical_result_type(path, folded + 6));
	return canonical_result_type(path, folded);
}
