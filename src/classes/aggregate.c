/*
 * classes/aggregate.c
 *		Aggregates: pg_aggregate.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "classes/function.h"

static void
add_function(SgRoutine *routine, const char *attribute, Oid function)
{
	if (OidIsValid(function))
		sg_object_add_structure(routine->object, attribute, sg_names_function(routine->describer->names, function));
}

static void
add_initial_value(SgRoutine *routine, HeapTuple tuple, AttrNumber number, const char *attribute)
{
	bool		isnull;
	Datum		value = SysCacheGetAttr(AGGFNOID, tuple, number, &isnull);

	if (!isnull)
		sg_object_add_structure(routine->object, attribute, quote_literal_cstr(TextDatumGetCString(value)));
}

static const char *
modify_text(char modify)
{
	switch (modify)
	{
		case AGGMODIFY_READ_ONLY:
			return ", read only";
		case AGGMODIFY_SHAREABLE:
			return ", shareable";
		default:
			return ", modifies the state";
	}
}

/*
 * Adds the final function, whether it gets the aggregated arguments, too, and
 * whether it may modify the state, unless that is the default for its kind.
 */
static void
add_final(SgRoutine *routine, const char *attribute, char kind, Oid function, bool extra,
		  char modify)
{
	char		usual = AGGKIND_IS_ORDERED_SET(kind) ? AGGMODIFY_READ_WRITE : AGGMODIFY_READ_ONLY;

	if (!OidIsValid(function))
		return;
	sg_object_add_structure(routine->object, attribute,
				   psprintf("%s%s%s", sg_names_function(routine->describer->names, function),
							extra ? " with extra arguments" : "",
							modify == usual ? "" : modify_text(modify)));
}

static void
add_moving(SgRoutine *routine, HeapTuple tuple)
{
	Form_pg_aggregate form = (Form_pg_aggregate) GETSTRUCT(tuple);

	if (!OidIsValid(form->aggmtransfn))
		return;
	add_function(routine, "moving transition function", form->aggmtransfn);
	add_function(routine, "moving inverse function", form->aggminvtransfn);
	add_final(routine, "moving final function", form->aggkind, form->aggmfinalfn,
			  form->aggmfinalextra, form->aggmfinalmodify);
	sg_object_add_structure(routine->object, "moving state type",
				   sg_names_type(routine->describer->names, form->aggmtranstype, -1));
	if (form->aggmtransspace != 0)
		sg_object_add_structure(routine->object, "moving state space", psprintf("%d", form->aggmtransspace));
	add_initial_value(routine, tuple, Anum_pg_aggregate_aggminitval, "moving initial condition");
}

static const char *
kind_name(char kind)
{
	if (kind == AGGKIND_HYPOTHETICAL)
		return "hypothetical-set";
	return kind == AGGKIND_ORDERED_SET ? "ordered-set" : "normal";
}

static void
add_aggregate(SgRoutine *routine, HeapTuple tuple)
{
	Form_pg_aggregate form = (Form_pg_aggregate) GETSTRUCT(tuple);

	sg_object_add_structure(routine->object, "kind", kind_name(form->aggkind));
	sg_object_add_structure(routine->object, "arguments",
				   sg_function_arguments(routine, AGGKIND_IS_ORDERED_SET(form->aggkind) ?
										form->aggnumdirectargs : -1));
	sg_object_add_structure(routine->object, "returns", sg_function_result(routine));
	add_function(routine, "transition function", form->aggtransfn);
	add_final(routine, "final function", form->aggkind, form->aggfinalfn, form->aggfinalextra,
			  form->aggfinalmodify);
	add_function(routine, "combine function", form->aggcombinefn);
	add_function(routine, "serialization function", form->aggserialfn);
	add_function(routine, "deserialization function", form->aggdeserialfn);
	sg_object_add_structure(routine->object, "state type",
				   sg_names_type(routine->describer->names, form->aggtranstype, -1));
	if (form->aggtransspace != 0)
		sg_object_add_structure(routine->object, "state space", psprintf("%d", form->aggtransspace));
	add_initial_value(routine, tuple, Anum_pg_aggregate_agginitval, "initial condition");
	if (OidIsValid(form->aggsortop))
		sg_object_add_structure(routine->object, "sort operator",
					   sg_names_operator(routine->describer->names, form->aggsortop));
	if (routine->form->proparallel == PROPARALLEL_SAFE)
		sg_object_add_structure(routine->object, "parallel", "safe");
	else if (routine->form->proparallel == PROPARALLEL_RESTRICTED)
		sg_object_add_structure(routine->object, "parallel", "restricted");
	add_moving(routine, tuple);
}

/* Adds the items of an aggregate. */
void
sg_aggregate_describe(SgRoutine *routine)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(routine->form->oid));

	if (!HeapTupleIsValid(tuple))
	{
		sg_object_add_structure(routine->object, "kind", sg_names_missing(routine->describer->names, "aggregate"));
		return;
	}
	add_aggregate(routine, tuple);
	ReleaseSysCache(tuple);
}
