/*
 * state/delta_touched.c
 *		What differs between the live state and the catalogs as they are now:
 *		by describing what the transaction has touched.
 *
 * A worklist: what the transaction touched (state/touched.c) is described and
 * compared with the live state; whatever can name an object of which the name
 * has changed is added, until nothing new comes up: what the live state has as
 * naming it (state/live_mention.c), and what depends on it (state/dependents.c).  The
 * fingerprint is then that of the live state's buckets, but for those that lost
 * or gained an object.
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "catalogs/mention.h"
#include "description/describe.h"
#include "format/fingerprint.h"
#include "state/comparison.h"
#include "state/dependents.h"
#include "state/live_bucket.h"
#include "state/live_mention.h"
#include "state/sub_object.h"
#include "state/touched.h"

/*
 * More than so many objects, and than a tenth of all, are not described one by
 * one: a whole description is cheaper.
 */
#define MAX_SINGLE_OBJECTS 1000

/* an object that is to be described, or with InvalidOid all of the class */
typedef struct WorkItem
{
	SgObjectKey	key;
	bool		created;		/* by this transaction: nothing older can name it */
} WorkItem;

typedef struct Worklist
{
	SgComparison comparison;
	SgDescriber *describer;
	HTAB	   *items;			/* of WorkItem, each object once */
	List	   *pending;		/* of WorkItem * */
	bool		names_change;	/* enlist_naming() has been called */
} Worklist;

/* Has the object examined that this is, or is a part of, unless that was done. */
static void
enlist(Worklist *work, ObjectAddress address)
{
	SgObjectKey	key;
	WorkItem   *item;
	bool		found;
	Oid			touched = address.objectId;
	bool		created = address.objectSubId == SG_TOUCHED_CREATED;

	if (!sg_sub_object_resolve(&address))
		return;
	key.classid = address.classId;
	key.objid = address.objectId;
	item = hash_search(work->items, &key, HASH_ENTER, &found);
	if (!found)
	{
		item->created = false;
		work->pending = lappend(work->pending, item);
	}
	/* an index is created, its table need not be */
	if (created && address.objectId == touched)
		item->created = true;
}

/* SgLiveMentionReceiver */
static void
enlist_mentioning(Oid classid, Oid objid, Oid mentioned, void *arg)
{
	ObjectAddress address;

	ObjectAddressSet(address, classid, objid);
	enlist(arg, address);
}

/*
 * Has what the live state says to name the object examined.  The first time,
 * also what may name any.
 */
static void
enlist_naming(Worklist *work, Oid objid)
{
	sg_live_mention_scan_naming(objid, enlist_mentioning, work);
	if (!work->names_change)
		sg_live_mention_scan_naming(SG_MENTION_ANY, enlist_mentioning, work);
	work->names_change = true;
}

/* Can the part be named where the object is not, as an index or a constraint can? */
static bool
has_name_of_its_own(const ObjectAddress *part)
{
	return part->classId == RelationRelationId || part->classId == ConstraintRelationId;
}

static void
enlist_dependents_of(Worklist *work, const ObjectAddress *object, const ObjectAddress *whole,
					 SgReach reach)
{
	ListCell   *lc;

	check_stack_depth();
	if (reach == SG_REACH_ALL)
		enlist_naming(work, object->objectId);
	foreach(lc, sg_dependents(object, reach))
	{
		const ObjectAddress *dependent = lfirst(lc);
		ObjectAddress address = *dependent;

		enlist(work, address);
		if (reach == SG_REACH_ALL && has_name_of_its_own(dependent) &&
			sg_sub_object_resolve(&address) && address.classId == whole->classId &&
			address.objectId == whole->objectId && dependent->objectId != whole->objectId)
			enlist_dependents_of(work, dependent, whole, reach);
	}
}

