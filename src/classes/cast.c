/*
 * classes/cast.c
 *		Casts: pg_cast.
 *
 *		cast (public.money AS integer)
 *		  context: assignment
 *		  function: public.to_int(public.money)
 *
 * The cast from a range to its multirange comes with the range (14).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_range.h"
#include "utils/syscache.h"

#include "classes/classes.h"
#include "classes/row.h"
#include "support/compat.h"

static bool
comes_with_range(Form_pg_cast form)
{
	HeapTuple	tuple = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(form->castsource));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = sg_compat_multirange((Form_pg_range) GETSTRUCT(tuple)) == form->casttarget;
	ReleaseSysCache(tuple);
	return result;
}

static const char *
context_name(char context)
{
	switch (context)
	{
		case COERCION_CODE_IMPLICIT:
			return "implicit";
		case COERCION_CODE_ASSIGNMENT:
			return "assignment";
		default:
			return "explicit";
	}
}

static void
describe_cast(SgRow *row)
{
	Form_pg_cast form = (Form_pg_cast) GETSTRUCT(row->tuple);

	if (comes_with_range(form))
		return;
	sg_row_begin(row, "cast",
				 psprintf("(%s AS %s)", sg_names_type(row->names, form->castsource, -1),
						  sg_names_type(row->names, form->casttarget, -1)));
	sg_object_add_structure(&row->object, "context", context_name(form->castcontext));
	if (form->castmethod == COERCION_METHOD_FUNCTION)
		sg_row_add_function(row, "function", form->castfunc);
	else
		sg_object_add_structure(&row->object, "method",
				   form->castmethod == COERCION_METHOD_INOUT ? "inout" : "binary coercible");
}

const SgClass sg_cast_class = {
	.catalog = CastRelationId,
	.name = "casts",
	.describe_row = describe_cast,
	.index = CastOidIndexId,
	.oid = Anum_pg_cast_oid
};
