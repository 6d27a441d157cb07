/*
 * classes/relation/partition.c
 *		Inheritance and partitioning: pg_inherits, pg_partitioned_table, bounds.
 *
 * A partition that merely repeats its parent has no structure items of its
 * own, so that nightly partition rotation is no drift.  What it has beyond its
 * parent, or has otherwise, is structure and shows.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_partitioned_table.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalogs/mention.h"
#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "format/sql.h"
#include "support/compat.h"

static void
add_partition_bound(SgRelation *relation)
{
	bool		isnull;
	Datum		bound = sg_cursor_attribute(relation->cursor, relation->tuple,
											Anum_pg_class_relpartbound, &isnull);

	if (!isnull)
		sg_object_add(relation->object, SG_FACET_PARTITIONS, 0, "partition of",
					  psprintf("%s %s",
							   sg_relation_name(relation->describer->names, relation->parent),
							   sg_deparse_node(relation->describer,
											   sg_read_tree(relation->describer, TextDatumGetCString(bound)), NULL)));
}

static bool
describe_inheritance(SgRelation *relation, SgCursor *cursor)
{
	StringInfoData parents;
	HeapTuple	tuple;

	if (!sg_is_table(relation))
		return true;
	initStringInfo(&parents);
	while ((tuple = sg_cursor_next(cursor, relation->relid)) != NULL)
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);

		/* DETACH CONCURRENTLY has committed its first half: it is detached */
		if (sg_compat_detach_pending(form))
			continue;
		if (relation->form->relispartition)
			relation->parent = form->inhparent;
		if (parents.len > 0)
			appendStringInfoString(&parents, ", ");
		appendStringInfoString(&parents,
							   sg_relation_name(relation->describer->names, form->inhparent));
	}
	if (OidIsValid(relation->parent))
		add_partition_bound(relation);
	else if (parents.len > 0)
	{
		relation->inherits = true;
		sg_object_add(relation->object, SG_FACET_STRUCTURE, 0, "inherits", parents.data);
	}
	relation->object->structural = !OidIsValid(relation->parent);
	return true;
}

static const char *
strategy_name(char strategy)
{
	switch (strategy)
	{
		case PARTITION_STRATEGY_HASH:
			return "HASH";
		case PARTITION_STRATEGY_LIST:
			return "LIST";
		default:
			return "RANGE";
	}
}

/* one column or expression of a partition key */
static void
append_key_part(StringInfo buf, SgRelation *relation, int16 attnum, int *expression,
				const List *expressions, Oid collation, Oid opclass)
{
	SgNames    *names = relation->describer->names;
	Oid			type;
	Oid			type_collation;

	if (attnum != 0)
	{
		const SgColumn *column = sg_column(relation, attnum);

		appendStringInfoString(buf, sg_own_column_name(relation, attnum));
		type = column != NULL ? column->type : InvalidOid;
		type_collation = column != NULL ? column->collation : InvalidOid;
	}
	else
	{
		Node	   *node = sg_nth_tree(expressions, (*expression)++);

		appendStringInfo(buf, "(%s)", sg_deparse_node(relation->describer, node, &relation->names));
		type = exprType(node);
		type_collation = exprCollation(node);
	}
	if (OidIsValid(collation) && collation != type_collation)
		appendStringInfo(buf, " COLLATE %s", sg_collation_name(names, collation));
	if (!sg_opclass_is_default(names, opclass, type))
		appendStringInfo(buf, " %s", sg_opclass_name(names, opclass));
}

static bool
describe_partition_key(SgRelation *relation, SgCursor *cursor)
{
	HeapTuple	tuple;
	Form_pg_partitioned_table form;
	StringInfoData buf;
	oidvector  *opclasses;
	oidvector  *collations;
	List	   *expressions = NIL;
	int			expression = 0;
	int			count;
	Datum		datum;
	bool		isnull;

	if (relation->form->relkind != RELKIND_PARTITIONED_TABLE)
		return true;
	tuple = sg_cursor_next(cursor, relation->relid);
	if (tuple == NULL)
		return true;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	count = form->partnatts;
	opclasses = (oidvector *) DatumGetPointer(sg_cursor_attribute(cursor, tuple,
																  Anum_pg_partitioned_table_partclass, &isnull));
	collations = (oidvector *) DatumGetPointer(sg_cursor_attribute(cursor, tuple,
																   Anum_pg_partitioned_table_partcollation, &isnull));
	datum = sg_cursor_attribute(cursor, tuple, Anum_pg_partitioned_table_partexprs, &isnull);
	if (!isnull)
		expressions = sg_read_trees(relation->describer, TextDatumGetCString(datum));

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s (", strategy_name(form->partstrat));
	/* is something not said of each column? */
	if (Min(form->partattrs.dim1, Min(collations->dim1, opclasses->dim1)) < count)
	{
		appendStringInfoString(&buf, sg_note_gap(relation->describer->names, "damaged partition key"));
		count = 0;
	}
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		append_key_part(&buf, relation, form->partattrs.values[i], &expression, expressions,
						collations->values[i], opclasses->values[i]);
	}
	appendStringInfoChar(&buf, ')');

	/* how a partition is divided again is a matter of which partitions exist */
	sg_object_add(relation->object,
				  OidIsValid(relation->parent) ? SG_FACET_PARTITIONS : SG_FACET_STRUCTURE,
				  0, "partition by", buf.data);
	return true;
}

