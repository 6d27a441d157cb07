/*
 * sg_live.c
 *		The live state: its tables, and comparing it with the catalogs.
 *
 * Locking.  Whoever publishes a new state first takes the publish lock: a
 * ShareUpdateExclusiveLock on the extension, as a heavyweight object lock.  It
 * conflicts with itself and with DROP EXTENSION, is held to the end of the
 * transaction (over PREPARE TRANSACTION too), and so puts the transactions
 * that change the schema into one order, that of their commits.  It is meant
 * to be the last lock that a transaction waits for.  Describing takes care of
 * that by the "busy" callback: an object that another session has locked
 * exclusively is taken as the live state has it.  That is not a guess.
 * Whoever changed it is still running, its change is invisible, and it will
 * have to take the publish lock before it commits.  What the deparser opens
 * beyond that is waited for briefly, see bound_lock_waits.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "sg_array.h"
#include "sg_compat.h"
#include "sg_describe.h"
#include "sg_diff.h"
#include "sg_live.h"
#include "sg_scope.h"
#include "sg_spi.h"
#include "sg_store.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* how long a table lock is waited for while the publish lock is held, at most */
#define LOCK_WAIT_MS 100

typedef struct LiveKey
{
	Oid			classid;
	Oid			objid;
} LiveKey;

typedef struct LiveEntry
{
	LiveKey		key;
	SgDigest	digest;
	SgObject   *object;			/* NULL: its block is in the store */
	bool		seen;			/* while comparing: still there */
} LiveEntry;

struct SgLiveImage
{
	bool		exists;			/* was there a state? */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	HTAB	   *entries;		/* of LiveEntry */
};

/* an ongoing comparison, or an image being taken */
typedef struct Comparison
{
	SgLiveImage *image;
	bool		taking;			/* fill the image instead of comparing */
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object */
	List	   *objects;		/* of SgLiveChange * */
	StringInfoData block;
	MemoryContext context;		/* where results go */
} Comparison;

/*
 * Takes the publish lock; see above.  Waits for other publishers, subject to
 * lock_timeout and cancel.  Accepts invalidations, so that what is read
 * afterwards is what the last holder committed.
 */
void
sg_live_lock(void)
{
	LockDatabaseObject(ExtensionRelationId, sg_extension_oid(), 0, ShareUpdateExclusiveLock);
}

/* Reads the live state's row. */
void
sg_live_state(SgLiveState *state)
{
	memset(state, 0, sizeof(*state));
	sg_spi_connect();
	if (sg_spi_query("SELECT fingerprint, stale FROM schema_guard.live_state",
					 0, NULL, NULL, NULL) > 0)
	{
		bool		isnull;

		state->exists = true;
		strlcpy(state->fingerprint, sg_spi_text(0, 1), sizeof(state->fingerprint));
		state->stale = DatumGetBool(sg_spi_value(0, 2, &isnull));
	}
	sg_spi_finish();
}

/* Is the live state missing, or known to be behind? */
bool
sg_live_is_stale(void)
{
	SgLiveState state;

	sg_live_state(&state);
	return !state.exists || state.stale;
}

/*
 * The fingerprint of the live state, into a buffer of SG_FINGERPRINT_LEN + 1
 * bytes.  Returns false if the state is missing or stale: compute it then.
 */
bool
sg_live_fingerprint(char *fingerprint)
{
	SgLiveState state;

	sg_live_state(&state);
	strlcpy(fingerprint, state.fingerprint, SG_FINGERPRINT_LEN + 1);
	return state.exists && !state.stale;
}

/*
 * Notes that the state is behind; under the publish lock, because the note
 * must not be overtaken by somebody who does not see the change yet.
 */
void
sg_live_mark_stale(void)
{
	sg_live_lock();
	sg_spi_connect();
	sg_spi_command("UPDATE schema_guard.live_state SET stale = true WHERE NOT stale",
				   0, NULL, NULL, NULL);
	CacheInvalidateRelcacheByRelid(get_relname_relid("live_state", sg_extension_schema()));
	sg_spi_finish();
}

