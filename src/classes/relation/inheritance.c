/*
 * classes/relation/inheritance.c
 *		The order of the columns of tables that inherit from others.
 *
 * A column that was added to a parent after its child was created comes after the
 * child's own columns; a dump and restore, which creates the child with all its
 * parents' columns, puts it before them.  Descriptions have the latter order: the
 * columns of the parents, parent by parent, then the others.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"

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
	SgCatalogScan *scan = sg_scan_open(InheritsRelationId, InheritsRelidSeqnoIndexId,
									   Anum_pg_inherits_inhrelid, describer->snapshot, relid);
	List	   *parents = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
		parents = lappend_oid(parents, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
	sg_scan_close(scan);
	return parents;
}

/* the columns of a relation, in order, and the ancestors that have been visited */
typedef struct Inheritance
{
	const SgDescriber *describer;
	List	   *names;
	List	   *visited;		/* OIDs */
} Inheritance;

static void append_ancestors(Inheritance *inheritance, Oid relid);

/*
 * Appends the names of the relation's columns.  Inherited ones, which its parents
 * have, are included only if "all" is true.
 */
static void
append_columns(Inheritance *inheritance, Oid relid, bool all)
{
	const SgDescriber *describer = inheritance->describer;
	SgCatalogScan *scan;
	HeapTuple	tuple;

	check_stack_depth();
	append_ancestors(inheritance, relid);
	scan = sg_scan_open(AttributeRelationId, AttributeRelidNumIndexId,
							Anum_pg_attribute_attrelid, describer->snapshot, relid);
	sg_scan_require(scan, Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
					  Int16GetDatum(0));
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (!form->attisdropped && (all || form->attinhcount == 0))
			inheritance->names = append_unique(inheritance->names, NameStr(form->attname));
	}
	sg_scan_close(scan);
}

/*
 * Appends the names of inherited columns, in the order described above.  Each
 * ancestor is visited once, however many paths lead to it: their number can double
 * with each generation.
 */
static void
append_ancestors(Inheritance *inheritance, Oid relid)
{
	ListCell   *lc;

	foreach(lc, parents_of(inheritance->describer, relid))
	{
		if (list_member_oid(inheritance->visited, lfirst_oid(lc)))
			continue;
		inheritance->visited = lappend_oid(inheritance->visited, lfirst_oid(lc));
		append_columns(inheritance, lfirst_oid(lc), false);
	}
}

/*
 * Returns the order in which a restore would create the relation's columns: indexes
 * into relation->columns, palloc'd.
 */
int *
sg_inheritance_order(const SgRelation *relation)
{
	int		   *order = palloc(sizeof(int) * Max(relation->ncolumns, 1));
	int			count = 0;
	Inheritance inheritance = {relation->describer};
	ListCell   *lc;

	append_columns(&inheritance, relation->relid, true);
	foreach(lc, inheritance.names)
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

/* Adds that the table itself defines something that it inherits, and so would keep it without its parent. */
void
sg_inheritance_add_own_as_well(SgRelation *relation, uint32 stable_id, const char *words, const char *name)
{
	sg_object_add(relation->object, SG_FACET_STRUCTURE, stable_id, sg_item_attribute(words, name),
				  "defined here as well");
}
