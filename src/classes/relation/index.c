/*
 * classes/relation/index.c
 *		Indexes, and the constraints that indexes enforce: pg_index.
 *
 * An index that enforces a constraint belongs to the facet "structure", any other to
 * the facet "index".  index_definition.c writes its text.
 *
 * An index that is not valid (because CREATE INDEX CONCURRENTLY failed or has not
 * finished) is not used by queries and not dumped by pg_dump, so it belongs to the
 * facet "storage".  An index of a partitioned table is different: it is invalid as
 * long as a partition lacks it, after CREATE INDEX or ADD CONSTRAINT ... ON ONLY the
 * parent.  The partition shows that it lacks the index, and the parent that the index
 * is incomplete, because ON CONFLICT does not find it then:
 *
 *		incomplete index "orders_key": not in every partition
 *
 * We look for missing parts only if the index is invalid, but do not rely on that
 * flag alone: it stays set when the partition that lacks the index is dropped, until
 * a restore.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalogs/mention.h"
#include "catalogs/scan.h"
#include "classes/annotations.h"
#include "classes/relation/relation.h"

/* Returns true if the index counts as one of its table: see the head of this file. */
static bool
index_counts(const SgRelation *relation, Form_pg_index form, HeapTuple tuple)
{
	return form->indisvalid ||
		relation->form->relkind == RELKIND_PARTITIONED_TABLE ||
		(relation->describer->options->as_if_complete && !form->indisready &&
		 TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)));
}

/* Returns true if every partition of the table has a valid part of the index. */
static bool
is_complete(Oid table, Oid index)
{
	List	   *parts = find_inheritance_children(index, NoLock);
	int			missing = 0;
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, find_inheritance_children(table, NoLock))
	{
		/* a foreign table cannot have any */
		if (get_rel_relkind(lfirst_oid(lc)) != RELKIND_FOREIGN_TABLE)
			missing++;
	}
	foreach(lc, parts)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			continue;			/* being dropped */
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (form->indisvalid ||
			(get_rel_relkind(form->indrelid) == RELKIND_PARTITIONED_TABLE &&
			 is_complete(form->indrelid, form->indexrelid)))
			missing--;
		ReleaseSysCache(tuple);
	}
	return missing <= 0;
}

/* Adds that an index is incomplete.  A partition's part has the parent's name, as if it were missing. */
static void
add_incomplete(SgRelation *relation, Form_pg_index form)
{
	SgDescriber *describer = relation->describer;
	Oid			index = form->indexrelid;

	if (form->indisvalid || relation->form->relkind != RELKIND_PARTITIONED_TABLE ||
		is_complete(relation->relid, index))
		return;
	if (sg_names_relation(describer->names, index)->is_partition)
	{
		index = sg_parent_of_index(describer, index);
		sg_mention(describer->names, index);
	}
	sg_object_add(relation->object,
				  form->indisunique || form->indisexclusion ? SG_FACET_STRUCTURE : SG_FACET_INDEX,
				  form->indexrelid,
				  sg_item_attribute("incomplete index", sg_names_relation(describer->names, index)->name),
				  "not in every partition");
}

/*
 * Returns true if the partition's part of an index is defined like the parent's.
 * The server accepts a part with another sort order, other operator classes, or
 * another kind or timing of its constraint.
 */
static bool
repeats_parent(const SgIndexAt *at, const char *definition)
{
	Oid			parent = sg_parent_of_index(at->relation->describer, at->form->indexrelid);
	ListCell   *lc;

	foreach(lc, sg_parent_indexes(at->relation))
	{
		const SgParentIndex *theirs = lfirst(lc);

		if (theirs->relid == parent)
			return strcmp(theirs->definition, definition) == 0;
	}
	return true;
}

/* Adds the index as replica identity; for a partition, only if the parent's is another one. */
static void
add_replica_identity(SgRelation *relation, Form_pg_index form, const char *name)
{
	ListCell   *lc;

	if (!form->indisreplident)
		return;
	if (OidIsValid(relation->parent))
	{
		Oid			parent = sg_parent_of_index(relation->describer, form->indexrelid);

		foreach(lc, sg_parent_indexes(relation))
		{
			const SgParentIndex *theirs = lfirst(lc);

			if (theirs->relid == parent && theirs->replica_identity)
				return;
		}
	}
	sg_object_add_structure(relation->object, "replica identity",
				  sg_item_attribute("index", name));
}

