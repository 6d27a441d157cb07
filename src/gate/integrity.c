/*
 * gate/integrity.c
 *		Whether the guard itself is as it was installed.
 *
 * PostgreSQL fires no event trigger for event triggers, and a superuser can
 * disable ours, or replace a function.  The view schema_guard.altered compares
 * what is there with what the install script made; verify() returns its rows
 * among what had been missed, until it is put right: with a guard like that,
 * changes go on being missed.  What else is in the view problems is no such
 * reason, may be as somebody wants it, and would be a false alarm there.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "format/diff.h"
#include "gate/integrity.h"
#include "support/spi.h"

static char *
column(MemoryContext context, uint64 row, int number)
{
	char	   *text = sg_spi_text(row, number);

	return text == NULL ? NULL : MemoryContextStrdup(context, text);
}

/*
 * What was altered of the guard itself, as a list of SgItemChange in the current
 * memory context.  As the owner.
 */
List *
sg_integrity_changes(void)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *changes = NIL;
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_query("SELECT object_type, object_identity, attribute, expected, found"
						" FROM schema_guard.altered ORDER BY object_type, object_identity COLLATE \"C\", attribute",
						0, NULL, NULL, NULL);
	for (uint64 i = 0; i < rows; i++)
	{
		SgItemChange   *change = MemoryContextAllocZero(context, sizeof(SgItemChange));
		MemoryContext old;

		change->type = column(context, i, 1);
		change->identity = column(context, i, 2);
		change->facet = SG_FACET_STRUCTURE;
		change->attribute = column(context, i, 3);
		change->before = column(context, i, 4);
		change->after = column(context, i, 5);
		change->kind = change->before == NULL ? SG_ADDED : change->after == NULL ? SG_REMOVED : SG_CHANGED;
		old = MemoryContextSwitchTo(context);
		changes = lappend(changes, change);
		MemoryContextSwitchTo(old);
	}
	sg_spi_finish();
	return changes;
}
