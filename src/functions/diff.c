/*
 * functions/diff.c
 *		diff().
 */
#include "postgres.h"

#include "fmgr.h"

#include "compare/compare.h"
#include "functions/arguments.h"
#include "functions/change_rows.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_diff);

/* diff("from" text, "to" text) returns setof its OUT parameters */
Datum
schema_guard_diff(PG_FUNCTION_ARGS)
{
	char	   *from = sg_argument_text(fcinfo, 0, "from");
	char	   *to = sg_argument_optional_text(fcinfo, 1);
	SgReference *before;

	sg_extension_require_version();
	before = sg_reference_find(from);
	sg_change_rows_return(fcinfo, to == NULL ? sg_compare_live(before) :
				   sg_compare_stored(before, sg_reference_find(to), true));
	return (Datum) 0;
}
