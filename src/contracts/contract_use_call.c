/*
 * contracts/contract_use_call.c
 *		Which operator or function a call finds, and what comes out of it, if a value is of another type.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "contracts/contract_rules.h"
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

bool
sg_contract_is_marked(const char *type)
{
	return type[0] == '$' || type[0] == '\'';
}

bool
sg_contract_is_text(Oid type)
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
bool
sg_contract_literal_fits(Oid before, Oid now)
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
		return sg_contract_literal_fits(get_element_type(before), get_element_type(now));
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

	return sg_contract_is_text(base) || (type_is_enum(base) && base == getBaseType(value));
}

/*
 * Returns true if what had the mark is still of the type that it had, or of that of the value; "now" is what it is
 * taken for.
 */
bool
sg_contract_mark_holds(const char *type, Oid now, Oid value)
{
	Oid			before;

	if (strcmp(type, SG_CONTRACT_LABEL) == 0)
		return label_fits(now, value);
	before = sg_contract_is_marked(type) ? sg_contract_type_oid(type + 1) : InvalidOid;
	if (type[0] == '$')
		return before == now;
	return type[0] != '\'' || (OidIsValid(before) && sg_contract_literal_fits(before, now));
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
		if (!sg_contract_mark_holds(lfirst(cell), now, value))
			return false;
	}
	return true;
}

/* The type of an argument that is given, with a mark or "*" for the value; InvalidOid if it is not here. */
Oid
sg_contract_given_type(const char *type, Oid value)
{
	return strcmp(type, "*") == 0 ? value : sg_contract_is_marked(type) ? UNKNOWNOID : sg_contract_type_oid(type);
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
		call->given[call->nargs] = sg_contract_given_type(lfirst(cell), value);
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

bool
sg_contract_can_be_cast(Oid from, Oid to, CoercionContext context)
{
	return OidIsValid(from) && OidIsValid(to) && can_coerce_type(1, &from, &to, context);
}

/* What a call returns; InvalidOid if there is none for the value. */
static Oid
call_result(const SgContractUse *use, Oid value)
{
	Call		call = {0};

	if (!take_given(use->arguments, value, &call) ||
		!(use->kind == SG_USE_OPERATOR ? find_operator(use, &call) : find_function(use, &call)) ||
		!can_coerce_type(call.nargs, call.given, call.declared, COERCION_IMPLICIT))
		return InvalidOid;
	call.result = enforce_generic_type_consistency(call.given, call.declared, call.nargs, call.result, false);
	return marks_hold(use->arguments, &call, value) ? call.result : InvalidOid;
}

/* The type, which the server chooses, that values become of; InvalidOid if there is none. */
static Oid
union_result(const SgContractUse *use, Oid value)
{
	List	   *values = NIL;
	Oid			common;
	ListCell   *cell;

	foreach(cell, use->arguments)
	{
		Oid			type = sg_contract_given_type(lfirst(cell), value);

		if (!OidIsValid(type))
			return InvalidOid;
		values = lappend(values, makeNullConst(type, -1, InvalidOid));
	}
	common = select_common_type(NULL, values, NULL, NULL);
	foreach(cell, use->arguments)
	{
		if (!sg_contract_can_be_cast(sg_contract_given_type(lfirst(cell), value), common, COERCION_IMPLICIT) ||
			!sg_contract_mark_holds(lfirst(cell), common, value))
			return InvalidOid;
	}
	return common;
}

/* What comes out of a use of a value of the type; InvalidOid if nothing does. */
Oid
sg_contract_use_result(const SgContractUse *use, Oid value)
{
	switch (use->kind)
	{
		case SG_USE_OPERATOR:
		case SG_USE_FUNCTION:
			return call_result(use, value);
		case SG_USE_UNITED:
			return union_result(use, value);
		default:
			return InvalidOid;
	}
}
