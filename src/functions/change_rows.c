/*
 * functions/change_rows.c
 *		Changes as the rows of diff(), drift(), verify() and preview().
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "functions/change_rows.h"
#include "functions/rows.h"

/* Stores a change in the SG_CHANGE_COLUMNS columns of diff(), beginning with the given one. */
void
sg_change_rows_set(Datum *values, bool *nulls, int column, const SgItemChange *change)
{
	sg_rows_set_text(values, nulls, column, sg_change_kind_name(change->kind));
	sg_rows_set_text(values, nulls, column + 1, change->type);
	sg_rows_set_text(values, nulls, column + 2, change->identity);
	sg_rows_set_text(values, nulls, column + 3,
				change->attribute == NULL ? NULL : sg_facet_name(change->facet));
	sg_rows_set_text(values, nulls, column + 4, change->attribute);
	sg_rows_set_text(values, nulls, column + 5, change->before);
	sg_rows_set_text(values, nulls, column + 6, change->after);
}

/*
 * Returns changes as the rows of a function whose OUT parameters are those of
 * diff().
 */
void
sg_change_rows_return(FunctionCallInfo fcinfo, const List *changes)
{
	SgRows		rows;
	ListCell   *cell;

	sg_rows_begin(&rows, fcinfo);
	foreach(cell, changes)
	{
		Datum		values[SG_CHANGE_COLUMNS];
		bool		nulls[SG_CHANGE_COLUMNS];

		sg_change_rows_set(values, nulls, 0, lfirst(cell));
		sg_rows_add(&rows, values, nulls);
	}
}