static SgLiveImage *
image_create(void)
{
	SgLiveImage *image = palloc0(sizeof(SgLiveImage));
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(LiveKey);
	ctl.entrysize = sizeof(LiveEntry);
	ctl.hcxt = CurrentMemoryContext;
	image->entries = hash_create("schema_guard image", 1024, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return image;
}

static LiveEntry *
image_add(SgLiveImage *image, Oid classid, Oid objid)
{
	LiveKey		key = {classid, objid};
	LiveEntry  *entry = hash_search(image->entries, &key, HASH_ENTER, NULL);

	entry->object = NULL;
	entry->seen = false;
	return entry;
}

/* The stored live state; empty if there is none. */
SgLiveImage *
sg_live_image_stored(void)
{
	SgLiveImage *image = image_create();
	SgLiveState state;
	uint64		rows;

	sg_live_state(&state);
	image->exists = state.exists;
	strlcpy(image->fingerprint, state.fingerprint, sizeof(image->fingerprint));
	sg_spi_connect();
	rows = sg_spi_query("SELECT classid, objid, digest FROM schema_guard.live_object",
						0, NULL, NULL, NULL);
	for (uint64 i = 0; i < rows; i++)
	{
		bool		isnull;
		Oid			classid = DatumGetObjectId(sg_spi_value(i, 1, &isnull));
		Oid			objid = DatumGetObjectId(sg_spi_value(i, 2, &isnull));
		bytea	   *digest = DatumGetByteaPP(sg_spi_value(i, 3, &isnull));

		LiveEntry  *entry = image_add(image, classid, objid);

		/* a damaged row is one that nothing equals: it will be replaced */
		memset(&entry->digest, 0, SG_DIGEST_LEN);
		if (VARSIZE_ANY_EXHDR(digest) == SG_DIGEST_LEN)
			memcpy(entry->digest.bytes, VARDATA_ANY(digest), SG_DIGEST_LEN);
	}
	sg_spi_finish();
	return image;
}

/* a copy of what the guarded facets show of an object */
static SgObject *
guarded_copy(const SgObject *object, SgFacetSet facets)
{
	SgObject   *copy = sg_object_copy(object);
	int			kept = 0;

	for (int i = 0; i < copy->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(copy->items[i].facet)) != 0)
			copy->items[kept++] = copy->items[i];
	}
	copy->nitems = kept;
	return copy;
}

/* SgObjectReceiver: compares one object with the image, or adds it to the image */
static void
receive_object(SgObject *object, void *arg)
{
	Comparison *comparison = arg;
	LiveKey		key = {object->classid, object->objid};
	LiveEntry  *entry = hash_search(comparison->image->entries, &key, HASH_FIND, NULL);
	SgDigest	digest;
	SgLiveChange *change;
	MemoryContext old;

	resetStringInfo(&comparison->block);
	sg_object_render(&comparison->block, object, comparison->facets);
	sg_digest_block(comparison->block.data, comparison->block.len, &digest);

	old = MemoryContextSwitchTo(comparison->context);
	sg_digest_set_add(&comparison->digests, &digest);
	if (comparison->taking)
	{
		entry = image_add(comparison->image, object->classid, object->objid);
		entry->digest = digest;
		entry->object = guarded_copy(object, comparison->facets);
	}
	else if (entry != NULL && sg_digest_compare(&entry->digest, &digest) == 0)
		entry->seen = true;
	else
	{
		change = palloc0(sizeof(SgLiveChange));
		change->classid = object->classid;
		change->objid = object->objid;
		change->after = guarded_copy(object, comparison->facets);
		change->digest_after = digest;
		change->block = pstrdup(comparison->block.data);
		comparison->objects = lappend(comparison->objects, change);
		if (entry != NULL)
		{
			entry->seen = true;
			change->digest_before = entry->digest;
			change->before = entry->object;
		}
	}
	MemoryContextSwitchTo(old);
}

/* an object whose relation another session has locked: as it was */
static void
take_busy_object(const char *type, const char *identity, Oid classid, Oid objid, void *arg)
{
	Comparison *comparison = arg;
	LiveKey		key = {classid, objid};
	LiveEntry  *entry = hash_search(comparison->image->entries, &key, HASH_FIND, NULL);
	MemoryContext old;

	if (entry == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("%s %s cannot be described while another session has it locked",
						type, identity),
				 errdetail("The live state of schema_guard does not know it yet."),
				 errhint("Try again when the other session has finished.")));
	entry->seen = true;
	old = MemoryContextSwitchTo(comparison->context);
	sg_digest_set_add(&comparison->digests, &entry->digest);
	MemoryContextSwitchTo(old);
}

/*
 * Bounds the wait for a table lock under the publish lock, until AtEOXact_GUC
 * of the level returned.  Such a wait is not meant to be (see the head of this
 * file), but the deparser may open what is not foreseen.  Whoever has it
 * locked may be waiting for the publish lock: giving up well before
 * deadlock_timeout makes it a fault of the guard, reported as such.  A deadlock
 * is still possible if the other session looks for one just then; it is
 * waiting in its own gate, so that it is a fault of the guard there as well.
 */
