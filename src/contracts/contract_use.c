/*
 * contracts/contract_use.c
 *		Whether a value of another type can be used in the same way.
 *
 * The server's own rules decide, as they would for the query: which operator or
 * function a call finds, and what can be cast to what.  They know the types
 * of this database.  A type that is not here, as a schema file may name, does only if
 * it is the one that was there before.
 *
 * A parameter takes its type from what it is used with, and the client is told;
 * so that type must stay the same.  A literal may be read as another type of its
 * kind; whether its text is one of that type, only the text tells.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "utils/varlena.h"

#include "contracts/contract_rules.h"
#include "format/name_table.h"
#include "support/compat.h"

/* What the type is made of if it is a domain; InvalidOid if it is not here. */
static Oid
base_type(const char *type)
{
	Oid			oid = sg_contract_type_oid(type);

	return OidIsValid(oid) ? getBaseType(oid) : InvalidOid;
}

static bool value_fits(const SgContractUse *use, Oid value);

/*
 * Is what comes out of a use of the type that it was, or one that can be used further?  The client is told what a
 * domain is made of.
 */
static bool
result_fits(const SgContractUse *use, Oid result)
{
	return (use->type == NULL || result == sg_contract_type_oid(use->type) ||
			(use->kind != SG_USE_UNITED && getBaseType(result) == base_type(use->type))) &&
		(use->then == NULL || value_fits(use->then, result));
}

/*
 * Rows are sorted by a value of the type; may a frame end that far from the current row?  As
 * transformFrameOffsetClause(), for the type's own way to be sorted.
 */
static bool
can_be_framed(Oid type, const char *offset)
{
	TypeCacheEntry *order = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	Oid			given = sg_contract_given_type(offset, InvalidOid);
	Oid			preferred = given == UNKNOWNOID ? order->btree_opintype : given;
	Oid			found = InvalidOid;
	int			matches = 0;
	CatCList   *list;

	if (!OidIsValid(order->btree_opf) || !OidIsValid(given))
		return false;
	list = SearchSysCacheList2(AMPROCNUM, ObjectIdGetDatum(order->btree_opf), ObjectIdGetDatum(order->btree_opintype));
	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_amproc function = (Form_pg_amproc) GETSTRUCT(&list->members[i]->tuple);

		if (function->amprocnum != BTINRANGE_PROC ||
			!can_coerce_type(1, &given, &function->amprocrighttype, COERCION_IMPLICIT))
			continue;
		matches++;
		if (found != preferred)
			found = function->amprocrighttype;
	}
	ReleaseSysCacheList(list);
	return (matches == 1 || (matches > 1 && found == preferred)) && sg_contract_mark_holds(offset, found, InvalidOid);
}

static bool
can_be_sorted(Oid type)
{
	return OidIsValid(lookup_type_cache(type, TYPECACHE_LT_OPR)->lt_opr);
}

/*
 * Is what the type is given accepted by it?  "given" may have a mark.  A parameter
 * is of the very type, be it a domain, while what is read of a domain is not.  "*" is
 * what the column has had before.
 */
bool
sg_contract_accepts(SgContractCheck *check, const char *type, const char *given)
{
	const char *bare = sg_contract_without_modifier(type);
	Oid			now;
	Oid			before;

	if (strcmp(given, "*") == 0 || strcmp(given, "'unknown") == 0)
		return true;
	if (strcmp(given, SG_CONTRACT_LABEL) == 0)
		return sg_contract_enum(check, bare) != NULL || sg_contract_is_text(sg_contract_type_oid(bare));
	if (sg_contract_is_marked(given) && strcmp(given + 1, bare) == 0)
		return true;
	if (given[0] == '$')
		return false;
	now = sg_contract_type_oid(sg_contract_without_modifier(sg_contract_base_type(check, type)));
	before = sg_contract_type_oid(given[0] == '\'' ? given + 1 : given);
	if (!OidIsValid(now) || !OidIsValid(before))
		return strcmp(given, bare) == 0;
	if (given[0] == '\'')
		return sg_contract_literal_fits(getBaseType(before), now);
	return sg_contract_can_be_cast(before, now, COERCION_ASSIGNMENT);
}

