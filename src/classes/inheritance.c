/*
 * inheritance.c
 *		The order of the columns of tables that inherit from others.
 *
 * A column that a parent got after its child was made stands behind the
 * child's own columns; a dump and restore, which creates the child with all
 * its parents' columns, puts it before them.  For descriptions the order is
 * the latter: the columns of the parents, parent by parent, then the others.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "relation.h"
#include "utils/fmgroids.h"

static List *
append_unique(List *names, const char *name)
{
	ListCell   *lc;

	foreach(lc, names)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return names;
	}
	return lappend(names, pstrdup(name));
}

static List *
parents_of(const SgDescriber *describer, Oid relid)
{
	SgCursor   *cursor = sg_cursor_open(InheritsRelationId, InheritsRelidSeqnoIndexId,
										Anum_pg_inherits_inhrelid, describer->snapshot, relid);
	List	   *parents = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
		parents = lappend_oid(parents, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
	sg_cursor_close(cursor);
	return parents;
}

/* Appends the names of the relation's columns, in the order described above. */
static List *
append_columns(List *names, const SgDescriber *describer, Oid relid)
{
	SgCursor   *cursor;
	ListCell   *lc;
	HeapTuple	tuple;

	check_stack_depth();
	foreach(lc, parents_of(describer, relid))
		names = append_columns(names, describer, lfirst_oid(lc));
	cursor = sg_cursor_open(AttributeRelationId, AttributeRelidNumIndexId,
							Anum_pg_attribute_attrelid, describer->snapshot, relid);
	sg_cursor_require(cursor, Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
					  Int16GetDatum(0));
	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (!form->attisdropped)
			names = append_unique(names, NameStr(form->attname));
	}
	sg_cursor_close(cursor);
	return names;
}

/*
 * The order in which a restore would make the relation's columns: indexes into
 * relation->columns, palloc'd.
 */
int *
sg_inherited_order(const SgRelation *relation)
{
	int		   *order = palloc(sizeof(int) * Max(relation->ncolumns, 1));
	int			count = 0;
	ListCell   *lc;

	foreach(lc, append_columns(NIL, relation->describer, relation->relid))
	{
		for (int i = 0; i < relation->ncolumns; i++)
		{
			if (strcmp(relation->columns[i].name, lfirst(lc)) == 0)
				order[count++] = i;
		}
	}
	if (count != relation->ncolumns)
		elog(ERROR, "relation %u lacks columns of its parents", relation->relid);
	return order;
}
