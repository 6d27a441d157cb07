/*
 * releases/contract_use.c
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

#include "format/name_table.h"
#include "releases/contract_rules.h"
#include "support/compat.h"

#define MAX_ARGUMENTS 100

/* a call with the types that it is given now */
typedef struct Call
{
	int			nargs;
	Oid			given[MAX_ARGUMENTS];
	Oid			declared[MAX_ARGUMENTS];	/* those of what it finds */
	Oid			result;
} Call;

static bool
is_marked(const char *type)
{
	return type[0] == '$' || type[0] == '\'';
}

static bool
is_text(Oid type)
{
	char		category = OidIsValid(type) ? TypeCategory(getBaseType(type)) : TYPCATEGORY_INVALID;

	return category == TYPCATEGORY_STRING;
}

/* A time of day, in whose place no date can stand. */
static bool
is_time(Oid type)
{
	return type == TIMEOID || type == TIMETZOID;
}

static bool
is_multirange(Oid type)
{
	return sg_compat_is_multirange(get_typtype(type));
}

/* Returns true if a literal that was read as one type can be read as the other. */
static bool
literal_fits(Oid before, Oid now)
{
	char		category;
	bool		preferred;

	/* a null is one of every type */
	if (before == now || before == UNKNOWNOID)
		return true;
	get_type_category_preferred(now, &category, &preferred);
	if (category == TYPCATEGORY_STRING)
		return true;
	if (is_time(before) != is_time(now) || is_multirange(before) != is_multirange(now))
		return false;
	if (OidIsValid(get_element_type(before)) && OidIsValid(get_element_type(now)))
		return literal_fits(get_element_type(before), get_element_type(now));
	if ((before == JSONOID || before == JSONBOID) && (now == JSONOID || now == JSONBOID))
		return true;
	return category == TypeCategory(before) && category != TYPCATEGORY_USER &&
		category != TYPCATEGORY_ENUM && category != TYPCATEGORY_COMPOSITE &&
		category != TYPCATEGORY_ARRAY;
}

/* Returns true if a literal that was of the value's own type, an enum, is of the value's again, or but a text. */
static bool
label_fits(Oid now, Oid value)
{
	Oid			base = getBaseType(now);

	return is_text(base) || (type_is_enum(base) && base == getBaseType(value));
}

/*
 * Returns true if what had the mark is still of the type that it had, or of that of the value; "now" is what it is
 * taken for.
 */
static bool
mark_holds(const char *type, Oid now, Oid value)
{
	Oid			before;

	if (strcmp(type, SG_CONTRACT_LABEL) == 0)
		return label_fits(now, value);
	before = is_marked(type) ? sg_contract_type_oid(type + 1) : InvalidOid;
	if (type[0] == '$')
		return before == now;
	return type[0] != '\'' || (OidIsValid(before) && literal_fits(before, now));
}

/* Returns true if the parameters and literals of a call still have the types that they had. */
static bool
marks_hold(const List *arguments, const Call *call, Oid value)
{
	int			i = 0;
	ListCell   *cell;

	foreach(cell, arguments)
	{
		/* what has no type is text for "any" */
		Oid			now = call->declared[i] == ANYOID ? TEXTOID : call->declared[i];

		i++;
		if (!mark_holds(lfirst(cell), now, value))
			return false;
	}
	return true;
}

/* The type of an argument that is given, with a mark or "*" for the value; InvalidOid if it is not here. */
static Oid
given_type(const char *type, Oid value)
{
	return strcmp(type, "*") == 0 ? value : is_marked(type) ? UNKNOWNOID : sg_contract_type_oid(type);
}

/* Fills in what is given; false if a type is not here. */
static bool
take_given(const List *arguments, Oid value, Call *call)
{
	ListCell   *cell;

	if (list_length(arguments) > MAX_ARGUMENTS)
		return false;
	foreach(cell, arguments)
	{
		call->given[call->nargs] = given_type(lfirst(cell), value);
		if (!OidIsValid(call->given[call->nargs]))
			return false;
		call->nargs++;
	}
	return call->nargs > 0;
}

/* Finds the operator of that schema. */
static Operator
operator_in(const char *schema, const SgContractUse *use, const Call *call)
{
	List	   *name = list_make2(makeString(pstrdup(schema)), makeString(pstrdup(use->name)));

	return call->nargs == 1 ? left_oper(NULL, name, call->given[0], true, -1) :
		oper(NULL, name, call->given[0], call->given[1], true, -1);
}

