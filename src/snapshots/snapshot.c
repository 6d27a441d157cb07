/*
 * snapshots/snapshot.c
 *		Snapshots, which are stored descriptions with a name, and references to them.
 *
 * A reference is a name; or, if no snapshot has that name, a fingerprint or a
 * prefix of one, with at least 12 hex digits and with or without "sg1:".  That is
 * why a name must not look like a fingerprint.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "description/scope.h"
#include "format/fingerprint.h"
#include "format/scope_rules.h"
#include "snapshots/snapshot.h"
#include "state/store.h"
#include "support/array.h"
#include "support/errors.h"
#include "support/progress.h"
#include "support/spi.h"
#include "support/text.h"

/* the columns that read_snapshot expects */
#define SNAPSHOT_COLUMNS "snapshot_id, name, fingerprint, facets, exclusions, created_by"

/* Raises an error unless a snapshot can have this name. */
void
sg_snapshot_check_name(const char *name)
{
	sg_fingerprint_check_name("snapshot", name);
}

static Datum
facets_datum(SgFacetSet facets)
{
	List	   *names = NIL;

	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		if ((facets & SG_FACET_BIT(i)) != 0)
			names = lappend(names, unconstify(char *, sg_facet_name((SgFacet) i)));
	}
	return sg_array_of_list(names);
}

/* Reads a row of SNAPSHOT_COLUMNS into an SgSnapshot *. */
static void
read_snapshot(uint64 row, void *arg)
{
	SgSnapshot *snapshot = palloc0(sizeof(SgSnapshot));
	bool		isnull;
	ListCell   *cell;

	snapshot->id = DatumGetInt64(sg_spi_value(row, 1, &isnull));
	snapshot->name = sg_spi_text(row, 2);
	strlcpy(snapshot->fingerprint, sg_spi_text(row, 3), sizeof(snapshot->fingerprint));
	foreach(cell, sg_array_to_list(sg_spi_value(row, 4, &isnull)))
	{
		SgFacet		facet;

		if (!sg_facet_parse(lfirst(cell), &facet))
			elog(ERROR, "unknown facet \"%s\"", (char *) lfirst(cell));
		snapshot->facets |= SG_FACET_BIT(facet);
	}
	snapshot->exclusions = sg_array_to_list(sg_spi_value(row, 5, &isnull));
	snapshot->created_by = sg_spi_text(row, 6);
	*(SgSnapshot **) arg = snapshot;
}

/* Returns the snapshot that a query with one text parameter finds, or NULL. */
static SgSnapshot *
query_snapshot(const char *sql, const char *parameter)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(parameter);
	SgSnapshot *snapshot = NULL;

	(void) sg_spi_read(sql, 1, types, &value, read_snapshot, &snapshot);
	return snapshot;
}

static SgSnapshot *
snapshot_by_name(const char *name)
{
	return query_snapshot("SELECT " SNAPSHOT_COLUMNS " FROM schema_guard.snapshot WHERE name = $1",
						  name);
}

/* Returns true if there is a snapshot of that name. */
bool
sg_snapshot_exists(const char *name)
{
	return snapshot_by_name(name) != NULL;
}

/* Returns the newest snapshot with exactly this fingerprint, or NULL. */
SgSnapshot *
sg_snapshot_by_fingerprint(const char *fingerprint)
{
	return query_snapshot("SELECT " SNAPSHOT_COLUMNS " FROM schema_guard.snapshot"
						  " WHERE fingerprint = $1 ORDER BY snapshot_id DESC LIMIT 1",
						  fingerprint);
}

static void
ambiguous_reference(const char *reference, uint64 candidates)
{
	StringInfoData list;

	initStringInfo(&list);
	for (uint64 i = 0; i < candidates && i < SG_MAX_DETAIL_ITEMS; i++)
		appendStringInfo(&list, "%s%s (\"%s\")", i > 0 ? "\n" : "",
						 sg_spi_text(i, 1), sg_spi_text(i, 2));
	if (candidates > SG_MAX_DETAIL_ITEMS)
		appendStringInfo(&list, "\nand " UINT64_FORMAT " more", candidates - SG_MAX_DETAIL_ITEMS);
	ereport(ERROR,
			(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
			 errmsg("more than one fingerprint begins with \"%s\"", reference),
			 errdetail("%s", list.data),
			 errhint("Give more digits, or a name.")));
}

/* Returns the snapshot whose fingerprint begins with the prefix, or NULL; raises an error if several do. */
static SgSnapshot *
snapshot_by_prefix(const char *reference, const char *prefix)
{
	static const Oid types[] = {TEXTOID};
	char		fingerprint[SG_FINGERPRINT_LEN + 1] = "";
	Datum		value;
	uint64		rows;

	sg_spi_connect();
	value = sg_text_datum(prefix);
	rows = sg_spi_query("SELECT fingerprint, pg_catalog.min(name) FROM schema_guard.snapshot"
						" WHERE pg_catalog.starts_with(fingerprint, $1)"
						" GROUP BY fingerprint ORDER BY fingerprint COLLATE \"C\"", 1, types, &value, NULL);
	if (rows > 1)
		ambiguous_reference(reference, rows);
	if (rows == 1)
		strlcpy(fingerprint, sg_spi_text(0, 1), sizeof(fingerprint));
	sg_spi_finish();
	return rows == 1 ? sg_snapshot_by_fingerprint(fingerprint) : NULL;
}

/*
 * Finds a snapshot by its name, its fingerprint, or the beginning of that; of several
 * with the same fingerprint, the newest.  If there is none, returns NULL if missing_ok
 * is true, and raises an error otherwise.  An ambiguous reference is always an error.
 */
