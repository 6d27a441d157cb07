/*
 * sg_delta.c
 *		What differs between an earlier state and the catalogs as they are now.
 *
 * Two ways lead to the same answer.  sg_live_compare() describes everything.
 * sg_live_compare_touched() describes what the transaction has touched
 * (sg_touched.c), compares that with the live state, and goes on with whatever
 * can name an object of which the name has changed (sg_dependents.c), until
 * nothing new comes up.  It gives up where the reach is not known or too long.
 *
 * Both run under the publish lock and must not wait for a lock on a table: its
 * holder may be waiting for the publish lock.  Where the deparser must open a
 * relation that another session has locked, the "busy" callback takes the
 * object as the live state has it.  Mostly that is not a guess: whoever changed
 * it is still running, its change is invisible, and it will have to take the
 * publish lock before it commits.  But where a name in the object's text may
 * have been changed by this transaction, the state is marked stale, and the
 * next one starts by computing it anew.  What the deparser opens beyond that
 * is waited for briefly, see bound_lock_waits.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "sg_delta.h"
#include "sg_dependents.h"
#include "sg_describe.h"
#include "sg_diff.h"
#include "sg_live.h"
#include "sg_scope.h"
#include "sg_store.h"
#include "sg_touched.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* how long a table lock is waited for while the publish lock is held, at most */
#define LOCK_WAIT_MS 100

/*
 * More than so many objects, and than a tenth of all, are not described one by
 * one: a whole description is cheaper.
 */
#define MAX_SINGLE_OBJECTS 1000

typedef struct LiveKey
{
	Oid			classid;
	Oid			objid;
} LiveKey;

typedef struct LiveEntry
{
	LiveKey		key;
	SgDigest	digest;
	int			nkeys;
	Oid		   *keys;
	SgObject   *object;			/* NULL: its block is in the store */
	bool		stored;			/* there before */
	bool		seen;			/* while comparing: still there */
} LiveEntry;

struct SgLiveImage
{
	SgLiveState state;
	HTAB	   *entries;		/* of LiveEntry */
	MemoryContext context;
};

/* an ongoing comparison, or an image being taken */
typedef struct Comparison
{
	SgLiveImage *image;
	bool		taking;			/* fill the image instead of comparing */
	bool		unsure;
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object that was received */
	List	   *objects;		/* of SgLiveChange * */
	List	   *rekeyed;
	StringInfoData block;
	MemoryContext context;		/* where results go */
} Comparison;

static SgLiveImage *
image_create(void)
{
	SgLiveImage *image = palloc0(sizeof(SgLiveImage));
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(LiveKey);
	ctl.entrysize = sizeof(LiveEntry);
	ctl.hcxt = CurrentMemoryContext;
	image->context = CurrentMemoryContext;
	image->entries = hash_create("schema_guard image", 256, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return image;
}

static LiveEntry *
image_find(SgLiveImage *image, Oid classid, Oid objid)
{
	LiveKey		key = {classid, objid};

	return hash_search(image->entries, &key, HASH_FIND, NULL);
}

static LiveEntry *
image_add(SgLiveImage *image, Oid classid, Oid objid)
{
	LiveKey		key = {classid, objid};
	LiveEntry  *entry = hash_search(image->entries, &key, HASH_ENTER, NULL);

	memset((char *) entry + sizeof(LiveKey), 0, sizeof(LiveEntry) - sizeof(LiveKey));
	return entry;
}

/* SgLiveRowReceiver: adds a row of the live state, unless it is there already */
static void
image_add_row(const SgLiveRow *row, void *arg)
{
	SgLiveImage *image = arg;
	LiveEntry  *entry;

	if (image_find(image, row->classid, row->objid) != NULL)
		return;
	entry = image_add(image, row->classid, row->objid);
	entry->stored = true;
	entry->digest = row->digest;
	entry->nkeys = row->nkeys;
	entry->keys = row->keys;
}

/* The stored live state; empty if there is none. */
SgLiveImage *
sg_live_image_stored(void)
{
	SgLiveImage *image = image_create();

	sg_live_state(&image->state);
	sg_live_rows(InvalidOid, image_add_row, image);
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

/* Are the keys of the items those that the live state has? */
static bool
same_keys(const LiveEntry *entry, const SgObject *object, SgFacetSet facets)
{
	int			n = 0;

	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) == 0)
			continue;
		if (n >= entry->nkeys || entry->keys[n] != object->items[i].key)
			return false;
		n++;
	}
	return n == entry->nkeys;
}