/* The schema of a type that did not come with PostgreSQL, or NULL. */
static char *
own_schema(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema = PG_CATALOG_NAMESPACE;

	if (HeapTupleIsValid(tuple))
	{
		schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
		ReleaseSysCache(tuple);
	}
	return schema == PG_CATALOG_NAMESPACE ? NULL : get_namespace_name(schema);
}

/*
 * Finds the operator that came with the type of a value, as citext's do: it is preferred to those
 * that take the value by a cast.
 */
static Operator
type_operator(const SgContractUse *use, const Call *call)
{
	for (int i = 0; i < call->nargs; i++)
	{
		char	   *schema = own_schema(call->given[i]);
		Operator	tuple;
		Form_pg_operator form;

		if (schema == NULL)
			continue;
		tuple = operator_in(schema, use, call);
		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_operator) GETSTRUCT(tuple);
		if ((call->nargs > 1 && i == 0 ? form->oprleft : form->oprright) == call->given[i])
			return tuple;
		ReleaseSysCache(tuple);
	}
	return NULL;
}

/* Finds the operator; false if there is none, or more than one. */
static bool
find_operator(const SgContractUse *use, Call *call)
{
	Operator	tuple = type_operator(use, call);
	Form_pg_operator form;

	if (!HeapTupleIsValid(tuple))
		tuple = operator_in("pg_catalog", use, call);
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_operator) GETSTRUCT(tuple);
	call->declared[0] = call->nargs == 1 ? form->oprright : form->oprleft;
	if (call->nargs > 1)
		call->declared[1] = form->oprright;
	call->result = form->oprresult;
	ReleaseSysCache(tuple);
	return true;
}

/* NULLIF is no function: it compares by "=", and returns what that takes its first argument as. */
static bool
find_null_if(Call *call)
{
	SgContractUse equal = {.name = "="};

	if (call->nargs != 2 || !find_operator(&equal, call))
		return false;
	call->result = call->declared[0];
	return true;
}

/* Finds the function of that schema; false if there is none, or more than one. */
static bool
function_in(const char *schema, const SgContractUse *use, Call *call)
{
	List	   *name = list_make2(makeString(pstrdup(schema)), makeString(pstrdup(use->name)));
	Oid		   *declared = NULL;
	FuncDetailCode code = sg_compat_function(name, call->nargs, call->given, &call->result, &declared);

	if (code != FUNCDETAIL_NORMAL && code != FUNCDETAIL_AGGREGATE && code != FUNCDETAIL_WINDOWFUNC)
		return false;
	memcpy(call->declared, declared, sizeof(Oid) * call->nargs);
	return true;
}

/* Finds the function that came with the type of a value, as max(citext) did, and takes that very type. */
static bool
type_function(const SgContractUse *use, Call *call)
{
	for (int i = 0; i < call->nargs; i++)
	{
		char	   *schema = own_schema(call->given[i]);

		if (schema != NULL && function_in(schema, use, call) && call->declared[i] == call->given[i])
			return true;
	}
	return false;
}

/* Finds the function; false if there is none, or more than one. */
static bool
find_function(const SgContractUse *use, Call *call)
{
	if (strcmp(use->name, "nullif") == 0)
		return find_null_if(call);
	return type_function(use, call) || function_in("pg_catalog", use, call);
}

/*
 * What a function returns that comes with PostgreSQL, which descriptions name without
 * its arguments; NULL if it does not, or is not here.
 */
const char *
sg_contract_builtin_result(const char *function, List *arguments)
{
	SgContractUse use = {.arguments = arguments};
	Call		call = {0};
	List	   *names;

	if (!SplitIdentifierString(pstrdup(function), '.', &names) || list_length(names) != 2 ||
		strcmp(linitial(names), "pg_catalog") != 0)
		return NULL;
	use.name = lsecond(names);
	if (!take_given(arguments, InvalidOid, &call) || !function_in("pg_catalog", &use, &call))
		return NULL;
	return format_type_be(call.result);
}

/*
 * What a function that comes with PostgreSQL takes its only argument as, if that is of the type;
 * NULL if it does not take it, or the type is not here.
 */
const char *
sg_contract_builtin_takes(const char *function, const char *type)
{
	SgContractUse use = {.name = function};
	Call		call = {.nargs = 1,.given = {sg_contract_type_oid(type)}};

	if (!OidIsValid(call.given[0]) || !function_in("pg_catalog", &use, &call))
		return NULL;
	return format_type_be(call.declared[0]);
}

static bool
can_be_cast(Oid from, Oid to, CoercionContext context)
{
	return OidIsValid(from) && OidIsValid(to) && can_coerce_type(1, &from, &to, context);
}

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