static int
bound_lock_waits(void)
{
	int			level = NewGUCNestLevel();
	int			bound = Max(Min(LOCK_WAIT_MS, DeadlockTimeout / 2), 1);

	if (LockTimeout == 0 || LockTimeout > bound)
		(void) set_config_option("lock_timeout", psprintf("%d", bound), PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

static void
describe_into(Comparison *comparison, bool finish_concurrent)
{
	SgDescribeOptions options = {0};
	int			level = comparison->taking ? NewGUCNestLevel() : bound_lock_waits();

	sg_spi_connect();
	comparison->facets = sg_scope_facets();
	sg_spi_finish();
	sg_digest_set_init(&comparison->digests);
	initStringInfo(&comparison->block);
	options.facets = comparison->facets;
	options.finish_concurrent = finish_concurrent;
	if (!comparison->taking)
		options.busy = take_busy_object;

	/* the deparser reads catalogs under the active snapshot here and there */
	PushActiveSnapshot(GetLatestSnapshot());
	sg_describe_all(&options, receive_object, comparison);
	PopActiveSnapshot();
	AtEOXact_GUC(true, level);

	sg_digest_set_sort(&comparison->digests);
	pfree(comparison->block.data);
}

static void
copy_fingerprint(SgDigestSet *digests, char *fingerprint)
{
	SgDigest	root;

	sg_digest_root(digests, &root);
	strlcpy(fingerprint, sg_fingerprint_text(&root), SG_FINGERPRINT_LEN + 1);
}

/*
 * The catalogs as they are now, with all objects in memory: for a comparison
 * with what a command makes of them.  Waits for table locks.
 */
SgLiveImage *
sg_live_image_taken(void)
{
	Comparison	comparison = {0};

	comparison.image = image_create();
	comparison.image->exists = true;
	comparison.taking = true;
	comparison.context = CurrentMemoryContext;
	describe_into(&comparison, false);
	copy_fingerprint(&comparison.digests, comparison.image->fingerprint);
	return comparison.image;
}

/* objects of the image that are not there any more */
static void
collect_removed(Comparison *comparison)
{
	HASH_SEQ_STATUS scan;
	LiveEntry  *entry;

	hash_seq_init(&scan, comparison->image->entries);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		SgLiveChange *change;

		if (entry->seen)
		{
			entry->seen = false;	/* for the next comparison */
			continue;
		}
		change = palloc0(sizeof(SgLiveChange));
		change->classid = entry->key.classid;
		change->objid = entry->key.objid;
		change->before = entry->object;
		change->digest_before = entry->digest;
		comparison->objects = lappend(comparison->objects, change);
	}
}

static bool
has_digest(const SgDigest *digest)
{
	static const SgDigest zero;

	return sg_digest_compare(digest, &zero) != 0;
}

/* the item keys of a live_object row, onto the items of a block read back */
static void
attach_keys(SgLiveChange *change)
{
	Oid			types[2] = {OIDOID, OIDOID};
	Datum		values[2];

	change->before->classid = change->classid;
	change->before->objid = change->objid;
	values[0] = ObjectIdGetDatum(change->classid);
	values[1] = ObjectIdGetDatum(change->objid);
	if (sg_spi_query("SELECT item_keys FROM schema_guard.live_object"
					 " WHERE classid = $1 AND objid = $2", 2, types, values, NULL) > 0)
	{
		bool		isnull;
		ArrayType  *array = DatumGetArrayTypeP(sg_spi_value(0, 1, &isnull));

		if (ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] == change->before->nitems)
		{
			for (int i = 0; i < change->before->nitems; i++)
				change->before->items[i].key = ((Oid *) ARR_DATA_PTR(array))[i];
		}
	}
}

/* Loads the "before" of every change from the store, where it is not in memory. */
static void
load_before(List *objects)
{
	SgDigest   *digests = palloc(sizeof(SgDigest) * Max(list_length(objects), 1));
	SgObject  **loaded;
	int			count = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		SgLiveChange *change = lfirst(lc);

		if (change->before == NULL && has_digest(&change->digest_before))
			digests[count++] = change->digest_before;
	}
	if (count == 0)
		return;
	loaded = sg_store_load_objects(digests, count);
	count = 0;
	sg_spi_connect();
	foreach(lc, objects)
	{
		SgLiveChange *change = lfirst(lc);

		if (change->before == NULL && has_digest(&change->digest_before))
		{
			/* two rows may share a block only if one of them is damaged */
			change->before = loaded[count++];
			attach_keys(change);
		}
	}
	sg_spi_finish();
}

