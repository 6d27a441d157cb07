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
 * What was altered of the guard itself, as a list of SgItemChange in the current
 * memory context.  As the owner.
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
