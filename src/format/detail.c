/*
 * format/detail.c
 *		The lines of an error's DETAIL.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "format/detail.h"
#include "support/errors.h"

/* Returns a line for each member, SG_MAX_DETAIL_ITEMS at most, then how many more there are; palloc'd. */
char *
sg_detail(const List *members, SgDetailLine line)
{
	StringInfoData buf;
	int			count = 0;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, members)
	{
		char	   *text;

		if (count > 0)
			appendStringInfoChar(&buf, '\n');
		if (count == SG_MAX_DETAIL_ITEMS)
		{
			appendStringInfo(&buf, "and %d more", list_length(members) - count);
			break;
		}
		text = line(lfirst(cell));
		appendStringInfoString(&buf, text);
		pfree(text);
		count++;
	}
	return buf.data;
}