/* The same of a value of a type of this database. */
static bool
value_fits(const SgContractUse *use, Oid value)
{
	Oid			result;

	check_stack_depth();
	switch (use->kind)
	{
		case SG_USE_OPERATOR:
		case SG_USE_FUNCTION:
		case SG_USE_UNITED:
			result = sg_contract_use_result(use, value);
			return OidIsValid(result) && result_fits(use, result);
		case SG_USE_CAST:
			return sg_contract_can_be_cast(value, sg_contract_type_oid(use->type), COERCION_EXPLICIT);
		case SG_USE_PASSED:
			return sg_contract_can_be_cast(value, sg_contract_type_oid(use->type), COERCION_IMPLICIT);
		case SG_USE_ELEMENT:
			return OidIsValid(get_base_element_type(value)) && value_fits(use->then, get_base_element_type(value));
		case SG_USE_ASSIGNABLE:
			return sg_contract_can_be_cast(value, sg_contract_type_oid(use->type), COERCION_ASSIGNMENT);
		case SG_USE_FRAMED:
			return can_be_framed(value, use->type);
		case SG_USE_SORTED:
			return can_be_sorted(value);
		case SG_USE_RETURNED:
			return getBaseType(value) == base_type(use->type);
		case SG_USE_LABEL:
			/* contract.c looks for it in the column's type */
			return true;
		default:
			return false;
	}
}

/* Returns true if a type of a schema file, which is not here, can be sorted whatever it is made of. */
static bool
is_sorted_elsewhere(SgContractCheck *check, const char *type)
{
	const SgObject *object = sg_contract_type(check, sg_contract_base_type(check, type));
	const char *kind = object == NULL ? NULL : sg_item_definition(object, "kind");

	return kind != NULL && (strcmp(kind, "enum") == 0 || strcmp(kind, "range") == 0);
}

static SgContractUse *current_use(SgContractCheck *check, const SgContractUse *use);

/* What becomes of a value of the type; NULL if nothing does, or the type is not here. */
static char *
resulting_type(SgContractCheck *check, const SgContractUse *uses, const char *type)
{
	Oid			value = sg_contract_type_oid(type);

	for (const SgContractUse *use = current_use(check, uses); use != NULL && OidIsValid(value); use = use->then)
		value = sg_contract_use_result(use, value);
	return OidIsValid(value) ? format_type_be(value) : NULL;
}

/* The type that the column has now, or what becomes of it; "before", which it was, if that is not here. */
static char *
current_type(SgContractCheck *check, const SgContractOrigin *origin, char *before)
{
	const SgObject *object = check->source->lookup(SG_CONTRACT_RELATION, origin->relation, check->source->arg);
	const char *definition = object == NULL ? NULL :
		sg_item_definition(sg_contract_complete(check, object), sg_item_attribute("column", origin->column));
	SgColumnParts column;
	char	   *type;

	if (definition == NULL)
		return before;
	sg_item_column_parse(definition, &column);
	type = sg_contract_without_modifier(column.type);
	if (!OidIsValid(sg_contract_type_oid(type)))
		type = sg_contract_without_modifier(sg_contract_base_type(check, column.type));
	if (origin->as != NULL)
		type = resulting_type(check, origin->as, type);
	return type == NULL ? before : type;
}

/* The types that are given with those that columns among them have now, of which "columns" is NULL or NIL. */
static List *
current_types(SgContractCheck *check, List *given, const List *columns)
{
	List	   *types = NIL;
	ListCell   *type;
	ListCell   *column;

	if (columns == NIL)
		return given;
	forboth(type, given, column, columns)
		types = lappend(types, lfirst(column) == NULL ? lfirst(type) :
						current_type(check, lfirst(column), lfirst(type)));
	return types;
}

