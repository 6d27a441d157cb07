/*
 * classes/relation/relation.c
 *		Tables, views, materialized views, foreign tables and sequences.
 *
 * Scans pg_class in OID order and, in step with it, the catalogs of everything that a
 * relation owns, each of which is read once.  For a single relation, we use the index
 * of each catalog that begins with the relation's OID.  A part does not open its
 * catalog if the relation's kind, or a flag on which the server itself relies, says
 * that there is nothing (relhasrules and so on can be true in error, but never false;
 * for relhasindex see index.c): for a single relation, each catalog takes a tenth of
 * the time.
 *
 * A partition has structure items only for what it does not get from its parent
 * (partition.c); its existence belongs to the facet "partitions".
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "catalogs/relation_kind.h"
#include "catalogs/scan.h"
#include "classes/classes.h"
#include "classes/relation/relation.h"

/* in the order in which they depend on each other: columns before expressions */
static const SgRelationPart *const parts[] = {
	&sg_inheritance_part,
	&sg_columns_part,
	&sg_column_defaults_part,
	&sg_partition_key_part,
	&sg_constraints_part,
	&sg_indexes_part,
	&sg_triggers_part,
	&sg_rules_part,
	&sg_policies_part,
	&sg_sequence_part,
	&sg_foreign_table_part
};

/* Returns the object type of a relkind, or NULL if such a relation is not an object of its own. */
static const char *
relation_type(char relkind)
{
	switch (relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
		case RELKIND_SEQUENCE:
			return sg_relation_kind_name(relkind);
		default:
			return NULL;
	}
}

/* Adds properties that are in pg_class itself. */
static void
add_flags(SgRelation *relation)
{
	Form_pg_class form = relation->form;
	SgObject   *object = relation->object;

	/* sequence.c knows about sequences */
	if (form->relpersistence == RELPERSISTENCE_UNLOGGED && form->relkind != RELKIND_SEQUENCE)
		sg_object_add_structure(object, "unlogged", "");
	if (OidIsValid(form->reloftype))
		sg_object_add_structure(object, "of type",
					  sg_names_type(relation->describer->names, form->reloftype, -1));
	if (form->relrowsecurity)
		sg_object_add_structure(object, "row security", "enabled");
	if (form->relforcerowsecurity)
		sg_object_add_structure(object, "row security of the owner", "forced");
}

/*
 * Adds the replica identity, without which a published table cannot be updated.  A
 * partition's is shown if it differs from its parent's.  If it is an index, index.c
 * adds it.
 */
static void
add_replica_identity(SgRelation *relation)
{
	char		kind = relation->form->relkind;
	char		identity = relation->form->relreplident;

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_MATVIEW)
		return;
	if (identity != REPLICA_IDENTITY_FULL && identity != REPLICA_IDENTITY_NOTHING)
		return;
	if (OidIsValid(relation->parent) &&
		sg_parent(relation)->form->relreplident == identity)
		return;
	sg_object_add_structure(relation->object, "replica identity",
				  identity == REPLICA_IDENTITY_FULL ? "full" : "nothing");
}

static void
describe_relation(SgDescriber *describer, SgCatalogScan *scan, HeapTuple tuple, SgCatalogScan **scans)
{
	SgObject	object;
	SgRelation	relation = {0};

	relation.describer = describer;
	relation.object = &object;
	relation.form = (Form_pg_class) GETSTRUCT(tuple);
	relation.relid = relation.form->oid;
	relation.tuple = tuple;
	relation.scan = scan;
	sg_object_init(&object, relation_type(relation.form->relkind),
				   sg_names_qualify(describer->names, relation.form->relnamespace,
									 NameStr(relation.form->relname)),
				   RelationRelationId, relation.relid);
	object.structural = !relation.form->relispartition;
	sg_describer_begin(describer, &object);

	add_flags(&relation);
	if (sg_describer_wants(describer, SG_FACET_STORAGE))
		sg_storage_add_relation(&relation);
	for (int i = 0; i < lengthof(parts); i++)
	{
		if (!parts[i]->describe(&relation, scans[i]))
		{
			sg_describer_skip(describer);
			return;
		}
	}
	add_replica_identity(&relation);
	sg_describer_emit(describer, &object);
}