/* Has what a change of the object reaches examined; "objid" may be of a part. */
static void
enlist_dependents(Worklist *work, Oid classid, Oid objid, SgReach reach)
{
	ObjectAddress object;
	ObjectAddress whole;

	ObjectAddressSet(object, classid, objid);
	whole = object;
	if (reach != SG_REACH_NONE && sg_sub_object_resolve(&whole))
		enlist_dependents_of(work, &object, &whole, reach);
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
reach_of(const SgObjectChange *change)
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
enlist_constraint_users(Worklist *work, const SgObjectChange *change)
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

/* of a partition; of others there is none */
static void
enlist_parent(Worklist *work, Oid partition)
{
	List	   *ancestors = get_partition_ancestors(partition);
	ObjectAddress parent;

	if (ancestors == NIL)
		return;
	ObjectAddressSet(parent, RelationRelationId, linitial_oid(ancestors));
	enlist(work, parent);
}

static bool
has_incomplete_index(const SgObject *object)
{
	for (int i = 0; object != NULL && i < object->nitems; i++)
	{
		if (strncmp(object->items[i].attribute, "incomplete index ", 17) == 0)
			return true;
	}
	return false;
}

/*
 * Goes on with what can name the object, now that its change is known.  One
 * that is new here may have been out of scope under another name.
 */
static void
follow_change(Worklist *work, SgObjectChange *change)
{
	sg_comparison_load_before(work->comparison.image, list_make1(change));
	/* an index of a partition that is incomplete makes the parent's so */
	if (has_incomplete_index(change->before) || has_incomplete_index(change->after))
		enlist_parent(work, change->objid);
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
	const SgObjectKey *key = &item->key;
	SgComparison *comparison = &work->comparison;
	int			received = comparison->digests.count;
	int			changes = list_length(comparison->objects);
	SgImageEntry *entry = NULL;

	if (OidIsValid(key->objid))
	{
		SgLiveObject	row;

		if (sg_live_object_find(key->classid, key->objid, &row))
			sg_image_add_object(&row, comparison->image);
		sg_live_mention_scan(key->classid, key->objid, sg_image_add_mention, comparison->image);
		entry = sg_image_find(comparison->image, key->classid, key->objid);
	}
	else
	{
		sg_live_object_scan(key->classid, sg_image_add_object, comparison->image);
		sg_live_mention_scan(key->classid, InvalidOid, sg_image_add_mention, comparison->image);
	}

	sg_describe_object(work->describer, key->classid, key->objid);

	if (item->created)
		return;
	if (OidIsValid(key->objid) && entry == NULL && comparison->digests.count == received)
		enlist_dependents(work, key->classid, key->objid, SG_REACH_ALL);
	else if (entry != NULL && !entry->seen)
	{
		/* its row stays unseen, and is what sg_comparison_add_removed() finds */
		enlist_dependents(work, key->classid, key->objid, SG_REACH_ALL);
		/* a partition that is as its parent now, its indexes included */
		if (key->classid == RelationRelationId)
			enlist_parent(work, key->objid);
	}
	for (; changes < list_length(comparison->objects); changes++)
		follow_change(work, list_nth(comparison->objects, changes));
}

/* Notes in which buckets an object was before and is now; false if the stored ones are damaged. */
static bool
sort_into_buckets(SgDelta *delta, const SgObjectChange *change, SgDigestSet *gone)
{
	const SgDigest *digests[2] = {&change->digest_before, &change->digest_after};

	for (int i = 0; i < 2; i++)
	{
		uint8		bucket = digests[i]->bytes[0];

		if (sg_digest_is_zero(digests[i]))
			continue;
		if (!delta->affected[bucket])
		{
			sg_digest_set_init(&gone[bucket]);
			if (!sg_live_bucket_members(bucket, &delta->buckets[bucket], &delta->members[bucket]))
				return false;
			delta->affected[bucket] = true;
		}
		sg_digest_set_add(i == 0 ? &gone[bucket] : &delta->members[bucket], digests[i]);
	}
	return true;
}

/*
 * The buckets and the fingerprint that result from a delta of some objects,
 * given the buckets before.  False if these do not belong to those objects.
 */
static bool
apply_to_buckets(SgDelta *delta)
{
	SgDigestSet gone[SG_BUCKETS];
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		if (!sort_into_buckets(delta, lfirst(lc), gone))
			return false;
	}
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		SgDigestSet *members = &delta->members[i];

		if (!delta->affected[i])
			continue;
		sg_digest_set_sort(&gone[i]);
		sg_digest_set_sort(members);
		sg_digest_sets_drop_common(members, &gone[i]);
		if (gone[i].count > 0)
			return false;
		memset(&delta->buckets[i], 0, sizeof(SgDigest));
		if (members->count > 0)
			sg_digest_list(members->members, members->count, &delta->buckets[i]);
	}
	sg_fingerprint_of_buckets(delta->buckets, delta->after);
	return true;
}

static void
count_objects(SgDelta *delta, const SgLiveState *state)
{
	ListCell   *lc;

	delta->object_count = state->object_count;
	foreach(lc, delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);

		if (sg_digest_is_zero(&change->digest_before))
			delta->object_count++;
		if (sg_digest_is_zero(&change->digest_after))
			delta->object_count--;
	}
}

/*
 * The buckets of the last fingerprint that this session has seen or made.  They
 * are what it was computed from, so that they belong to it for all time, come
 * of its transaction what may.
 */
static struct
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgDigest	buckets[SG_BUCKETS];
}			known;

static void
remember_buckets(const char *fingerprint, const SgDigest *buckets)
{
	strlcpy(known.fingerprint, fingerprint, sizeof(known.fingerprint));
	memcpy(known.buckets, buckets, sizeof(known.buckets));
}

