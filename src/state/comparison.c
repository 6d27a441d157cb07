/*
 * state/comparison.c
 *		Compares the catalogs with an image, object by object.
 */
#include "postgres.h"

#include "access/xact.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "description/scope.h"
#include "format/diff.h"
#include "state/comparison.h"
#include "state/delta.h"
#include "state/store.h"
#include "support/lock_wait.h"
#include "support/text.h"

/* the longest wait for a table lock while the publish lock is held */
#define LOCK_WAIT_MS 100

/* Returns true if the live state has the same keys for the object's items. */
static bool
same_keys(const SgImageEntry *entry, const SgObject *object, SgFacetSet facets)
{
	int			n = 0;

	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) == 0)
			continue;
		if (n >= entry->nkeys || entry->keys[n] != object->items[i].stable_id)
			return false;
		n++;
	}
	return n == entry->nkeys;
}

/* Sorts the mentions; they may have been read twice, for the object and for its class. */
static List *
sorted_mentions(SgImageEntry *entry)
{
	list_sort(entry->mentions, list_oid_cmp);
	list_deduplicate_oid(entry->mentions);
	return entry->mentions;
}

/* Returns true if the live state has the same mentions. */
static bool
same_mentions(SgImageEntry *entry, const SgObject *object)
{
	const List *before = sorted_mentions(entry);
	int			n = 0;
	ListCell   *lc;

	if (list_length(before) != object->nmentions)
		return false;
	foreach(lc, before)
	{
		if (lfirst_oid(lc) != object->mentions[n++])
			return false;
	}
	return true;
}

static SgObjectChange *
change_of(SgComparison *comparison, const SgObject *object, const SgDigest *digest,
		  SgImageEntry *entry)
{
	SgObjectChange *change = palloc0(sizeof(SgObjectChange));

	change->classid = object->classid;
	change->objid = object->objid;
	change->after = sg_image_copy(object, comparison->facets);
	change->digest_after = *digest;
	change->block = pstrdup(comparison->block.data);
	change->digest_before = entry->digest;
	change->before = entry->object;
	change->mentions_before = sorted_mentions(entry);
	return change;
}

/* SgObjectReceiver: compares an object with the image. */
void
sg_comparison_receive(SgObject *object, void *arg)
{
	SgComparison *comparison = arg;
	SgImageEntry *entry = sg_image_find(comparison->image, object->classid, object->objid);
	SgDigest	digest;
	MemoryContext old;

	/* it can be described both by itself and with its class */
	if (entry != NULL && entry->seen)
		return;
	sg_block_render(&comparison->block, object, comparison->facets, &digest);

	old = MemoryContextSwitchTo(comparison->context);
	sg_digest_set_add(&comparison->digests, &digest);
	if (entry == NULL)
		entry = sg_image_add(comparison->image, object->classid, object->objid);
	if (!entry->stored || sg_digest_compare(&entry->digest, &digest) != 0)
		comparison->objects = lappend(comparison->objects,
									  change_of(comparison, object, &digest, entry));
	else if (entry->object == NULL &&
			 (!same_keys(entry, object, comparison->facets) || !same_mentions(entry, object)))
		comparison->rekeyed = lappend(comparison->rekeyed,
									  change_of(comparison, object, &digest, entry));
	entry->seen = true;
	MemoryContextSwitchTo(old);
}

/* Takes an object whose relation another session has locked as the image has it. */
static void
take_busy_object(const char *type, const char *identity, Oid classid, Oid objid, void *arg)
{
	SgComparison *comparison = arg;
	SgImageEntry *entry = sg_image_find(comparison->image, classid, objid);
	MemoryContext old;

	if (entry == NULL || !entry->stored)
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("%s %s cannot be described while another session has it locked",
						type, sg_text_escape_unmappable(identity)),
				 errdetail("The live state of schema_guard does not know it yet."),
				 errhint("Try again when the other session has finished.")));
	entry->seen = true;
	comparison->stale = true;
	old = MemoryContextSwitchTo(comparison->context);
	sg_digest_set_add(&comparison->digests, &entry->digest);
	MemoryContextSwitchTo(old);
}

/*
 * Bounds waits for table locks under the publish lock, until the current GUC
 * nesting level ends.  Such a wait is not intended (see state/delta.c),
 * but the deparser may open relations that we do not foresee, and the session that
 * has one locked may be waiting for the publish lock.  Giving up well before
 * deadlock_timeout makes this a fault of the guard, reported as such.  A deadlock
 * is still possible if the other session checks for one just then; it is in its
 * own gate, which tries again.
 */
