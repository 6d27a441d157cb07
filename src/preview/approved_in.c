/*
 * preview/approved_in.c
 *		Which of the changes that DDL would make are approved already, and where.
 *
 * A change is approved in a snapshot that has the object or item as the change
 * leaves it.  If every change is approved somewhere, the result is still not
 * approved, but a reviewer knows what is left to look at.  At most MAX_SNAPSHOTS
 * approved snapshots are considered, beginning with the newest; those of another
 * scope are skipped.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "description/scope.h"
#include "format/diff.h"
#include "format/fingerprint.h"
#include "format/scope_rules.h"
#include "preview/preview.h"
#include "snapshots/snapshot.h"
#include "state/store.h"
#include "support/spi.h"
#include "support/text.h"

#define MAX_SNAPSHOTS 50

/* an approved snapshot */
typedef struct Candidate
{
	const char *name;
	SgDigestSet digests;		/* of its objects, sorted */
} Candidate;

/* a block that an object has, or had, in some snapshot */
typedef struct Version
{
	SgDigest	digest;
	SgObject   *object;
} Version;

/* all that the store has of one object */
typedef struct Versions
{
	const char *type;
	const char *identity;
	List	   *versions;		/* of Version * */
} Versions;

/* Returns the fingerprints of approved schemas, the newest first: a List of char *. */
static List *
approved_fingerprints(void)
{
	static const Oid types[] = {INT4OID};
	Datum		value = Int32GetDatum(MAX_SNAPSHOTS);

	return sg_spi_fetch_texts("SELECT fingerprint FROM schema_guard.approved_fingerprint"
							  " ORDER BY approval_id DESC LIMIT $1", 1, types, &value);
}

/* Returns the approved snapshots of the current scope: a List of Candidate *. */
static List *
load_candidates(SgFacetSet facets)
{
	List	   *candidates = NIL;
	List	   *exclusions = sg_scope_exclusions();
	ListCell   *lc;

	foreach(lc, approved_fingerprints())
	{
		SgSnapshot *snapshot = sg_snapshot_by_fingerprint(lfirst(lc));
		Candidate  *candidate;
		SgDigest	root;

		CHECK_FOR_INTERRUPTS();
		if (snapshot == NULL || snapshot->facets != facets ||
			!sg_scope_same_exclusions(snapshot->exclusions, exclusions))
			continue;
		candidate = palloc0(sizeof(Candidate));
		candidate->name = snapshot->name;
		sg_fingerprint_root(snapshot->fingerprint, &root);
		sg_store_load_tree(&root, &candidate->digests);
		sg_digest_set_sort(&candidate->digests);
		candidates = lappend(candidates, candidate);
	}
	return candidates;
}

static bool
has_digest(const Candidate *candidate, const SgDigest *digest)
{
	return bsearch(digest, candidate->digests.members, candidate->digests.count,
				   sizeof(SgDigest), sg_digest_compare) != NULL;
}

/* Adds the block of a row to Versions. */
static void
add_version(uint64 row, void *arg)
{
	Versions   *versions = arg;
	Version    *version = palloc0(sizeof(Version));
	char	   *block = sg_spi_text(row, 1);

	sg_digest_block(block, strlen(block), &version->digest);
	version->object = sg_block_parse(block, strlen(block));
	versions->versions = lappend(versions->versions, version);
}

/* Reads all that the store has of an object. */
static Versions *
load_versions(const char *type, const char *identity)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {sg_text_datum(type), sg_text_datum(identity)};
	Versions   *result = palloc0(sizeof(Versions));

	result->type = type;
	result->identity = identity;
	(void) sg_spi_read("SELECT block FROM schema_guard.object_text"
					   " WHERE object_identity = $2 AND object_type = $1", 2, types, values,
					   add_version, result);
	return result;
}

/* Returns the same, reading it once for each object. */
static const Versions *
versions_of(List **known, const char *type, const char *identity)
{
	ListCell   *lc;

	foreach(lc, *known)
	{
		const Versions *versions = lfirst(lc);

		if (strcmp(versions->identity, identity) == 0 && strcmp(versions->type, type) == 0)
			return versions;
	}
	/* the changes of one object come together: look there first */
	*known = lcons(load_versions(type, identity), *known);
	return linitial(*known);
}