/* the parent at hand, kept for its next partition */
typedef struct ParentColumns
{
	Oid			relid;
	MemoryContext context;
	SgRelation	relation;
	SgObject	object;
	List	   *constraints;	/* of SgParentConstraint * */
	List	   *indexes;		/* of SgParentIndex * */
} ParentColumns;

static void
load_part(const SgRelationPart *part, SgRelation *relation)
{
	SgCursor   *cursor = sg_part_cursor(part, relation->describer, relation->relid);

	(void) part->describe(relation, cursor);
	sg_cursor_close(cursor);
}

/* what "load" finds in the part's catalog */
static List *
load_list(const SgRelationPart *part, SgRelation *relation,
		  List *(*load) (SgRelation *relation, SgCursor *cursor))
{
	SgCursor   *cursor = sg_part_cursor(part, relation->describer, relation->relid);
	List	   *result = load(relation, cursor);

	sg_cursor_close(cursor);
	return result;
}

/*
 * The parent of a partition, with nothing but its columns and its constraints by
 * indexes.  Valid until the next call.
 */
const SgRelation *
sg_partition_parent(const SgRelation *partition)
{
	SgDescriber *describer = partition->describer;
	ParentColumns *parent = describer->parent_columns;
	MemoryContext old;
	int			mark = sg_mentions_mark(describer->names);
	HeapTuple	tuple;

	if (parent != NULL && parent->relid == partition->parent)
		return &parent->relation;
	if (parent != NULL)
		MemoryContextDelete(parent->context);

	describer->parent_columns = NULL;
	old = MemoryContextSwitchTo(describer->run_context);
	parent = palloc0(sizeof(ParentColumns));
	parent->relid = partition->parent;
	parent->context = AllocSetContextCreate(describer->run_context, "schema_guard parent",
											ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(parent->context);
	parent->relation.describer = describer;
	parent->relation.relid = partition->parent;
	parent->relation.object = &parent->object;
	parent->relation.cursor = sg_cursor_open(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid,
											 describer->snapshot, partition->parent);
	tuple = sg_cursor_next_any(parent->relation.cursor);
	if (tuple == NULL)
		elog(ERROR, "partition %u has no parent %u", partition->relid, partition->parent);
	parent->relation.form = (Form_pg_class) GETSTRUCT(tuple);
	sg_object_init(&parent->object, "table", "", RelationRelationId, partition->parent);
	load_part(&sg_columns_part, &parent->relation);
	load_part(&sg_column_defaults_part, &parent->relation);
	parent->constraints = load_list(&sg_constraints_part, &parent->relation,
									sg_load_parent_constraints);
	if (parent->relation.form->relhasindex)
		parent->indexes = load_list(&sg_indexes_part, &parent->relation, sg_load_parent_indexes);
	parent->relation.form = memcpy(palloc(CLASS_TUPLE_SIZE), parent->relation.form, CLASS_TUPLE_SIZE);
	sg_cursor_close(parent->relation.cursor);
	MemoryContextSwitchTo(old);
	/* what is in the text of its parent is not in the partition's */
	sg_mentions_forget(describer->names, mark);
	describer->parent_columns = parent;
	return &parent->relation;
}

/* Its parent's constraints, as a List of SgParentConstraint *.  Valid as the indexes are. */
List *
sg_partition_parent_constraints(const SgRelation *partition)
{
	(void) sg_partition_parent(partition);
	return partition->describer->parent_columns->constraints;
}

/* Its parent's indexes, as a List of SgParentIndex *.  Valid until the next parent is asked for. */
List *
sg_partition_parent_indexes(const SgRelation *partition)
{
	(void) sg_partition_parent(partition);
	return partition->describer->parent_columns->indexes;
}

/* What the partition, a table or an index, is a part of; else InvalidOid. */
Oid
sg_parent_of(const SgDescriber *describer, Oid partition)
{
	SgCursor   *cursor = sg_part_cursor(&sg_inheritance_part, describer, partition);
	HeapTuple	tuple = sg_cursor_next_any(cursor);
	Oid			parent = tuple == NULL ? InvalidOid : ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent;

	sg_cursor_close(cursor);
	return parent;
}

/* The columns' names if they stand in another order than the parent's, else NULL. */
char *
sg_partition_column_order(const SgRelation *relation)
{
	const SgRelation *parent = sg_partition_parent(relation);
	bool		same = parent->ncolumns == relation->ncolumns;
	StringInfoData buf;

	for (int i = 0; same && i < relation->ncolumns; i++)
		same = strcmp(parent->columns[i].name, relation->columns[i].name) == 0;
	if (same)
		return NULL;
	initStringInfo(&buf);
	for (int i = 0; i < relation->ncolumns; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "", sg_canon_identifier(relation->columns[i].name));
	return buf.data;
}

const SgRelationPart sg_inheritance_part = {
	.catalog = InheritsRelationId,
	.index = InheritsRelidSeqnoIndexId,
	.key_attribute = Anum_pg_inherits_inhrelid,
	.in_order = true,
	.describe = describe_inheritance
};

const SgRelationPart sg_partition_key_part = {
	.catalog = PartitionedRelationId,
	.index = PartitionedRelidIndexId,
	.key_attribute = Anum_pg_partitioned_table_partrelid,
	.describe = describe_partition_key
};