static SgLiveChange *
change_of(Comparison *comparison, const SgObject *object, const SgDigest *digest,
		  const LiveEntry *entry)
{
	SgLiveChange *change = palloc0(sizeof(SgLiveChange));

	change->classid = object->classid;
	change->objid = object->objid;
	change->after = guarded_copy(object, comparison->facets);
	change->digest_after = *digest;
	change->block = pstrdup(comparison->block.data);
	change->digest_before = entry->digest;
	change->before = entry->object;
	return change;
}

/* SgObjectReceiver: compares one object with the image, or adds it to the image */
static void
receive_object(SgObject *object, void *arg)
{
	Comparison *comparison = arg;
	LiveEntry  *entry = image_find(comparison->image, object->classid, object->objid);
	SgDigest	digest;
	MemoryContext old;

	/* one by itself and with its class */
	if (entry != NULL && entry->seen)
		return;
	resetStringInfo(&comparison->block);
	sg_object_render(&comparison->block, object, comparison->facets);
	sg_digest_block(comparison->block.data, comparison->block.len, &digest);

	old = MemoryContextSwitchTo(comparison->context);
	sg_digest_set_add(&comparison->digests, &digest);
	if (entry == NULL)
		entry = image_add(comparison->image, object->classid, object->objid);
	if (comparison->taking)
	{
		entry->stored = true;
		entry->digest = digest;
		entry->object = guarded_copy(object, comparison->facets);
	}
	else if (!entry->stored || sg_digest_compare(&entry->digest, &digest) != 0)
		comparison->objects = lappend(comparison->objects,
									  change_of(comparison, object, &digest, entry));
	else if (entry->object == NULL && !same_keys(entry, object, comparison->facets))
		comparison->rekeyed = lappend(comparison->rekeyed,
									  change_of(comparison, object, &digest, entry));
	entry->seen = !comparison->taking;
	MemoryContextSwitchTo(old);
}

/* an object whose relation another session has locked: as it was */
static void
take_busy_object(const char *type, const char *identity, Oid classid, Oid objid, void *arg)
{
	Comparison *comparison = arg;
	LiveEntry  *entry = image_find(comparison->image, classid, objid);
	MemoryContext old;

	if (entry == NULL || !entry->stored)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("%s %s cannot be described while another session has it locked",
						type, identity),
				 errdetail("The live state of schema_guard does not know it yet."),
				 errhint("Try again when the other session has finished.")));
	entry->seen = true;
	comparison->unsure = true;
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
begin_comparison(Comparison *comparison, SgDescribeOptions *options, bool finish_concurrent)
{
	comparison->context = CurrentMemoryContext;
	comparison->facets = sg_scope_facets();
	sg_digest_set_init(&comparison->digests);
	initStringInfo(&comparison->block);
	options->facets = comparison->facets;
	options->finish_concurrent = finish_concurrent;
	if (!comparison->taking)
		options->busy = take_busy_object;

	/* the deparser reads catalogs under the active snapshot here and there */
	PushActiveSnapshot(GetLatestSnapshot());
}

static void
end_comparison(Comparison *comparison)
{
	PopActiveSnapshot();
	pfree(comparison->block.data);
}

static void
describe_everything(Comparison *comparison, bool finish_concurrent)
{
	SgDescribeOptions options = {0};
	int			level = comparison->taking ? NewGUCNestLevel() : bound_lock_waits();

	begin_comparison(comparison, &options, finish_concurrent);
	sg_describe_all(&options, receive_object, comparison);
	end_comparison(comparison);
	AtEOXact_GUC(true, level);
	sg_digest_set_sort(&comparison->digests);
}

static void
copy_fingerprint(const SgDigest *buckets, char *fingerprint)
{
	SgDigest	root;

	sg_digest_root_of_buckets(buckets, &root);
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
	SgDigest	buckets[SG_BUCKETS];

	comparison.image = image_create();
	comparison.image->state.exists = true;
	comparison.taking = true;
	describe_everything(&comparison, false);
	sg_digest_buckets(&comparison.digests, buckets);
	copy_fingerprint(buckets, comparison.image->state.fingerprint);
	return comparison.image;
}