void
sg_comparison_bound_lock_waits(void)
{
	sg_lock_wait_bound(Max(Min(LOCK_WAIT_MS, DeadlockTimeout / 2), 1));
}

/*
 * Begins a comparison, with results in the current memory context.  Sets the
 * options of the description whose receiver is sg_comparison_receive().
 */
void
sg_comparison_begin(SgComparison *comparison, SgDescribeOptions *options, bool as_if_complete)
{
	comparison->context = CurrentMemoryContext;
	comparison->facets = sg_scope_facets();
	sg_digest_set_init(&comparison->digests);
	initStringInfo(&comparison->block);
	options->facets = comparison->facets;
	options->as_if_complete = as_if_complete;
	options->locked_callback = take_busy_object;

	/* parts of the deparser read the catalogs with the active snapshot */
	PushActiveSnapshot(GetLatestSnapshot());
}

/* Ends a comparison.  Its results stay valid. */
void
sg_comparison_end(SgComparison *comparison)
{
	PopActiveSnapshot();
	pfree(comparison->block.data);
}

static void
add_removed(SgComparison *comparison, SgImageEntry *entry)
{
	SgObjectChange *change = palloc0(sizeof(SgObjectChange));

	change->classid = entry->key.classid;
	change->objid = entry->key.objid;
	change->before = entry->object;
	change->digest_before = entry->digest;
	change->mentions_before = sorted_mentions(entry);
	comparison->objects = lappend(comparison->objects, change);
}

/* Adds the objects of the image that no longer exist to the changes. */
void
sg_comparison_add_removed(SgComparison *comparison)
{
	HASH_SEQ_STATUS scan;
	SgImageEntry *entry;

	hash_seq_init(&scan, comparison->image->entries);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->stored && !entry->seen)
			add_removed(comparison, entry);
		entry->seen = false;	/* for the next comparison */
	}
}

/* Gives the items of an object that was read from the store the keys of the live state. */
static void
attach_keys(SgImage *image, SgObjectChange *change)
{
	const SgImageEntry *entry = sg_image_find(image, change->classid, change->objid);

	change->before->classid = change->classid;
	change->before->objid = change->objid;
	if (entry == NULL || entry->nkeys != change->before->nitems)
		return;
	for (int i = 0; i < entry->nkeys; i++)
		change->before->items[i].stable_id = entry->keys[i];
}

/* Loads the "before" of SgObjectChanges from the store, unless it is in memory. */
void
sg_comparison_load_before(SgImage *image, List *objects)
{
	SgDigest   *digests = palloc(sizeof(SgDigest) * Max(list_length(objects), 1));
	SgObject  **loaded;
	int			count = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		SgObjectChange *change = lfirst(lc);

		if (change->before == NULL && !sg_digest_is_zero(&change->digest_before))
			digests[count++] = change->digest_before;
	}
	if (count == 0)
		return;
	loaded = sg_store_load_objects(digests, count);
	count = 0;
	foreach(lc, objects)
	{
		SgObjectChange *change = lfirst(lc);

		if (change->before == NULL && !sg_digest_is_zero(&change->digest_before))
		{
			change->before = loaded[count++];
			attach_keys(image, change);
		}
	}
}

/* Returns the item changes of SgObjectChanges whose "before" is loaded: a sorted List of SgItemChange *. */
List *
sg_comparison_changes(List *objects)
{
	int			count = list_length(objects);
	SgObject  **before = palloc(sizeof(SgObject *) * Max(count, 1));
	SgObject  **after = palloc(sizeof(SgObject *) * Max(count, 1));
	int			nbefore = 0;
	int			nafter = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		SgObjectChange *change = lfirst(lc);

		if (change->before != NULL)
			before[nbefore++] = change->before;
		if (change->after != NULL)
			after[nafter++] = change->after;
	}
	return sg_diff_objects(before, nbefore, after, nafter);
}

/* Returns the delta, except for buckets, fingerprint and number of objects afterwards. */
SgDelta *
sg_comparison_delta(SgComparison *comparison)
{
	SgDelta    *delta = palloc0(sizeof(SgDelta));

	delta->facets = comparison->facets;
	delta->objects = comparison->objects;
	delta->rekeyed = comparison->rekeyed;
	delta->version = comparison->image->state.version;
	delta->unmarked_commits = comparison->image->state.unmarked_commits;
	delta->stale = comparison->stale || comparison->image->state.unmarked_pending;
	strlcpy(delta->before, comparison->image->state.fingerprint, sizeof(delta->before));
	sg_comparison_load_before(comparison->image, delta->objects);
	delta->changes = sg_comparison_changes(delta->objects);
	return delta;
}
