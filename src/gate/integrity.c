/*
 * gate/integrity.c
 *		Whether the guard itself is as it was installed.
 *
 * PostgreSQL fires no event trigger for event triggers, and a superuser can disable
 * ours, or replace a function.  The view schema_guard.altered compares the guard
 * with what the install script made. verify() returns its rows among the missed
 * changes until they are put right, because an altered guard goes on missing
 * changes.  Other rows of the view problems are left out: they miss no changes, may
 * be intended, and would be false alarms there.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "format/diff.h"
#include "gate/integrity.h"
#include "support/spi.h"

/* Adds a row of the view to a List of SgItemChange *. */
static void
add_change(uint64 row, void *changes)
{
	SgItemChange *change = palloc0(sizeof(SgItemChange));

	change->type = sg_spi_text(row, 1);
	change->identity = sg_spi_text(row, 2);
	change->facet = SG_FACET_STRUCTURE;
	change->attribute = sg_spi_text(row, 3);
	change->before = sg_spi_text(row, 4);
	change->after = sg_spi_text(row, 5);
	change->kind = change->before == NULL ? SG_ADDED : change->after == NULL ? SG_REMOVED : SG_CHANGED;
	*(List **) changes = lappend(*(List **) changes, change);
}

/*
 * Returns what was altered in the guard itself: a List of SgItemChange *, in the
 * current memory context.  Runs as the owner.
 */
List *
sg_integrity_changes(void)
{
	List	   *changes = NIL;

	(void) sg_spi_read("SELECT object_type, object_identity, attribute, expected, found"
					   " FROM schema_guard.altered ORDER BY object_type, object_identity COLLATE \"C\", attribute",
					   0, NULL, NULL, add_change, &changes);
	return changes;
}
