/*
 * sg_change_rows.c
 *		Changes as the rows of diff(), drift(), verify() and preview().
 */
#include "postgres.h"

#include "sg_change_rows.h"
#include "sg_diff.h"
#include "sg_rows.h"
#include "utils/builtins.h"

static void
set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/*
 * Returns changes as the rows of a function whose OUT parameters are those of
 * diff().
 */
void
sg_return_changes(FunctionCallInfo fcinfo, const List *changes)
{
	SgRows		rows;
	ListCell   *cell;

	sg_rows_begin(&rows, fcinfo);
	foreach(cell, changes)
	{
		const SgChange *change = lfirst(cell);
		Datum		values[7];
		bool		nulls[7];

		set_text(values, nulls, 0, sg_change_kind_name(change->kind));
		set_text(values, nulls, 1, change->type);
		set_text(values, nulls, 2, change->identity);
		set_text(values, nulls, 3,
				 change->attribute == NULL ? NULL : sg_facet_name(change->facet));
		set_text(values, nulls, 4, change->attribute);
		set_text(values, nulls, 5, change->before);
		set_text(values, nulls, 6, change->after);
		sg_rows_add(&rows, values, nulls);
	}
}
