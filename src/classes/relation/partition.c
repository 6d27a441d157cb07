/*
 * classes/relation/partition.c
 *		Inheritance and partitioning: pg_inherits, pg_partitioned_table, bounds.
 *
 * A partition that merely repeats its parent has no structure items of its own, so
 * that nightly partition rotation is not drift.  Anything that it has in addition to
 * its parent, or that differs, is structure and is shown.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_partitioned_table.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "deparse/tree.h"
#include "support/compat.h"

static void
add_partition_bound(SgRelation *relation)
{
	bool		isnull;
	Datum		bound = sg_scan_attribute(relation->scan, relation->tuple,
											Anum_pg_class_relpartbound, &isnull);

	if (!isnull)
		sg_object_add(relation->object, SG_FACET_PARTITIONS, 0, "partition of",
					  psprintf("%s %s",
							   sg_names_relation_text(relation->describer->names, relation->parent),
							   sg_deparse_node(relation->describer->deparser,
											   sg_tree_read(relation->describer->deparser, TextDatumGetCString(bound)), NULL)));
}

static bool
describe_inheritance(SgRelation *relation, SgCatalogScan *scan)
{
	StringInfoData parents;
	HeapTuple	tuple;

	if (!sg_relation_is_table(relation))
		return true;
	initStringInfo(&parents);
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);

		/* DETACH CONCURRENTLY has committed its first half: the partition counts as detached */
		if (sg_compat_detach_pending(form))
			continue;
		if (relation->form->relispartition)
		{
			relation->parent = form->inhparent;
			continue;
		}
		if (parents.len > 0)
			appendStringInfoString(&parents, ", ");
		appendStringInfoString(&parents,
							   sg_names_relation_text(relation->describer->names, form->inhparent));
	}
	if (OidIsValid(relation->parent) && sg_describer_wants(relation->describer, SG_FACET_PARTITIONS))
		add_partition_bound(relation);
	else if (parents.len > 0)
	{
		relation->inherits = true;
		sg_object_add_structure(relation->object, "inherits", parents.data);
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

/* Appends a column or expression of a partition key. */
static void
append_key_part(StringInfo buf, SgRelation *relation, int16 attnum, int *expression,
				const List *expressions, Oid collation, Oid opclass)
{
	SgNames    *names = relation->describer->names;
	Oid			type;
	Oid			type_collation;

	if (attnum != 0)
	{
		const SgColumn *column = sg_column_find(relation, attnum);

		appendStringInfoString(buf, sg_column_quoted_name(relation, attnum));
		type = column != NULL ? column->type : InvalidOid;
		type_collation = column != NULL ? column->collation : InvalidOid;
	}
	else
	{
		Node	   *node = sg_tree_nth(expressions, (*expression)++);

		appendStringInfo(buf, "(%s)", sg_deparse_node(relation->describer->deparser, node, &relation->names));
		type = exprType(node);
		type_collation = exprCollation(node);
	}
	if (OidIsValid(collation) && collation != type_collation)
		appendStringInfo(buf, " COLLATE %s", sg_names_collation(names, collation));
	if (!sg_names_opclass_is_default(names, opclass, type))
		appendStringInfo(buf, " %s", sg_names_opclass(names, opclass));
}

static bool
describe_partition_key(SgRelation *relation, SgCatalogScan *scan)
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
	tuple = sg_scan_next(scan, relation->relid);
	if (tuple == NULL)
		return true;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	count = form->partnatts;
	opclasses = (oidvector *) DatumGetPointer(sg_scan_attribute(scan, tuple,
																  Anum_pg_partitioned_table_partclass, &isnull));
	collations = (oidvector *) DatumGetPointer(sg_scan_attribute(scan, tuple,
																   Anum_pg_partitioned_table_partcollation, &isnull));
	datum = sg_scan_attribute(scan, tuple, Anum_pg_partitioned_table_partexprs, &isnull);
	if (!isnull)
		expressions = sg_tree_read_list(relation->describer->deparser, TextDatumGetCString(datum));

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s (", strategy_name(form->partstrat));
	/* is one of the arrays too short? */
	if (Min(form->partattrs.dim1, Min(collations->dim1, opclasses->dim1)) < count)
	{
		appendStringInfoString(&buf, sg_names_note_gap(relation->describer->names, "damaged partition key"));
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

	/* how a partition itself is partitioned belongs to the facet that says which partitions exist */
	sg_object_add(relation->object,
				  OidIsValid(relation->parent) ? SG_FACET_PARTITIONS : SG_FACET_STRUCTURE,
				  0, "partition by", buf.data);
	return true;
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
