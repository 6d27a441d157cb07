/*
 * journal/reference.c
 *		What a reference stands for: a snapshot, or a state that the journal passed
 *		through.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "description/scope.h"
#include "format/fingerprint.h"
#include "format/schemafile.h"
#include "journal/journal.h"
#include "journal/past_state.h"
#include "journal/prune.h"
#include "journal/reference.h"
#include "snapshots/snapshot.h"
#include "state/store.h"
#include "support/spi.h"
#include "support/text.h"

/* Returns the schema of a snapshot. */
SgReference *
sg_reference_of_snapshot(const SgSnapshot *snapshot)
{
	SgReference *schema = palloc0(sizeof(SgReference));

	strlcpy(schema->fingerprint, snapshot->fingerprint, sizeof(schema->fingerprint));
	schema->facets = snapshot->facets;
	schema->exclusions = snapshot->exclusions;
	schema->is_snapshot = true;
	return schema;
}

/*
 * Returns the one fingerprint of the journal that begins so, or NULL; an error if
 * there are several.
 */
static char *
journal_fingerprint(const char *reference, const char *prefix)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(prefix);
	List	   *fingerprints = sg_spi_fetch_texts("SELECT f FROM (SELECT fingerprint_after FROM schema_guard.journal_entry"
												  " UNION SELECT fingerprint_before FROM schema_guard.journal_entry) AS j (f)"
												  " WHERE pg_catalog.starts_with(f, $1) LIMIT 2",
												  1, types, &value);

	if (list_length(fingerprints) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("more than one fingerprint of the journal begins with \"%s\"", reference),
				 errhint("Give more digits.")));
	return fingerprints == NIL ? NULL : linitial(fingerprints);
}

/* Adds a detail to the error if entries were cut off, because one of them may have led there. */
static int
cut_detail(void)
{
	SgJournalAnchor anchor;

	sg_prune_anchor(&anchor);
	if (anchor.journal_id == 0)
		return 0;
	return errdetail("The journal goes back to entry " INT64_FORMAT ": prune_journal() has cut those before, up to %s.",
					 anchor.journal_id + 1, timestamptz_to_str(anchor.last_changed_at));
}

/* Raises an error if the scope has changed since the journal passed through a state. */
static void
require_same_scope_since(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {CStringGetTextDatum(fingerprint), CStringGetTextDatum(SG_OUTCOME_SCOPE)};

	if (sg_spi_exists("SELECT FROM schema_guard.journal_entry WHERE verdict = $2 AND journal_id >"
					  " (SELECT pg_catalog.max(journal_id) FROM schema_guard.journal_entry"
					  " WHERE fingerprint_after = $1 OR fingerprint_before = $1 AND verdict <> $2) LIMIT 1",
					  2, types, values))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the scope has changed since the schema was %s", fingerprint),
				 errdetail("The journal can lead back to states of the scope of today only."),
				 errhint("Capture a snapshot of a state that is to be kept.")));
}

/*
 * Returns the stored schema that a reference stands for: a snapshot, or else a
 * state that the journal passed through. A past state has the current scope; raises
 * an error for one from before a change of the scope.
 */
SgReference *
sg_reference_find(const char *reference)
{
	SgSnapshot *snapshot = sg_snapshot_find(reference, true);
	SgReference *schema;
	char		prefix[SG_FINGERPRINT_LEN + 1];
	char	   *fingerprint = NULL;

	if (snapshot != NULL)
		return sg_reference_of_snapshot(snapshot);
	if (sg_fingerprint_prefix(reference, prefix))
		fingerprint = journal_fingerprint(reference, prefix);
	schema = palloc0(sizeof(SgReference));
	if (fingerprint == NULL || !sg_past_state_load(fingerprint, &schema->digests))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 sg_fingerprint_prefix(reference, prefix) ?
				 errmsg("neither a snapshot nor a state of the journal has the fingerprint \"%s\"", reference) :
				 errmsg("snapshot \"%s\" does not exist", reference),
				 cut_detail(),
				 errhint("SELECT name, fingerprint FROM schema_guard.snapshots lists the snapshots; schema_guard.journal the states that this database has passed through.")));
	require_same_scope_since(fingerprint);
	strlcpy(schema->fingerprint, fingerprint, sizeof(schema->fingerprint));
	schema->facets = sg_scope_facets();
	schema->exclusions = sg_scope_exclusions();
	return schema;
}

/* Makes sure that schema->digests is filled in. */
void
sg_reference_load_digests(SgReference *schema)
{
	SgDigest	root;

	if (!schema->is_snapshot || schema->digests.members != NULL)
		return;
	sg_fingerprint_root(schema->fingerprint, &root);
	sg_store_load_tree(&root, &schema->digests);
}

/* Loads the schema with all its blocks, sorted, but not parsed. */
SgDescription *
sg_reference_load(SgReference *stored)
{
	SgDescription *schema = palloc0(sizeof(SgDescription));

	sg_reference_load_digests(stored);
	strlcpy(schema->fingerprint, stored->fingerprint, sizeof(schema->fingerprint));
	schema->facets = stored->facets;
	schema->exclusions = stored->exclusions;
	schema->nobjects = stored->digests.count;
	schema->blocks = sg_store_load_blocks(stored->digests.members, stored->digests.count);
	sg_blocks_sort(schema->blocks, schema->nobjects);
	return schema;
}