static bool
call_holds(const SgContractUse *use, Oid value)
{
	Call		call = {0};

	if (!take_given(use->arguments, value, &call) ||
		!(use->kind == SG_USE_OPERATOR ? find_operator(use, &call) : find_function(use, &call)) ||
		!can_coerce_type(call.nargs, call.given, call.declared, COERCION_IMPLICIT))
		return false;
	call.result = enforce_generic_type_consistency(call.given, call.declared, call.nargs, call.result, false);
	return marks_hold(use->arguments, &call, value) && result_fits(use, call.result);
}

/* Values become of one type, which the server chooses. */
static bool
union_holds(const SgContractUse *use, Oid value)
{
	List	   *values = NIL;
	Oid			common;
	ListCell   *cell;

	foreach(cell, use->arguments)
	{
		Oid			type = given_type(lfirst(cell), value);

		if (!OidIsValid(type))
			return false;
		values = lappend(values, makeNullConst(type, -1, InvalidOid));
	}
	common = select_common_type(NULL, values, NULL, NULL);
	foreach(cell, use->arguments)
	{
		if (!can_be_cast(given_type(lfirst(cell), value), common, COERCION_IMPLICIT) ||
			!mark_holds(lfirst(cell), common, value))
			return false;
	}
	return result_fits(use, common);
}

/*
 * Rows are sorted by a value of the type; may a frame end that far from the current row?  As
 * transformFrameOffsetClause(), for the type's own way to be sorted.
 */
static bool
can_be_framed(Oid type, const char *offset)
{
	TypeCacheEntry *order = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	Oid			given = given_type(offset, InvalidOid);
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
	return (matches == 1 || (matches > 1 && found == preferred)) && mark_holds(offset, found, InvalidOid);
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
		return sg_contract_enum(check, bare) != NULL || is_text(sg_contract_type_oid(bare));
	if (is_marked(given) && strcmp(given + 1, bare) == 0)
		return true;
	if (given[0] == '$')
		return false;
	now = sg_contract_type_oid(sg_contract_without_modifier(sg_contract_base_type(check, type)));
	before = sg_contract_type_oid(given[0] == '\'' ? given + 1 : given);
	if (!OidIsValid(now) || !OidIsValid(before))
		return strcmp(given, bare) == 0;
	if (given[0] == '\'')
		return literal_fits(getBaseType(before), now);
	return can_be_cast(before, now, COERCION_ASSIGNMENT);
}

/* The same of a value of a type of this database. */
static bool
value_fits(const SgContractUse *use, Oid value)
{
	check_stack_depth();
	switch (use->kind)
	{
		case SG_USE_OPERATOR:
		case SG_USE_FUNCTION:
			return call_holds(use, value);
		case SG_USE_CAST:
			return can_be_cast(value, sg_contract_type_oid(use->type), COERCION_EXPLICIT);
		case SG_USE_PASSED:
			return can_be_cast(value, sg_contract_type_oid(use->type), COERCION_IMPLICIT);
		case SG_USE_UNITED:
			return union_holds(use, value);
		case SG_USE_ELEMENT:
			return OidIsValid(get_base_element_type(value)) && value_fits(use->then, get_base_element_type(value));
		case SG_USE_ASSIGNABLE:
			return can_be_cast(value, sg_contract_type_oid(use->type), COERCION_ASSIGNMENT);
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

/* The type that the column has now, or that it had if it is not here. */
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
	return OidIsValid(sg_contract_type_oid(type)) ? type :
		sg_contract_without_modifier(sg_contract_base_type(check, column.type));
}

/* The use with the types that its other columns have now. */
static SgContractUse *
current_use(SgContractCheck *check, const SgContractUse *use)
{
	SgContractUse *current = memcpy(palloc(sizeof(SgContractUse)), use, sizeof(SgContractUse));
	ListCell   *argument;
	ListCell   *column;

	check_stack_depth();
	if (use->then != NULL)
		current->then = current_use(check, use->then);
	if (use->columns == NIL)
		return current;
	current->arguments = NIL;
	forboth(argument, use->arguments, column, use->columns)
		current->arguments = lappend(current->arguments, lfirst(column) == NULL ? lfirst(argument) :
									 current_type(check, lfirst(column), lfirst(argument)));
	return current;
}

/* Returns true if a value of the type can be used that way. */
bool
sg_contract_use_holds(SgContractCheck *check, const SgContractUse *use, const char *type)
{
	Oid			oid;

	if (use->kind == SG_USE_ASSIGNED)
		return sg_contract_accepts(check, type, use->type);
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
	return OidIsValid(target) && is_text(source) && !is_text(target) &&
		!is_text(sg_contract_type_oid(sg_contract_without_modifier(before))) &&
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