SgSnapshot *
sg_snapshot_find(const char *reference, bool missing_ok)
{
	SgSnapshot *snapshot = snapshot_by_name(reference);
	char		prefix[SG_FINGERPRINT_LEN + 1];

	if (snapshot == NULL && sg_fingerprint_prefix(reference, prefix))
		snapshot = snapshot_by_prefix(reference, prefix);
	if (snapshot == NULL && !missing_ok)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("snapshot \"%s\" does not exist", reference),
				 errhint("SELECT name, fingerprint FROM schema_guard.snapshots lists what there is; a fingerprint can be shortened to %d hex digits.",
						 SG_FINGERPRINT_MIN_HEX_LEN)));
	return snapshot;
}

/* Raises an error unless the existing snapshot is the same, which gives a notice. */
static void
name_is_taken(const char *name, const char *fingerprint)
{
	SgSnapshot *existing = snapshot_by_name(name);

	if (existing == NULL || strcmp(existing->fingerprint, fingerprint) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("snapshot \"%s\" already exists", name),
				 existing == NULL ? 0 :
				 errdetail("It is %s, the new one would be %s.",
						   existing->fingerprint, fingerprint),
				 errhint("Choose another name; snapshots are never overwritten.")));
	ereport(NOTICE,
			(errmsg("snapshot \"%s\" already exists and is the same", name)));
}

/*
 * Stores the row of a snapshot, and the part of the tree over its digests that is
 * not stored yet; a writer has stored its blocks.  "note" may be NULL.  If a
 * snapshot of that name exists it must be the same, which gives a notice.
 */
void
sg_snapshot_create_of(const char *name, const char *note, const char *origin,
					  const SgDescription *schema, SgDigestTree *tree)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, INT4OID,
	TEXTOID, TEXTOID, TEXTOID};
	SgDigest	root;
	Datum		values[8];
	char		nulls[] = "        ";
	uint64		inserted;

	sg_store_tree(tree, &root);

	values[0] = sg_text_datum(name);
	values[1] = CStringGetTextDatum(schema->fingerprint);
	values[2] = facets_datum(schema->facets);
	values[3] = sg_array_of_list(schema->exclusions);
	values[4] = Int32GetDatum(tree->count);
	values[5] = note ? sg_text_datum(note) : (Datum) 0;
	nulls[5] = note ? ' ' : 'n';
	values[6] = sg_text_datum(origin);
	values[7] = sg_text_datum(GetUserNameFromId(GetSessionUserId(), false));
	inserted = sg_spi_execute("INSERT INTO schema_guard.snapshot"
							  " (name, fingerprint, facets, exclusions, object_count, note, origin, created_by)"
							  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
							  " ON CONFLICT (name) DO NOTHING", 8, types, values, nulls);
	if (inserted == 0)
		name_is_taken(name, schema->fingerprint);
}

/*
 * Stores a description, given as blocks with type, identity and digest, as a
 * snapshot; otherwise like sg_snapshot_create_of().
 */
void
sg_snapshot_create(const char *name, const char *note, const char *origin,
				   const SgDescription *schema)
{
	SgStoreWriter *writer;
	SgDigestTree *tree;

	writer = sg_store_writer_begin();
	tree = sg_digest_tree_create();
	for (int i = 0; i < schema->nobjects; i++)
	{
		CHECK_FOR_INTERRUPTS();
		sg_store_writer_add_block(writer, &schema->blocks[i]);
		sg_digest_tree_add(tree, &schema->blocks[i].digest);
		sg_progress("stored", i + 1);
	}
	sg_store_writer_end(writer);
	sg_progress_end();
	sg_snapshot_create_of(name, note, origin, schema, tree);
}

/* Warns if an imported schema has another scope than this database, and so cannot equal its schema. */
void
sg_snapshot_warn_of_scope(const SgDescription *schema)
{
	SgFacetSet	facets = sg_scope_facets();
	List	   *exclusions = sg_scope_exclusions();

	if (facets != schema->facets || !sg_scope_same_exclusions(exclusions, schema->exclusions))
		ereport(WARNING,
				(errmsg("the file has another scope than this database"),
				 errdetail("The file has the facets %s and %d exclusion rules, this database has %s and %d.",
						   sg_facet_set_text(schema->facets), list_length(schema->exclusions),
						   sg_facet_set_text(facets), list_length(exclusions)),
				 errhint("Approving it does not allow the same schema here unless schema_guard.guard_facets(), exclude() and include() make the scopes equal.")));
}

/* Loads a snapshot with all its objects, as blocks and parsed. */
SgDescription *
sg_snapshot_load(const SgSnapshot *snapshot)
{
	SgDescription *schema = palloc0(sizeof(SgDescription));
	SgDigestSet set;
	SgDigest	root;

	sg_fingerprint_root(snapshot->fingerprint, &root);
	sg_store_load_tree(&root, &set);
	strlcpy(schema->fingerprint, snapshot->fingerprint, sizeof(schema->fingerprint));
	schema->facets = snapshot->facets;
	schema->exclusions = snapshot->exclusions;
	schema->nobjects = set.count;
	schema->blocks = sg_store_load_blocks(set.members, set.count);
	sg_blocks_sort(schema->blocks, schema->nobjects);
	schema->objects = palloc_extended(sizeof(SgObject *) * Max(set.count, 1), MCXT_ALLOC_HUGE);
	for (int i = 0; i < schema->nobjects; i++)
	{
		CHECK_FOR_INTERRUPTS();
		schema->objects[i] = sg_block_parse(schema->blocks[i].text, schema->blocks[i].len);
	}
	return schema;
}
