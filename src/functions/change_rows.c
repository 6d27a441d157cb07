/*
 * functions/change_rows.c
 *		Changes as the rows of diff(), drift(), verify() and preview().
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "functions/change_rows.h"
#include "functions/rows.h"
#include "support/text.h"

/* Puts a text, or NULL, into a column. */
void
sg_set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : sg_text_datum(text);
}

/* Puts a change into SG_CHANGE_COLUMNS columns, those of diff(), from the given one on. */
void
sg_set_change(Datum *values, bool *nulls, int column, const SgItemChange *change)
{
	sg_set_text(values, nulls, column, sg_change_kind_name(change->kind));
	sg_set_text(values, nulls, column + 1, change->type);
	sg_set_text(values, nulls, column + 2, change->identity);
	sg_set_text(values, nulls, column + 3,
				change->attribute == NULL ? NULL : sg_facet_name(change->facet));
	sg_set_text(values, nulls, column + 4, change->attribute);
	sg_set_text(values, nulls, column + 5, change->before);
	sg_set_text(values, nulls, column + 6, change->after);
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
		Datum		values[SG_CHANGE_COLUMNS];
		bool		nulls[SG_CHANGE_COLUMNS];

		sg_set_change(values, nulls, 0, lfirst(cell));
		sg_rows_add(&rows, values, nulls);
	}
}