/* Describes the index.  Returns true if it is a part of one of the parent's indexes. */
static bool
describe_index(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
	const SgRelationName *index = sg_names_relation(relation->describer->names, form->indexrelid);
	SgIndexAt	at = {.relation = relation, .form = form};
	bool		counts = index_counts(relation, form, tuple);
	const char *definition;

	if (sg_describer_wants(relation->describer, SG_FACET_STORAGE))
		sg_storage_add_index(relation, form, index);
	if (sg_describer_wants(relation->describer, SG_FACET_COMMENT))
		sg_comment_add_on(relation->describer, relation->object, RelationRelationId,
						  form->indexrelid, "index", index->name);
	if (sg_describer_wants_dependencies(relation->describer))
		sg_dependency_add_of(relation->object, RelationRelationId, form->indexrelid,
							 sg_item_attribute("index", index->name));
	add_replica_identity(relation, form, index->name);
	add_incomplete(relation, form);
	definition = sg_index_definition(&at, scan, tuple);
	if (index->is_partition &&
		(!counts || repeats_parent(&at, definition)))
	{
		/* pg_dump keeps comments on these */
		if (at.constraint != NULL && sg_describer_wants(relation->describer, SG_FACET_COMMENT))
			sg_comment_add_on(relation->describer, relation->object, ConstraintRelationId,
							  at.constraint->oid, "constraint", at.constraint->name);
		return counts;
	}

	if (!counts)
		sg_object_add(relation->object, SG_FACET_STORAGE, form->indexrelid,
					  sg_item_attribute("invalid index", index->name), definition);
	else if (at.constraint != NULL)
		sg_object_add(relation->object, SG_FACET_STRUCTURE, at.constraint->oid,
					  sg_item_attribute("constraint", at.constraint->name), definition);
	else
		sg_object_add(relation->object,
					  form->indisunique ? SG_FACET_STRUCTURE : SG_FACET_INDEX, form->indexrelid,
					  sg_item_attribute("index", index->name), definition);
	return index->is_partition;
}

/* Adds that the partition lacks the parent's index, unless one of "present" is part of it. */
static void
add_lacking(SgRelation *relation, const SgParentIndex *index, List *present)
{
	SgNames    *names = relation->describer->names;
	ListCell   *lc;

	foreach(lc, present)
	{
		if (sg_parent_of_index(relation->describer, lfirst_oid(lc)) == index->relid)
			return;
	}
	sg_mention(names, index->relid);
	sg_object_add(relation->object, index->enforces ? SG_FACET_STRUCTURE : SG_FACET_INDEX, 0,
				  sg_item_attribute("lacks index", sg_names_relation(names, index->relid)->name), "");
}

/*
 * Returns false if there can be no indexes that would be visible.  Unlike the other
 * flags in pg_class, relhasindex can be false in error: VACUUM clears it if the only
 * indexes are invalid ones, left behind by CREATE INDEX CONCURRENTLY.  Those are
 * visible in few facets.
 */
static bool
may_have_indexes(const SgRelation *relation)
{
	return relation->form->relhasindex ||
		sg_describer_wants(relation->describer, SG_FACET_STORAGE) ||
		sg_describer_wants(relation->describer, SG_FACET_COMMENT);
}

static bool
describe_indexes(SgRelation *relation, SgCatalogScan *scan)
{
	List	   *present = NIL;
	List	   *expected = NIL;
	ListCell   *lc;
	HeapTuple	tuple;

	if (may_have_indexes(relation))
	{
		while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
		{
			if (describe_index(relation, scan, tuple))
				present = lappend_oid(present, ((Form_pg_index) GETSTRUCT(tuple))->indexrelid);
		}
	}
	/* a foreign table cannot have any */
	if (OidIsValid(relation->parent) && relation->form->relkind != RELKIND_FOREIGN_TABLE)
		expected = sg_parent_indexes(relation);
	if (list_length(expected) > list_length(present))
	{
		foreach(lc, expected)
			add_lacking(relation, lfirst(lc), present);
	}
	return true;
}

const SgRelationPart sg_indexes_part = {
	.catalog = IndexRelationId,
	.index = IndexIndrelidIndexId,
	.key_attribute = Anum_pg_index_indrelid,
	.describe = describe_indexes
};