/* The live state's buckets; false if they do not make its fingerprint. */
static bool
load_buckets(const char *fingerprint, SgDigest *buckets)
{
	char		computed[SG_FINGERPRINT_LEN + 1];

	if (strcmp(known.fingerprint, fingerprint) != 0)
	{
		sg_live_bucket_digests(buckets);
		sg_fingerprint_of_buckets(buckets, computed);
		if (strcmp(computed, fingerprint) != 0)
			return false;
		remember_buckets(fingerprint, buckets);
	}
	memcpy(buckets, known.buckets, sizeof(known.buckets));
	return true;
}

static HTAB *
create_items(void)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(SgObjectKey);
	ctl.entrysize = sizeof(WorkItem);
	ctl.hcxt = CurrentMemoryContext;
	return hash_create("schema_guard touched objects", 64, &ctl,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/*
 * A part, such as an index, may have another name without the object's text
 * telling so, and be named by itself.
 */
static void
enlist_naming_part(Worklist *work, const ObjectAddress *touched)
{
	ObjectAddress whole = *touched;

	if (touched->objectSubId != SG_TOUCHED_CREATED && has_name_of_its_own(touched) &&
		sg_sub_object_resolve(&whole) && whole.objectId != touched->objectId)
		enlist_dependents_of(work, touched, &whole, SG_REACH_ALL);
}

/* false: there are too many of them */
static bool
examine_touched(Worklist *work)
{
	int			count;
	ObjectAddress *touched = sg_touched_objects(&count);
	int			limit = Max(MAX_SINGLE_OBJECTS, work->comparison.image->state.object_count / 10);

	for (int i = 0; i < count; i++)
	{
		enlist(work, touched[i]);
		enlist_naming_part(work, &touched[i]);
	}
	for (int i = 0; i < list_length(work->pending); i++)
	{
		if (list_length(work->pending) > limit)
			return false;
		examine(work, list_nth(work->pending, i));
		CHECK_FOR_INTERRUPTS();
	}
	return true;
}

static SgDelta *
compare_touched(const SgLiveState *state, bool finish_concurrent)
{
	Worklist	work = {0};
	SgDescribeOptions options = {0};
	SgDelta *delta;
	int			level;
	bool		done;

	work.comparison.image = sg_image_create();
	work.comparison.image->state = *state;
	sg_comparison_begin(&work.comparison, &options, finish_concurrent);
	if (sg_touched_everything(options.facets))
	{
		sg_comparison_end(&work.comparison);
		return NULL;
	}
	work.items = create_items();
	level = sg_comparison_bound_lock_waits();
	work.describer = sg_describe_begin(&options, sg_comparison_receive, &work.comparison);
	done = examine_touched(&work);
	sg_describe_end(work.describer);
	sg_comparison_end(&work.comparison);
	AtEOXact_GUC(true, level);
	if (!done)
		return NULL;

	sg_comparison_add_removed(&work.comparison);
	delta = sg_comparison_delta(&work.comparison);
	if (!load_buckets(state->fingerprint, delta->buckets) || !apply_to_buckets(delta))
		return NULL;
	remember_buckets(delta->after, delta->buckets);
	count_objects(delta, &work.comparison.image->state);
	return delta;
}

/*
 * The same for what this transaction has touched, against the live state.
 * NULL if only a whole description can tell.  Under the publish lock.
 */
SgDelta *
sg_delta_touched(const SgLiveState *state, bool finish_concurrent)
{
	if (!state->exists || state->stale)
		return NULL;
	return compare_touched(state, finish_concurrent);
}

/* the SgLiveChanges of objects that the others do not concern */
static List *
without(const List *changes, const List *others)
{
	List	   *rest = NIL;
	ListCell   *lc;

	foreach(lc, changes)
	{
		SgObjectChange *change = lfirst(lc);
		ListCell   *other;

		CHECK_FOR_INTERRUPTS();
		foreach(other, others)
		{
			const SgObjectChange *theirs = lfirst(other);

			if (theirs->classid == change->classid && theirs->objid == change->objid)
				break;
		}
		if (other == NULL)
			rest = lappend(rest, change);
	}
	return rest;
}

/*
 * What a stale live state has missed that this transaction has not touched:
 * others have changed it.  NULL if that cannot be told from the transaction's
 * own changes.  Under the publish lock.
 */
SgDelta *
sg_delta_by_others(const SgLiveState *state)
{
	SgDelta *own = compare_touched(state, false);
	SgDelta *delta;

	if (own == NULL)
		return NULL;
	delta = sg_delta_full(sg_image_of_live_state(), false);
	delta->objects = without(delta->objects, own->objects);
	delta->rekeyed = without(delta->rekeyed, own->rekeyed);
	delta->changes = sg_comparison_changes(delta->objects);
	memset(delta->affected, 0, sizeof(delta->affected));
	memset(delta->members, 0, sizeof(delta->members));
	if (!load_buckets(state->fingerprint, delta->buckets) || !apply_to_buckets(delta))
		return NULL;
	count_objects(delta, state);
	return delta;
}