static void
add_removed(Comparison *comparison, const LiveEntry *entry)
{
	SgLiveChange *change = palloc0(sizeof(SgLiveChange));

	change->classid = entry->key.classid;
	change->objid = entry->key.objid;
	change->before = entry->object;
	change->digest_before = entry->digest;
	comparison->objects = lappend(comparison->objects, change);
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
		if (entry->stored && !entry->seen)
			add_removed(comparison, entry);
		entry->seen = false;	/* for the next comparison */
	}
}

/* the item keys of the live state, onto the items of a block read back */
static void
attach_keys(SgLiveImage *image, SgLiveChange *change)
{
	const LiveEntry *entry = image_find(image, change->classid, change->objid);

	change->before->classid = change->classid;
	change->before->objid = change->objid;
	if (entry == NULL || entry->nkeys != change->before->nitems)
		return;
	for (int i = 0; i < entry->nkeys; i++)
		change->before->items[i].key = entry->keys[i];
}

/* Loads the "before" of every change from the store, where it is not in memory. */
static void
load_before(SgLiveImage *image, List *objects)
{
	SgDigest   *digests = palloc(sizeof(SgDigest) * Max(list_length(objects), 1));
	SgObject  **loaded;
	int			count = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		SgLiveChange *change = lfirst(lc);

		if (change->before == NULL && !sg_digest_is_zero(&change->digest_before))
			digests[count++] = change->digest_before;
	}
	if (count == 0)
		return;
	loaded = sg_store_load_objects(digests, count);
	count = 0;
	foreach(lc, objects)
	{
		SgLiveChange *change = lfirst(lc);

		if (change->before == NULL && !sg_digest_is_zero(&change->digest_before))
		{
			change->before = loaded[count++];
			attach_keys(image, change);
		}
	}
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

/* what the two ways have in common */
static SgLiveDelta *
make_delta(Comparison *comparison)
{
	SgLiveDelta *delta = palloc0(sizeof(SgLiveDelta));

	delta->facets = comparison->facets;
	delta->objects = comparison->objects;
	delta->rekeyed = comparison->rekeyed;
	delta->unseen_commits = comparison->image->state.unseen_commits;
	delta->unsure = comparison->unsure;
	strlcpy(delta->before, comparison->image->state.fingerprint, sizeof(delta->before));
	load_before(comparison->image, delta->objects);
	delta->changes = diff_objects(delta->objects);
	return delta;
}

/*
 * Compares the image with the catalogs as they are now, uncommitted changes
 * of this transaction included; finish_concurrent as in SgDescribeOptions.
 * Waits for no table lock.  The image can be used again.
 */
SgLiveDelta *
sg_live_compare(SgLiveImage *image, bool finish_concurrent)
{
	SgLiveDelta *delta;
	Comparison	comparison = {0};

	comparison.image = image;
	describe_everything(&comparison, finish_concurrent);
	collect_removed(&comparison);

	delta = make_delta(&comparison);
	delta->object_count = comparison.digests.count;
	sg_digest_buckets(&comparison.digests, delta->buckets);
	memset(delta->affected, true, sizeof(delta->affected));
	copy_fingerprint(delta->buckets, delta->after);
	return delta;
}

/* an object that is to be described, or with InvalidOid all of the class */
typedef struct WorkItem
{
	LiveKey		key;
	bool		created;		/* by this transaction: nothing older can name it */
} WorkItem;

typedef struct Worklist
{
	Comparison	comparison;
	SgDescribeRun *run;
	HTAB	   *known;			/* of WorkItem, each object once */
	List	   *pending;		/* of WorkItem * */
} Worklist;

static void
enlist(Worklist *work, ObjectAddress address)
{
	LiveKey		key;
	WorkItem   *item;
	bool		found;
	Oid			touched = address.objectId;
	bool		created = address.objectSubId == SG_TOUCHED_CREATED;

	if (!sg_whole_object(&address))
		return;
	key.classid = address.classId;
	key.objid = address.objectId;
	item = hash_search(work->known, &key, HASH_ENTER, &found);
	if (!found)
	{
		item->created = false;
		work->pending = lappend(work->pending, item);
	}
	/* an index is created, its table need not be */
	if (created && address.objectId == touched)
		item->created = true;
}