/* Returns the object as the snapshot has it, or NULL. */
static const SgObject *
object_in(const Candidate *candidate, const Versions *versions)
{
	ListCell   *lc;

	foreach(lc, versions->versions)
	{
		const Version *version = lfirst(lc);

		if (has_digest(candidate, &version->digest))
			return version->object;
	}
	return NULL;
}

static const SgItem *
find_item(const SgObject *object, SgFacet facet, const char *attribute)
{
	for (int i = 0; i < object->nitems; i++)
	{
		if (object->items[i].facet == facet && strcmp(object->items[i].attribute, attribute) == 0)
			return &object->items[i];
	}
	return NULL;
}

/* Returns the digest that the object of the change has afterwards, or NULL. */
static const SgDigest *
digest_after(const SgDelta *delta, const SgItemChange *change)
{
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		const SgObjectChange *object = lfirst(lc);

		if (object->after != NULL && strcmp(object->after->identity, change->identity) == 0 &&
			strcmp(object->after->type, change->type) == 0)
			return &object->digest_after;
	}
	return NULL;
}

/*
 * Returns true if the snapshot has a change of an object as a whole, or of the order
 * of its columns.  "digest" is that of the object with all its items.
 */
static bool
object_change_in(const Candidate *candidate, const SgItemChange *change, const SgDigest *digest,
				 const Versions *versions, const Versions *old_versions)
{
	if (change->attribute == NULL && change->kind == SG_REMOVED)
		return object_in(candidate, versions) == NULL;
	if (change->attribute == NULL && change->kind == SG_RENAMED)
		return object_in(candidate, versions) != NULL && object_in(candidate, old_versions) == NULL;
	return digest != NULL && has_digest(candidate, digest);
}

static bool
item_change_in(const Candidate *candidate, const SgItemChange *change, const Versions *versions)
{
	const SgObject *object = object_in(candidate, versions);
	const SgItem *item;

	if (object == NULL)
		return false;
	item = find_item(object, change->facet,
					 change->kind == SG_RENAMED ? change->after : change->attribute);
	if (change->kind == SG_REMOVED)
		return item == NULL;
	if (change->kind == SG_RENAMED)
		return item != NULL && find_item(object, change->facet, change->before) == NULL;
	return item != NULL && strcmp(item->definition, change->after) == 0;
}

static bool
is_order(const char *attribute)
{
	size_t		len = strlen(attribute);

	return len > strlen(" order") && strchr(attribute, '"') == NULL &&
		strcmp(attribute + len - strlen(" order"), " order") == 0;
}

/*
 * Returns for each change of the delta the newest approved snapshot that has it: a
 * List of char *, NULL where none has.  Runs as the owner.
 */
List *
sg_approved_in(const SgDelta *delta)
{
	List	   *candidates = load_candidates(delta->facets);
	List	   *known = NIL;
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *cc;

	foreach(lc, delta->changes)
	{
		const SgItemChange *change = lfirst(lc);
		bool		of_object = change->attribute == NULL || is_order(change->attribute);
		/* looked for once, because there can be as many objects as changes */
		const SgDigest *digest = of_object && candidates != NIL ? digest_after(delta, change) : NULL;
		const char *approved_in = NULL;

		CHECK_FOR_INTERRUPTS();
		foreach(cc, candidates)
		{
			const Candidate *candidate = lfirst(cc);
			const Versions *versions = versions_of(&known, change->type, change->identity);
			const Versions *old_versions =
				change->attribute == NULL && change->kind == SG_RENAMED ?
				versions_of(&known, change->type, change->before) : NULL;

			if (of_object ?
				object_change_in(candidate, change, digest, versions, old_versions) :
				item_change_in(candidate, change, versions))
			{
				approved_in = candidate->name;
				break;
			}
		}
		result = lappend(result, unconstify(char *, approved_in));
	}
	return result;
}