/* The use with the types that its other columns have now. */
static SgContractUse *
current_use(SgContractCheck *check, const SgContractUse *use)
{
	SgContractUse *current = memcpy(palloc(sizeof(SgContractUse)), use, sizeof(SgContractUse));

	check_stack_depth();
	if (use->then != NULL)
		current->then = current_use(check, use->then);
	if (use->arguments != NIL)
		current->arguments = current_types(check, use->arguments, use->columns);
	else if (use->columns != NIL && linitial(use->columns) != NULL)
		current->type = current_type(check, linitial(use->columns), unconstify(char *, use->type));
	return current;
}

/* The type of the elements of an array; NULL if it is none. */
static char *
element_type(SgContractCheck *check, const char *type)
{
	char	   *array = sg_contract_without_modifier(sg_contract_base_type(check, type));
	size_t		len = strlen(array);

	return len > 2 && strcmp(array + len - 2, "[]") == 0 ? pnstrdup(array, len - 2) : NULL;
}

/* Returns true if a value of the type can be used that way. */
bool
sg_contract_use_holds(SgContractCheck *check, const SgContractUse *use, const char *type)
{
	Oid			oid;

	/* of what it was assigned before, and is of another type now, that says itself that it cannot be assigned */
	if (use->kind == SG_USE_ASSIGNED)
		return sg_contract_accepts(check, type, use->type) ||
			(use->columns != NIL && sg_contract_accepts(check, type, current_use(check, use)->type));
	if (use->kind == SG_USE_ELEMENT && use->then->kind == SG_USE_ASSIGNED)
	{
		type = element_type(check, type);
		return type != NULL && sg_contract_use_holds(check, use->then, type);
	}
	if (use->kind == SG_USE_LABEL)
		return true;
	/* a domain is not always as good as what it is made of: over an enum it has no "=" */
	oid = sg_contract_type_oid(sg_contract_without_modifier(type));
	if (!OidIsValid(oid))
		oid = sg_contract_type_oid(sg_contract_without_modifier(sg_contract_base_type(check, type)));
	if (!OidIsValid(oid) && use->kind == SG_USE_SORTED)
		return is_sorted_elsewhere(check, type);
	return OidIsValid(oid) && value_fits(current_use(check, use), oid);
}

/* Returns true if the type accepts all that an INSERT gives a column that it finds by its place; see above. */
bool
sg_contract_position_holds(SgContractCheck *check, const SgContractPosition *position, const char *type)
{
	ListCell   *cell;

	foreach(cell, position->given)
	{
		const SgContractOrigin *origin = position->columns == NIL ? NULL :
			list_nth(position->columns, foreach_current_index(cell));

		if (!sg_contract_accepts(check, type, lfirst(cell)) &&
			(origin == NULL || !sg_contract_accepts(check, type, current_type(check, origin, lfirst(cell)))))
			return false;
	}
	return true;
}

/*
 * Returns true if the use is a cast that now reads a text, which the value was not before: whether that is a
 * text of the type, only the data tells.
 */
bool
sg_contract_use_reads_text(const SgContractUse *use, const char *before, const char *now)
{
	Oid			target;
	Oid			source;
	Oid			function;

	if (use->kind != SG_USE_CAST)
		return false;
	target = sg_contract_type_oid(use->type);
	source = sg_contract_type_oid(sg_contract_without_modifier(now));
	return OidIsValid(target) && sg_contract_is_text(source) && !sg_contract_is_text(target) &&
		!sg_contract_is_text(sg_contract_type_oid(sg_contract_without_modifier(before))) &&
		find_coercion_pathway(target, source, COERCION_EXPLICIT, &function) == COERCION_PATH_COERCEVIAIO;
}

/* The uses by column, a List of SgContractUses *. */
HTAB *
sg_contract_index_uses(const List *all)
{
	HTAB	   *uses = sg_name_table("schema_guard uses of columns");
	ListCell   *cell;

	foreach(cell, all)
		*sg_name_enter(uses, ((SgContractUses *) lfirst(cell))->column) = lfirst(cell);
	return uses;
}
