/*
 * deparse/temporary.c
 *		The same text for what is temporary, whichever session prints it.
 *
 * A session's own temporary tables, sequences and types are visible to it whatever
 * its search path, and to no other session.  So there the server's deparser prints
 * them without their schema, and elsewhere with it.  (PushOverrideSearchPath() could
 * hide them, but is gone since 17.)  Temporary functions, operators and so on are
 * visible nowhere.
 *
 * Therefore the schema is put back into the text, in front of types, and of relations
 * that a query names although they could not be hidden (deparse/relations.c).  What
 * is in front of a name tells what kind of name it is, and the server tells whether
 * it means something temporary.  A constant of type regclass and the like is a name
 * within quotes, with the number of the session's schema.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "deparse/temporary.h"
#include "format/sql.h"
#include "format/token.h"
#include "support/grow.h"

#define TEMPORARY "pg_temp."

/* the name of a session's temporary schema, up to its number */
#define SESSION_SCHEMA "pg_temp_"

/* words that end a FROM list */
static const char *const ends_of_from[] = {
	"EXCEPT", "FETCH", "FOR", "GROUP", "HAVING", "INTERSECT", "LIMIT", "OFFSET", "ORDER",
	"RETURNING", "SELECT", "SET", "UNION", "VALUES", "WHEN", "WHERE", "WINDOW"
};

/* what an unqualified name would be at some place in the text */
typedef enum NamePlace
{
	PLACE_OTHER,
	PLACE_TYPE,
	PLACE_FROM,					/* a relation, or a function or WITH item */
	PLACE_TARGET,				/* a relation, perhaps with a list of columns */
	PLACE_REGCLASS				/* a relation in a constant */
} NamePlace;

typedef struct Scan
{
	Oid			schema;			/* this session's temporary one */
	const List *relations;		/* see sg_temporary_relations() */
	NamePlace	in_list;		/* what the members of a constant's lists are */
	StringInfoData buf;			/* the result */
	const char *copied;			/* up to here the text is in it */
	const char *end;			/* of the text */

	NamePlace	place;			/* of the next token */
	bool		begins_member;	/* does it follow a parenthesis or comma? */
	bool		after_distinct; /* IS DISTINCT FROM begins no list */
	bool	   *in_from;		/* in a FROM list? one for each open parenthesis, and one */
	int			depth;
	int			capacity;		/* of in_from */
} Scan;

static char *scan_text(Scan *scan, const char *text);

/* Returns the OID of this session's temporary schema, or InvalidOid. */
static Oid
temporary_schema(void)
{
	Oid			schema;
	Oid			toast_schema;

	GetTempNamespaceState(&schema, &toast_schema);
	return schema;
}

static bool
relations_walker(Node *node, void *arg)
{
	List	  **relations = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		const RangeTblEntry *entry = (const RangeTblEntry *) node;

		if (entry->rtekind == RTE_RELATION && isTempNamespace(get_rel_namespace(entry->relid)))
			*relations = list_append_unique_oid(*relations, entry->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, relations_walker, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, relations_walker, arg);
}

/*
 * Returns this session's temporary relations that the tree names, a List of OIDs,
 * for sg_temporary_show().  To be called before the tree's relations are hidden.
 */
List *
sg_temporary_relations(Node *tree)
{
	List	   *relations = NIL;

	if (OidIsValid(temporary_schema()))
		(void) relations_walker(tree, &relations);
	return relations;
}

static bool
is_temporary_type(const Scan *scan, const char *name)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
									   ObjectIdGetDatum(scan->schema));

	return OidIsValid(type) && TypenameGetTypid(name) == type;
}

static bool
is_temporary_relation(const Scan *scan, const char *name)
{
	Oid			relation = get_relname_relid(name, scan->schema);

	if (!OidIsValid(relation) || RelnameGetRelid(name) != relation)
		return false;
	return scan->place == PLACE_REGCLASS || list_member_oid(scan->relations, relation);
}

/* Returns true if the name, after which the text goes on at "next", means something temporary. */
static bool
is_temporary(const Scan *scan, const SgToken *token, const char *next)
{
	char	   *name;
	bool		result = false;

	if (scan->place == PLACE_OTHER || !OidIsValid(scan->schema) || *next == '.')
		return false;
	name = sg_token_name(token);
	if (scan->place != PLACE_TYPE)
		result = (scan->place != PLACE_FROM || *next != '(') && is_temporary_relation(scan, name);
	/* SQL's own names of types are keywords, which an identifier would have to be quoted for, with one exception */
	else if (token->text[0] == '"' || (sg_sql_identifier(name)[0] != '"' && strncmp(next, " precision", 10) != 0))
		result = is_temporary_type(scan, name);
	pfree(name);
	return result;
}

/* Copies the text up to "end". */
static void
copy_until(Scan *scan, const char *end)
{
	appendBinaryStringInfo(&scan->buf, scan->copied, end - scan->copied);
	scan->copied = end;
}

static void
scan_name(Scan *scan, const SgToken *token, const char *next)
{
	if (is_temporary(scan, token, next))
	{
		copy_until(scan, token->text);
		appendStringInfoString(&scan->buf, TEMPORARY);
	}
	/* a type follows the name of a column in a column definition list */
	if (scan->place == PLACE_OTHER && scan->begins_member && scan->depth > 0)
		scan->place = PLACE_TYPE;
	else
		scan->place = PLACE_OTHER;
}

static bool
ends_from(const SgToken *token)
{
	for (int i = 0; i < lengthof(ends_of_from); i++)
	{
		if (sg_token_is(token, ends_of_from[i]))
			return true;
	}
	return false;
}

