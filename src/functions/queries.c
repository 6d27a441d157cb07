/*
 * functions/queries.c
 *		SQL functions that derive contracts.
 *
 * They run as the caller and in the caller's search_path: they analyse queries as
 * the caller's session would.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"

#include "functions/arguments.h"
#include "queries/derive.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_contract_of);

/* The elements of a text array, none of them null: a List of char *. */
static List *
text_elements(ArrayType *array, const char *name)
{
	List	   *texts = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of argument \"%s\" must not be null", i + 1, name)));
		texts = lappend(texts, TextDatumGetCString(elements[i]));
	}
	return texts;
}

static Datum
outline_as_jsonb(const SgOutline *outline)
{
	StringInfoData buf;

	initStringInfo(&buf);
	sg_outline_render(&buf, outline);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(buf.data));
}

/* contract_of(queries, search_path): what the queries need of the schema */
Datum
schema_guard_contract_of(PG_FUNCTION_ARGS)
{
	int			level = NewGUCNestLevel();
	char	   *path = sg_argument_optional_text(fcinfo, 1);
	List	   *texts;
	SgOutline  *contract;

	sg_argument_require(fcinfo, 0, "queries");
	sg_extension_require_version();
	texts = text_elements(PG_GETARG_ARRAYTYPE_P(0), "queries");
	if (path != NULL)
		(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	contract = sg_derive_queries(texts);
	AtEOXact_GUC(true, level);
	return outline_as_jsonb(contract);
}