static void
enlist_dependents(Worklist *work, Oid classid, Oid objid, SgReach reach)
{
	ObjectAddress address;
	List	   *dependents;
	ListCell   *lc;

	ObjectAddressSet(address, classid, objid);
	dependents = sg_dependents(&address, reach);
	foreach(lc, dependents)
		enlist(work, *(ObjectAddress *) lfirst(lc));
}

static const SgItem *
find_item(const SgObject *object, const char *words, uint32 key)
{
	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];

		if (item->key == key && strncmp(item->attribute, words, strlen(words)) == 0)
			return item;
	}
	return NULL;
}

/*
 * How far the change of a relation reaches: a column that has another name is
 * in many texts; one that came or went changes which columns queries over it
 * can tell apart.
 */
static SgReach
reach_of_columns(const SgObject *before, const SgObject *after)
{
	SgReach		reach = SG_REACH_CHILDREN;
	int			columns = 0;

	for (int i = 0; i < before->nitems; i++)
	{
		const SgItem *item = &before->items[i];
		const SgItem *now;

		if (strncmp(item->attribute, "column ", 7) != 0)
			continue;
		columns++;
		now = find_item(after, "column ", item->key);
		if (now == NULL)
			reach = SG_REACH_QUERIES;
		else if (strcmp(now->attribute, item->attribute) != 0)
			return SG_REACH_ALL;
	}
	/* not shown, as those of a partition: they may have changed */
	if (columns == 0)
		return SG_REACH_ALL;
	for (int i = 0; i < after->nitems; i++)
	{
		if (strncmp(after->items[i].attribute, "column ", 7) == 0)
			columns--;
	}
	return columns != 0 ? SG_REACH_QUERIES : reach;
}

/* How far a change reaches, of an object that was there before and is still. */
static SgReach
reach_of(const SgLiveChange *change)
{
	const SgObject *before = change->before;
	const SgObject *after = change->after;

	if (strcmp(before->identity, after->identity) != 0)
		return SG_REACH_ALL;
	/* labels of an enum are in the texts of constants */
	if (change->classid == TypeRelationId)
		return SG_REACH_ALL;
	if (change->classid == RelationRelationId)
		return strcmp(after->type, "sequence") == 0 ? SG_REACH_NONE :
			reach_of_columns(before, after);
	return SG_REACH_NONE;
}

/* ON CONFLICT ON CONSTRAINT has the name of one */
static void
enlist_constraint_users(Worklist *work, const SgLiveChange *change)
{
	for (int i = 0; i < change->before->nitems; i++)
	{
		const SgItem *item = &change->before->items[i];
		const SgItem *now;

		if (item->key == 0 || strncmp(item->attribute, "constraint ", 11) != 0)
			continue;
		now = find_item(change->after, "constraint ", item->key);
		if (now != NULL && strcmp(now->attribute, item->attribute) != 0)
			enlist_dependents(work, ConstraintRelationId, item->key, SG_REACH_ALL);
	}
}

/*
 * Goes on with what can name the object, now that its change is known.  One
 * that is new here may have been out of scope under another name.
 */
static void
follow_change(Worklist *work, SgLiveChange *change)
{
	load_before(work->comparison.image, list_make1(change));
	if (change->before == NULL)
	{
		enlist_dependents(work, change->classid, change->objid, SG_REACH_ALL);
		return;
	}
	enlist_dependents(work, change->classid, change->objid, reach_of(change));
	if (change->classid == RelationRelationId)
		enlist_constraint_users(work, change);
}

/*
 * Describes one object, or a class, and compares it.  What is not described,
 * neither before nor now, may have another name all the same.
 */
static void
examine(Worklist *work, const WorkItem *item)
{
	const LiveKey *key = &item->key;
	Comparison *comparison = &work->comparison;
	int			received = comparison->digests.count;
	int			changes = list_length(comparison->objects);
	LiveEntry  *entry = NULL;

	if (OidIsValid(key->objid))
	{
		SgLiveRow	row;

		if (sg_live_row(key->classid, key->objid, &row))
			image_add_row(&row, comparison->image);
		entry = image_find(comparison->image, key->classid, key->objid);
	}
	else
		sg_live_rows(key->classid, image_add_row, comparison->image);

	sg_describe_object(work->run, key->classid, key->objid);

	if (item->created)
		return;
	if (OidIsValid(key->objid) && entry == NULL && comparison->digests.count == received)
		enlist_dependents(work, key->classid, key->objid, SG_REACH_ALL);
	else if (entry != NULL && !entry->seen)
		/* its row stays unseen, and is what collect_removed() finds */
		enlist_dependents(work, key->classid, key->objid, SG_REACH_ALL);
	for (; changes < list_length(comparison->objects); changes++)
		follow_change(work, list_nth(comparison->objects, changes));
}