/* Opens a scan of the part's catalog, for all relations or only one, as sg_scan_open() does. */
static SgCatalogScan *
part_scan(const SgRelationPart *part, const SgDescriber *describer, Oid only)
{
	SgCatalogScan *scan = sg_scan_open(part->catalog, part->index, part->key_attribute,
									   describer->snapshot, only);

	if (part->positive != InvalidAttrNumber)
		sg_scan_require(scan, part->positive, BTGreaterStrategyNumber, F_INT2GT, Int16GetDatum(0));
	return scan;
}

/* Opens a scan of the part's catalog, for these relations. */
static SgCatalogScan *
part_scan_of(const SgRelationPart *part, SgDescriber *describer, const Oid *relids, int count)
{
	if (part->in_order)
		return part_scan(part, describer, InvalidOid);
	return sg_scan_open_keys(part->catalog, part->key_attribute, describer->snapshot,
							   relids, count, part->wanted);
}

/* Collects the OIDs of the relations to describe; returns their number. */
static int
relations_in_scope(SgDescriber *describer, const SgRelationName *const *relations, int count,
				   Oid *relids)
{
	int			kept = 0;

	for (int i = 0; i < count; i++)
	{
		const SgRelationName *relation = relations[i];

		if (relation_type(relation->kind) != NULL &&
			sg_describer_in_scope(describer, RelationRelationId, relation->relid, relation->schema))
			relids[kept++] = relation->relid;
	}
	return kept;
}

/* Describes the relations that are in scope, out of those that have been loaded. */
static void
describe_loaded(SgDescriber *describer, const SgRelationName *const *relations, int count)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	Oid		   *relids = palloc(sizeof(Oid) * Max(count, 1));
	SgCatalogScan *scans[lengthof(parts)];
	SgCatalogScan *classes;

	count = relations_in_scope(describer, relations, count, relids);
	classes = sg_scan_open_keys(RelationRelationId, Anum_pg_class_oid, describer->snapshot,
								  relids, count, NULL);
	for (int i = 0; i < lengthof(parts); i++)
		scans[i] = part_scan_of(parts[i], describer, relids, count);
	MemoryContextSwitchTo(old);

	for (int i = 0; i < count; i++)
	{
		HeapTuple	tuple = sg_scan_next(classes, relids[i]);

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "relation %u was there a moment ago", relids[i]);
		describe_relation(describer, classes, tuple, scans);
	}

	for (int i = 0; i < lengthof(parts); i++)
		sg_scan_close(scans[i]);
	sg_scan_close(classes);
	pfree(relids);
}

/* Describes one relation; or all, if they have not been loaded. */
static void
describe_only(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	SgCatalogScan *classes = sg_scan_open(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid,
										  describer->snapshot, describer->only);
	SgCatalogScan *scans[lengthof(parts)];
	HeapTuple	tuple;

	for (int i = 0; i < lengthof(parts); i++)
		scans[i] = part_scan(parts[i], describer, describer->only);
	MemoryContextSwitchTo(old);

	while ((tuple = sg_scan_next_any(classes)) != NULL)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		if (relation_type(form->relkind) != NULL &&
			sg_describer_in_scope(describer, RelationRelationId, form->oid, form->relnamespace))
			describe_relation(describer, classes, tuple, scans);
	}

	for (int i = 0; i < lengthof(parts); i++)
		sg_scan_close(scans[i]);
	sg_scan_close(classes);
}

static void
describe_relations(SgDescriber *describer)
{
	int			count;
	const SgRelationName *const *relations = sg_names_loaded_relations(describer->names, &count);

	if (relations != NULL && !OidIsValid(describer->only))
		describe_loaded(describer, relations, count);
	else
		describe_only(describer);
}

const SgClass sg_relation_class = {
	.catalog = RelationRelationId,
	.name = "relations",
	.describe = describe_relations
};
