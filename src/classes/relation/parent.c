/*
 * classes/relation/parent.c
 *		The parent of a partition, for comparisons with it.
 *
 * A run keeps the parent that was requested last, because partitions of one parent
 * are often described one after the other.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "catalogs/mention.h"
#include "catalogs/object_rows.h"
#include "catalogs/scan.h"
#include "classes/relation/relation.h"

struct SgParent
{
	Oid			relid;
	MemoryContext context;
	SgRelation	relation;		/* only its columns and the constraints that indexes enforce are set */
	List	   *constraints;	/* of SgParentConstraint * */
	List	   *indexes;		/* of SgParentIndex * */
};

static SgCatalogScan *
open_scan(const SgRelation *relation, Oid catalog, Oid index, AttrNumber key)
{
	return sg_scan_open(catalog, index, key, relation->describer->snapshot, relation->relid);
}

static void
load_columns(SgRelation *relation)
{
	SgCatalogScan *columns = open_scan(relation, AttributeRelationId, AttributeRelidNumIndexId,
									   Anum_pg_attribute_attrelid);
	SgCatalogScan *defaults = open_scan(relation, AttrDefaultRelationId, AttrDefaultIndexId,
										Anum_pg_attrdef_adrelid);

	sg_scan_require(columns, Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
					  Int16GetDatum(0));
	sg_column_load(relation, columns, NULL);
	sg_column_load_defaults(relation, defaults);
	sg_scan_close(columns);
	sg_scan_close(defaults);
}

/* Loads the constraints that partitions inherit; collects those of indexes as for any table. */
static List *
load_constraints(SgRelation *relation)
{
	SgCatalogScan *scan = open_scan(relation, ConstraintRelationId, ConstraintRelidTypidNameIndexId,
									Anum_pg_constraint_conrelid);
	List	   *constraints = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		const char *name = sg_constraint_inherited_name(relation, scan, tuple);
		SgParentConstraint *constraint;

		if (OidIsValid(form->conindid) && form->contype != CONSTRAINT_FOREIGN)
			sg_constraint_collect(relation, scan, tuple, form);
		if (name == NULL)
			continue;
		constraint = palloc(sizeof(SgParentConstraint));
		constraint->type = form->contype;
		constraint->name = pstrdup(name);
		constraint->state = sg_constraint_state(form);
		constraints = lappend(constraints, constraint);
	}
	sg_scan_close(scan);
	return constraints;
}

static List *
load_indexes(SgRelation *relation)
{
	SgCatalogScan *scan = open_scan(relation, IndexRelationId, IndexIndrelidIndexId,
									Anum_pg_index_indrelid);
	List	   *indexes = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		SgIndexAt	at = {.relation = relation, .form = form};
		SgParentIndex *index = palloc(sizeof(SgParentIndex));

		index->relid = form->indexrelid;
		index->enforces = form->indisunique || form->indisexclusion;
		index->replica_identity = form->indisreplident;
		index->definition = sg_index_definition(&at, scan, tuple);
		indexes = lappend(indexes, index);
	}
	sg_scan_close(scan);
	return indexes;
}

/* Loads the partition's parent, in a memory context of its own. */
static SgParent *
load_parent(const SgRelation *partition)
{
	SgDescriber *describer = partition->describer;
	MemoryContext context = AllocSetContextCreate(describer->run_context, "schema_guard parent",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SgParent   *parent = palloc0(sizeof(SgParent));
	SgRelation *relation = &parent->relation;
	HeapTuple	tuple;

	parent->relid = partition->parent;
	parent->context = context;
	relation->describer = describer;
	relation->relid = partition->parent;
	relation->scan = sg_scan_open(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid,
									  describer->snapshot, partition->parent);
	tuple = sg_scan_next_any(relation->scan);
	if (tuple == NULL)
		elog(ERROR, "partition %u has no parent %u", partition->relid, partition->parent);
	relation->form = (Form_pg_class) GETSTRUCT(tuple);
	load_columns(relation);
	parent->constraints = load_constraints(relation);
	if (relation->form->relhasindex)
		parent->indexes = load_indexes(relation);
	relation->form = memcpy(palloc(CLASS_TUPLE_SIZE), relation->form, CLASS_TUPLE_SIZE);
	sg_scan_close(relation->scan);
	MemoryContextSwitchTo(old);
	return parent;
}

static const SgParent *
parent_of(const SgRelation *partition)
{
	SgDescriber *describer = partition->describer;
	int			mark = sg_mentions_mark(describer->names);

	if (describer->parent != NULL && describer->parent->relid == partition->parent)
		return describer->parent;
	if (describer->parent != NULL)
		MemoryContextDelete(describer->parent->context);
	describer->parent = NULL;
	describer->parent = load_parent(partition);
	/* the partition's text does not have the names that the parent's has */
	sg_mentions_forget(describer->names, mark);
	return describer->parent;
}

/* Returns the parent, with its columns.  It and the lists below are valid until another parent is requested. */
const SgRelation *
sg_parent(const SgRelation *partition)
{
	return &parent_of(partition)->relation;
}

/* Returns the parent's constraints, a List of SgParentConstraint *. */
List *
sg_parent_constraints(const SgRelation *partition)
{
	return parent_of(partition)->constraints;
}

/* Returns the parent's indexes, a List of SgParentIndex *. */
List *
sg_parent_indexes(const SgRelation *partition)
{
	return parent_of(partition)->indexes;
}

/* Prepares look-ups of indexes in pg_inherits; loads all of it if all relations are described. */
static SgObjectRows *
open_index_parents(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	SgObjectRows *parents = sg_object_rows_create(InheritsRelationId, InheritsRelidSeqnoIndexId,
												  false, NULL, describer->snapshot);

	if (!OidIsValid(describer->only))
		sg_object_rows_load(parents);
	MemoryContextSwitchTo(old);
	return parents;
}

/* Returns the parent of an index that is part of a partitioned one; else InvalidOid. */
Oid
sg_parent_of_index(SgDescriber *describer, Oid index)
{
	List	   *rows;

	if (describer->index_parents == NULL)
		describer->index_parents = open_index_parents(describer);
	rows = sg_object_rows_find(describer->index_parents, RelationRelationId, index);
	return rows == NIL ? InvalidOid :
		((Form_pg_inherits) GETSTRUCT((HeapTuple) linitial(rows)))->inhparent;
}
