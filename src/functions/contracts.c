/*
 * functions/contracts.c
 *		SQL functions of contracts as such: what two of them differ in.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "functions/arguments.h"
#include "functions/rows.h"
#include "releases/contract_diff.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_contract_diff);

/* the OUT parameters of contract_diff() */
enum
{
	COL_CHANGE,
	COL_KEY,
	COL_OBJECT,
	COL_ATTRIBUTE,
	COL_BEFORE,
	COL_AFTER,
	DIFF_COLUMNS
};

static void
add_change_row(SgRows *rows, const SgNeedChange *change)
{
	Datum		values[DIFF_COLUMNS];
	bool		nulls[DIFF_COLUMNS];

	sg_rows_set_text(values, nulls, COL_CHANGE, change->change);
	sg_rows_set_text(values, nulls, COL_KEY, change->key);
	sg_rows_set_text(values, nulls, COL_OBJECT, change->object);
	sg_rows_set_text(values, nulls, COL_ATTRIBUTE, change->attribute);
	sg_rows_set_text(values, nulls, COL_BEFORE, change->before);
	sg_rows_set_text(values, nulls, COL_AFTER, change->after);
	sg_rows_add(rows, values, nulls);
}

/* contract_diff(a, b): what b needs that a does not, and the other way round */
Datum
schema_guard_contract_diff(PG_FUNCTION_ARGS)
{
	SgRows		rows;
	List	   *changes;
	ListCell   *cell;

	sg_argument_require(fcinfo, 0, "a");
	sg_argument_require(fcinfo, 1, "b");
	sg_extension_require_version();
	changes = sg_contract_diff(sg_contract_parse_any(PG_GETARG_JSONB_P(0)),
							   sg_contract_parse_any(PG_GETARG_JSONB_P(1)));
	sg_rows_begin(&rows, fcinfo);
	foreach(cell, changes)
		add_change_row(&rows, lfirst(cell));
	return (Datum) 0;
}
