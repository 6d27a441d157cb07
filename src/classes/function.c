/*
 * classes/function.c
 *		Functions, procedures and aggregates: pg_proc.
 *
 *		function public.next_ticket(bigint)
 *		  arguments: id bigint
 *		  body:
 *		  | BEGIN
 *		  |   RETURN id + 1;
 *		  | END
 *		  language: plpgsql
 *		  returns: bigint
 *
 * Properties are shown if they differ from the defaults of CREATE FUNCTION.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_language.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalogs/scan.h"
#include "classes/classes.h"
#include "classes/function.h"
#include "classes/identity.h"
#include "classes/options.h"

/* Adds the SET clauses, each stored as "name=value". */
static void
add_settings(SgRoutine *routine)
{
	bool		isnull;
	Datum		settings = sg_scan_attribute(routine->scan, routine->tuple,
											   Anum_pg_proc_proconfig, &isnull);
	Datum	   *elements;
	int			count;

	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(settings), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		char	   *name = TextDatumGetCString(elements[i]);
		char	   *value = strchr(name, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		sg_object_add_structure(routine->object, sg_item_attribute("setting", name), sg_options_setting(name, value));
	}
}

static void
add_transforms(SgRoutine *routine)
{
	Oid		   *types;
	int			count = get_func_trftypes(routine->tuple, &types);
	StringInfoData buf;

	if (count == 0)
		return;
	initStringInfo(&buf);
	for (int i = 0; i < count; i++)
		appendStringInfo(&buf, "%sFOR TYPE %s", i > 0 ? ", " : "",
						 sg_names_type(routine->describer->names, types[i], -1));
	sg_object_add_structure(routine->object, "transforms", buf.data);
}

static char *
number_text(float4 number)
{
	return DatumGetCString(DirectFunctionCall1(float4out, Float4GetDatum(number)));
}

/* Adds the planner support function; since 19 an aggregate may have one, too. */
static void
add_support(SgRoutine *routine)
{
	if (OidIsValid(routine->form->prosupport))
		sg_object_add_structure(routine->object, "support function",
					   sg_names_function(routine->describer->names, routine->form->prosupport));
}

/* Adds estimates for the planner. */
static void
add_estimates(SgRoutine *routine)
{
	Form_pg_proc form = routine->form;
	bool		in_c = form->prolang == INTERNALlanguageId || form->prolang == ClanguageId;

	if (form->procost != (in_c ? 1 : 100))
		sg_object_add_structure(routine->object, "cost", number_text(form->procost));
	if (form->proretset && form->prorows != 1000)
		sg_object_add_structure(routine->object, "rows", number_text(form->prorows));
}

static void
add_properties(SgRoutine *routine)
{
	Form_pg_proc form = routine->form;

	if (form->provolatile == PROVOLATILE_IMMUTABLE)
		sg_object_add_structure(routine->object, "volatility", "immutable");
	else if (form->provolatile == PROVOLATILE_STABLE)
		sg_object_add_structure(routine->object, "volatility", "stable");
	if (form->proparallel == PROPARALLEL_SAFE)
		sg_object_add_structure(routine->object, "parallel", "safe");
	else if (form->proparallel == PROPARALLEL_RESTRICTED)
		sg_object_add_structure(routine->object, "parallel", "restricted");
	if (form->proisstrict)
		sg_object_add_structure(routine->object, "strict", "");
	if (form->prosecdef)
		sg_object_add_structure(routine->object, "security definer", "");
	if (form->proleakproof)
		sg_object_add_structure(routine->object, "leakproof", "");
	if (form->prokind == PROKIND_WINDOW)
		sg_object_add_structure(routine->object, "window", "");
}

static bool
describe_function(SgRoutine *routine)
{
	char	   *result = sg_function_result(routine);

	if (routine->nargs > 0)
		sg_object_add_structure(routine->object, "arguments", sg_function_arguments(routine, -1));
	if (result != NULL)
		sg_object_add_structure(routine->object, "returns", result);
	sg_object_add_structure(routine->object, "language",
				   sg_identity_of_language(routine->describer->names, routine->form->prolang));
	add_properties(routine);
	add_estimates(routine);
	add_support(routine);
	add_settings(routine);
	add_transforms(routine);
	return sg_function_add_body(routine);
}

static void
describe_routine(SgDescriber *describer, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
	const char *type = "function";
	SgObject	object;
	SgRoutine	routine = {0};

	if (form->prokind == PROKIND_PROCEDURE)
		type = "procedure";
	else if (form->prokind == PROKIND_AGGREGATE)
		type = "aggregate";
	sg_object_init(&object, type, sg_function_identity(describer->names, form),
				   ProcedureRelationId, form->oid);
	sg_describer_begin(describer, &object);

	routine.describer = describer;
	routine.object = &object;
	routine.scan = scan;
	routine.tuple = tuple;
	routine.form = form;
	sg_function_load_arguments(&routine);
	if (form->prokind == PROKIND_AGGREGATE)
	{
		sg_aggregate_describe(&routine);
		add_support(&routine);
	}
	else if (!describe_function(&routine))
	{
		sg_describer_skip(describer);
		return;
	}
	sg_describer_emit(describer, &object);
}

/* Returns true if the function comes with a type, as the constructors of a range do. */
static bool
is_internal(SgDescriber *describer, Form_pg_proc form)
{
	SgCatalogScan *scan;
	HeapTuple	tuple;
	bool		result = false;

	if (form->prolang != INTERNALlanguageId)
		return false;
	scan = sg_scan_open(DependRelationId, DependDependerIndexId, Anum_pg_depend_objid,
							describer->snapshot, InvalidOid);
	sg_scan_require(scan, Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
					  ObjectIdGetDatum(ProcedureRelationId));
	sg_scan_require(scan, Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
					  ObjectIdGetDatum(form->oid));
	while (!result && (tuple = sg_scan_next_any(scan)) != NULL)
		result = ((Form_pg_depend) GETSTRUCT(tuple))->deptype == DEPENDENCY_INTERNAL;
	sg_scan_close(scan);
	return result;
}

static void
describe_functions(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	SgCatalogScan *scan = sg_scan_open(ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid,
									   describer->snapshot, describer->only);
	HeapTuple	tuple;

	sg_scan_require(scan, Anum_pg_proc_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
					  ObjectIdGetDatum(FirstNormalObjectId));
	MemoryContextSwitchTo(old);
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

		if (sg_describer_in_scope(describer, ProcedureRelationId, form->oid, form->pronamespace) &&
			!is_internal(describer, form))
			describe_routine(describer, scan, tuple);
	}
	sg_scan_close(scan);
}

const SgClass sg_function_class = {
	.catalog = ProcedureRelationId,
	.name = "functions",
	.describe = describe_functions
};