static void
scan_keyword(Scan *scan, const SgToken *token, const char *next)
{
	bool	   *in_from = &scan->in_from[scan->depth];

	if (sg_token_is(token, "ONLY") || sg_token_is(token, "LATERAL"))
		return;
	scan->place = PLACE_OTHER;
	if (ends_from(token))
		*in_from = false;
	if (sg_token_is(token, "FROM") ? !scan->after_distinct :
		/* not that of a join */
		(sg_token_is(token, "USING") && strncmp(next, " (", 2) != 0))
		*in_from = true;
	if (*in_from && (sg_token_is(token, "FROM") || sg_token_is(token, "USING") || sg_token_is(token, "JOIN")))
		scan->place = PLACE_FROM;
	else if (sg_token_is(token, "INTO") || sg_token_is(token, "UPDATE"))
		scan->place = PLACE_TARGET;
	/* of a function for JSON; a column would be qualified */
	else if (sg_token_is(token, "RETURNING"))
		scan->place = PLACE_TYPE;
}

/* Returns the name in a constant of the type, without quotes, as every session prints it. */
static char *
constant_name(const Scan *around, const SgToken *type, char *name)
{
	Scan		scan = {.schema = around->schema};
	size_t		len = strlen(SESSION_SCHEMA);

	if (sg_token_is(type, "regnamespace") && strncmp(name, SESSION_SCHEMA, len) == 0 &&
		strspn(name + len, "0123456789") == strlen(name + len))
		return pstrdup("pg_temp");
	if (strstr(name, SESSION_SCHEMA) != NULL)
		name = sg_sql_canonical(name);
	scan.in_list = sg_token_is(type, "regclass") ? PLACE_REGCLASS : PLACE_TYPE;
	if (sg_token_is(type, "regclass") || sg_token_is(type, "regtype"))
		scan.place = scan.in_list;
	return scan_text(&scan, name);
}

/* Handles a string; "next" is what follows it. */
static void
scan_string(Scan *scan, const SgToken *token, const char *next)
{
	SgToken		type;
	char	   *name;

	scan->place = PLACE_OTHER;
	if (strncmp(next, "::reg", 5) != 0 || token->text[0] != '\'')
		return;
	next += 2;
	(void) sg_token_next(&next, scan->end, &type);
	name = pnstrdup(token->text + 1, token->len - 2);
	/* nobody's schema: a name with a quote in it is left as it is */
	if (strchr(name, '\'') != NULL)
		return;
	copy_until(scan, token->text);
	appendStringInfo(&scan->buf, "'%s'", constant_name(scan, &type, name));
	scan->copied = token->text + token->len;
}

static void
scan_sign(Scan *scan, const SgToken *token, const char *next)
{
	bool		in_list = *token->text == ',' || *token->text == '{';

	/* the first and the second of two colons; there is one in a slice of an array */
	if (*token->text == ':' && (*next == ':' || scan->place == PLACE_TYPE))
		scan->place = PLACE_TYPE;
	else
		scan->place = in_list ? scan->in_list : PLACE_OTHER;
	if (*token->text == ',' && scan->in_from[scan->depth])
		scan->place = PLACE_FROM;
}

/* Handles a parenthesis: one at the place of a relation surrounds a join or a query. */
static void
scan_parenthesis(Scan *scan, char parenthesis)
{
	bool		in_from = scan->place == PLACE_FROM;

	if (parenthesis == ')')
	{
		scan->depth = Max(scan->depth - 1, 0);
		scan->place = PLACE_OTHER;
		return;
	}
	scan->depth++;
	scan->after_distinct = false;
	SG_GROW(scan->in_from, scan->depth, scan->capacity);
	scan->in_from[scan->depth] = in_from;
	scan->place = in_from ? PLACE_FROM : scan->in_list;
}

/* Returns the text as every session prints it. */
static char *
scan_text(Scan *scan, const char *text)
{
	SgToken		token;
	const char *next = text;

	initStringInfo(&scan->buf);
	scan->copied = text;
	scan->end = text + strlen(text);
	SG_GROW(scan->in_from, 0, scan->capacity);
	scan->in_from[0] = false;
	while (*next != '\0')
	{
		if (scanner_isspace(*next))
		{
			next++;
			continue;
		}
		if (*next == '(' || *next == ')')
		{
			scan_parenthesis(scan, *next);
			scan->begins_member = *next++ == '(';
			continue;
		}
		(void) sg_token_next(&next, scan->end, &token);
		if (token.kind == SG_TOKEN_NAME)
			scan_name(scan, &token, next);
		else if (token.kind == SG_TOKEN_KEYWORD)
			scan_keyword(scan, &token, next);
		else if (token.kind == SG_TOKEN_STRING)
			scan_string(scan, &token, next);
		else
			scan_sign(scan, &token, next);
		scan->begins_member = *token.text == ',' && !scan->in_from[scan->depth];
		scan->after_distinct = sg_token_is(&token, "DISTINCT");
	}
	copy_until(scan, scan->end);
	return scan->buf.data;
}

/*
 * Returns the deparser's text of a tree as every session prints it.  Takes linear
 * time, and next to none unless something temporary is or could be in it.
 */
char *
sg_temporary_show(char *text, const List *relations)
{
	Scan		scan = {.schema = temporary_schema(), .relations = relations};

	if (OidIsValid(scan.schema) || strstr(text, SESSION_SCHEMA) != NULL)
		return scan_text(&scan, text);
	return text;
}