static List *
diff_objects(List *objects)
{
	int			count = list_length(objects);
	SgObject  **before = palloc(sizeof(SgObject *) * Max(count, 1));
	SgObject  **after = palloc(sizeof(SgObject *) * Max(count, 1));
	int			nbefore = 0;
	int			nafter = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		SgLiveChange *change = lfirst(lc);

		if (change->before != NULL)
			before[nbefore++] = change->before;
		if (change->after != NULL)
			after[nafter++] = change->after;
	}
	return sg_diff_objects(before, nbefore, after, nafter);
}

/*
 * Compares the image with the catalogs as they are now, uncommitted changes
 * of this transaction included; finish_concurrent as in SgDescribeOptions.
 * Waits for no table lock.  The image can be used again.
 */
SgLiveDelta *
sg_live_compare(SgLiveImage *image, bool finish_concurrent)
{
	SgLiveDelta *delta = palloc0(sizeof(SgLiveDelta));
	Comparison	comparison = {0};

	comparison.image = image;
	comparison.context = CurrentMemoryContext;
	describe_into(&comparison, finish_concurrent);
	collect_removed(&comparison);

	delta->facets = comparison.facets;
	delta->object_count = comparison.digests.count;
	delta->objects = comparison.objects;
	strlcpy(delta->before, image->fingerprint, sizeof(delta->before));
	copy_fingerprint(&comparison.digests, delta->after);
	load_before(delta->objects);
	delta->changes = diff_objects(delta->objects);
	return delta;
}

/* the keys of an object's items as an array literal */
static char *
keys_literal(const SgObject *object)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	for (int i = 0; i < object->nitems; i++)
		appendStringInfo(&buf, i > 0 ? ",%u" : "%u", object->items[i].key);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* brings schema_guard.live_object up to date */
static void
publish_objects(const SgLiveDelta *delta)
{
	Oid			types[4] = {OIDARRAYOID, OIDARRAYOID, BYTEAARRAYOID, TEXTARRAYOID};
	Datum		values[4];
	SgArray		gone[2];
	SgArray		there[4];
	ListCell   *lc;

	for (int i = 0; i < 2; i++)
	{
		sg_array_init(&gone[i], OIDOID);
		sg_array_init(&there[i], OIDOID);
	}
	sg_array_init(&there[2], BYTEAOID);
	sg_array_init(&there[3], TEXTOID);
	foreach(lc, delta->objects)
	{
		const SgLiveChange *change = lfirst(lc);

		sg_array_add_oid(&gone[0], change->classid);
		sg_array_add_oid(&gone[1], change->objid);
		if (change->after == NULL)
			continue;
		sg_array_add_oid(&there[0], change->classid);
		sg_array_add_oid(&there[1], change->objid);
		sg_array_add_digest(&there[2], &change->digest_after);
		sg_array_add_text(&there[3], keys_literal(change->after));
	}
	for (int i = 0; i < 2; i++)
		values[i] = sg_array_datum(&gone[i]);
	sg_spi_command("DELETE FROM schema_guard.live_object l"
				   " USING unnest($1, $2) AS gone (classid, objid)"
				   " WHERE l.classid = gone.classid AND l.objid = gone.objid",
				   2, types, values, NULL);
	for (int i = 0; i < 4; i++)
		values[i] = sg_array_datum(&there[i]);
	sg_spi_command("INSERT INTO schema_guard.live_object (classid, objid, digest, item_keys)"
				   " SELECT classid, objid, digest, item_keys::oid[]"
				   " FROM unnest($1, $2, $3, $4) AS there (classid, objid, digest, item_keys)",
				   4, types, values, NULL);
}

/*
 * Makes the state after the change the live state, stores the blocks that are
 * new, and tells connected sessions.  The caller holds the publish lock.
 */
void
sg_live_publish(const SgLiveDelta *delta)
{
	Oid			types[2] = {TEXTOID, INT4OID};
	Datum		values[2];
	SgStoreWriter *writer = sg_store_writer_begin();
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		const SgLiveChange *change = lfirst(lc);

		if (change->after != NULL)
			sg_store_writer_add(writer, change->after, change->block, &change->digest_after);
	}
	sg_store_writer_end(writer);

	sg_spi_connect();
	if (delta->objects != NIL)
		publish_objects(delta);
	values[0] = CStringGetTextDatum(delta->after);
	values[1] = Int32GetDatum(delta->object_count);
	sg_spi_command("INSERT INTO schema_guard.live_state"
				   " (fingerprint, stale, object_count, computed_at)"
				   " VALUES ($1, false, $2, clock_timestamp())"
				   " ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint,"
				   " stale = false, object_count = excluded.object_count,"
				   " computed_at = excluded.computed_at",
				   2, types, values, NULL);
	CacheInvalidateRelcacheByRelid(get_relname_relid("live_state", sg_extension_schema()));
	sg_spi_finish();
}