/* the buckets and the fingerprint that result from a delta of some objects */
static void
apply_to_buckets(SgLiveDelta *delta)
{
	SgDigestSet gone[SG_BUCKETS];
	SgDigestSet come[SG_BUCKETS];
	bool	   *affected = delta->affected;
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		const SgLiveChange *change = lfirst(lc);
		const SgDigest *digests[2] = {&change->digest_before, &change->digest_after};

		for (int i = 0; i < 2; i++)
		{
			uint8		bucket = digests[i]->bytes[0];

			if (sg_digest_is_zero(digests[i]))
				continue;
			if (!affected[bucket])
			{
				sg_digest_set_init(&gone[bucket]);
				sg_digest_set_init(&come[bucket]);
				sg_live_bucket_members(bucket, &come[bucket]);
				affected[bucket] = true;
			}
			sg_digest_set_add(i == 0 ? &gone[bucket] : &come[bucket], digests[i]);
		}
	}
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		if (!affected[i])
			continue;
		sg_digest_set_sort(&gone[i]);
		sg_digest_set_sort(&come[i]);
		sg_digest_sets_drop_common(&come[i], &gone[i]);
		memset(&delta->buckets[i], 0, sizeof(SgDigest));
		if (come[i].count > 0)
			sg_digest_list(come[i].members, come[i].count, &delta->buckets[i]);
	}
	copy_fingerprint(delta->buckets, delta->after);
}

static void
count_objects(SgLiveDelta *delta, const SgLiveState *state)
{
	ListCell   *lc;

	delta->object_count = state->object_count;
	foreach(lc, delta->objects)
	{
		const SgLiveChange *change = lfirst(lc);

		if (sg_digest_is_zero(&change->digest_before))
			delta->object_count++;
		if (sg_digest_is_zero(&change->digest_after))
			delta->object_count--;
	}
}

static HTAB *
create_known(void)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(LiveKey);
	ctl.entrysize = sizeof(WorkItem);
	ctl.hcxt = CurrentMemoryContext;
	return hash_create("schema_guard touched objects", 64, &ctl,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* false: there are too many of them */
static bool
examine_touched(Worklist *work)
{
	int			count;
	ObjectAddress *touched = sg_touched_objects(&count);
	int			limit = Max(MAX_SINGLE_OBJECTS, work->comparison.image->state.object_count / 10);

	for (int i = 0; i < count; i++)
		enlist(work, touched[i]);
	for (int i = 0; i < list_length(work->pending); i++)
	{
		if (list_length(work->pending) > limit)
			return false;
		examine(work, list_nth(work->pending, i));
		CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/*
 * The same for what this transaction has touched, against the live state.
 * NULL if only a whole description can tell.  Under the publish lock.
 */
SgLiveDelta *
sg_live_compare_touched(const SgLiveState *state, bool finish_concurrent)
{
	Worklist	work = {0};
	SgDescribeOptions options = {0};
	SgLiveDelta *delta;
	int			level;
	bool		done;

	if (!state->exists || state->stale)
		return NULL;
	work.comparison.image = image_create();
	work.comparison.image->state = *state;
	begin_comparison(&work.comparison, &options, finish_concurrent);
	if (sg_touched_everything(options.facets))
	{
		end_comparison(&work.comparison);
		return NULL;
	}
	work.known = create_known();
	level = bound_lock_waits();
	work.run = sg_describe_begin(&options, receive_object, &work.comparison);
	done = examine_touched(&work);
	sg_describe_end(work.run);
	end_comparison(&work.comparison);
	AtEOXact_GUC(true, level);
	if (!done)
		return NULL;

	collect_removed(&work.comparison);
	delta = make_delta(&work.comparison);
	sg_live_buckets(delta->buckets);
	apply_to_buckets(delta);
	count_objects(delta, &work.comparison.image->state);
	return delta;
}
