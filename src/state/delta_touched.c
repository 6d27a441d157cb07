/*
 * state/delta_touched.c
 *		The difference between the live state and the current catalogs, found by
 *		describing what the transaction has touched.
 *
 * We work through a list of objects, which begins with those that the transaction has
 * touched (state/touched.c).  Each is described and compared with the live state.  If
 * the name of an object has changed, whatever can name it is added to the list: the
 * objects that mention it in the live state (state/live_mention.c), and those that
 * depend on it (state/dependents.c).  The fingerprint is then computed from the live
 * state's buckets (state/delta_buckets.c).
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
#include "state/comparison.h"
#include "state/delta_buckets.h"
#include "state/dependents.h"
#include "state/live_mention.h"
#include "state/sub_object.h"
#include "state/touched.h"

/*
 * If there are more objects than this, and more than a tenth of all, describing
 * everything is cheaper than describing them one by one.
 */
#define MAX_SINGLE_OBJECTS 1000

/* an object to examine, or with InvalidOid all objects of the class */
typedef struct WorkItem
{
	SgObjectKey key;
	bool		created;		/* by this transaction, so that nothing older can name it */
} WorkItem;

typedef struct Worklist
{
	SgComparison comparison;
	SgDescriber *describer;
	HTAB	   *items;			/* of WorkItem, each object once */
	List	   *pending;		/* of WorkItem * */
	bool		names_change;	/* has enlist_naming() been called? */
} Worklist;

/*
 * Adds the object that has this address, or that the sub-object with this
 * address belongs to, unless it has been added before.
 */
static void
enlist(Worklist *work, ObjectAddress address, bool created)
{
	SgObjectKey key;
	WorkItem   *item;
	bool		found;
	Oid			touched = address.objectId;

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
	/* if an index was created, its table need not have been */
	if (created && address.objectId == touched)
		item->created = true;
}

/* SgLiveMentionReceiver */
static void
enlist_mentioning(Oid classid, Oid objid, Oid mentioned, void *arg)
{
	ObjectAddress address;

	ObjectAddressSet(address, classid, objid);
	enlist(arg, address, false);
}

/*
 * Adds the objects that mention the object in the live state and, the first time,
 * those that may mention any object.
 */
static void
enlist_naming(Worklist *work, Oid objid)
{
	sg_live_mention_scan_naming(objid, enlist_mentioning, work);
	if (!work->names_change)
		sg_live_mention_scan_naming(SG_MENTION_ANY, enlist_mentioning, work);
	work->names_change = true;
}

/* Returns true if texts can name the sub-object without its object, as they can an index or constraint. */
static bool
has_name_of_its_own(const ObjectAddress *sub_object)
{
	return sub_object->classId == RelationRelationId ||
		sub_object->classId == ConstraintRelationId;
}

static void
enlist_dependents_of(Worklist *work, const ObjectAddress *object, const ObjectAddress *owner,
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

		enlist(work, address, false);
		if (reach == SG_REACH_ALL && has_name_of_its_own(dependent) &&
			sg_sub_object_resolve(&address) && address.classId == owner->classId &&
			address.objectId == owner->objectId && dependent->objectId != owner->objectId)
			enlist_dependents_of(work, dependent, owner, reach);
	}
}

/* Adds the objects that a change of the object or sub-object reaches. */
static void
enlist_dependents(Worklist *work, Oid classid, Oid objid, SgReach reach)
{
	ObjectAddress object;
	ObjectAddress owner;

	ObjectAddressSet(object, classid, objid);
	owner = object;
	if (reach != SG_REACH_NONE && sg_sub_object_resolve(&owner))
		enlist_dependents_of(work, &object, &owner, reach);
}

static const SgItem *
find_item(const SgObject *object, SgItemKind kind, uint32 stable_id)
{
	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];

		if (item->stable_id == stable_id && sg_item_is(item, kind))
			return item;
	}
	return NULL;
}

/*
 * Returns how far the change of a relation reaches.  A renamed column can be in many
 * texts; an added or dropped one changes which column names in queries are
 * ambiguous.
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

		if (!sg_item_is(item, SG_ITEM_COLUMN))
			continue;
		columns++;
		now = find_item(after, SG_ITEM_COLUMN, item->stable_id);
		if (now == NULL)
			reach = SG_REACH_QUERIES;
		else if (strcmp(now->attribute, item->attribute) != 0)
			return SG_REACH_ALL;
	}
	/* columns of a partition that are like the parent's are not shown: they may have changed */
	if (columns == 0)
		return SG_REACH_ALL;
	for (int i = 0; i < after->nitems; i++)
	{
		if (sg_item_is(&after->items[i], SG_ITEM_COLUMN))
			columns--;
	}
	return columns != 0 ? SG_REACH_QUERIES : reach;
}

static bool
is_unlogged(const SgObject *object)
{
	for (int i = 0; i < object->nitems; i++)
	{
		if (strcmp(object->items[i].attribute, "unlogged") == 0)
			return true;
	}
	return false;
}

/* Returns how far the change of an object reaches that existed before and still does. */
static SgReach
reach_of(const SgObjectChange *change)
{
	const SgObject *before = change->before;
	const SgObject *after = change->after;

	if (strcmp(before->identity, after->identity) != 0)
		return SG_REACH_ALL;
	/* texts of constants contain labels of enums */
	if (change->classid == TypeRelationId)
		return SG_REACH_ALL;
	if (change->classid != RelationRelationId || strcmp(after->type, "sequence") == 0)
		return SG_REACH_NONE;
	/* before 15, the sequences of identity columns do not follow, and their texts say so */
	if (is_unlogged(before) != is_unlogged(after))
		return SG_REACH_ALL;
	return reach_of_columns(before, after);
}

/* Adds the objects that name a renamed constraint, as ON CONFLICT ON CONSTRAINT does. */
static void
enlist_constraint_users(Worklist *work, const SgObjectChange *change)
{
	for (int i = 0; i < change->before->nitems; i++)
	{
		const SgItem *item = &change->before->items[i];
		const SgItem *now;

		if (item->stable_id == 0 || !sg_item_is(item, SG_ITEM_CONSTRAINT))
			continue;
		now = find_item(change->after, SG_ITEM_CONSTRAINT, item->stable_id);
		if (now != NULL && strcmp(now->attribute, item->attribute) != 0)
			enlist_dependents(work, ConstraintRelationId, item->stable_id, SG_REACH_ALL);
	}
}

/* Adds the parent, if the relation is a partition. */
static void
enlist_parent(Worklist *work, Oid partition)
{
	List	   *ancestors = get_partition_ancestors(partition);
	ObjectAddress parent;

	if (ancestors == NIL)
		return;
	ObjectAddressSet(parent, RelationRelationId, linitial_oid(ancestors));
	enlist(work, parent, false);
}

static bool
has_incomplete_index(const SgObject *object)
{
	for (int i = 0; object != NULL && i < object->nitems; i++)
	{
		if (sg_item_is(&object->items[i], SG_ITEM_INCOMPLETE_INDEX))
			return true;
	}
	return false;
}

/*
 * Adds the objects that the change of an object reaches.  An object that is new here
 * may have existed before, under another name and out of scope.
 */
static void
follow_change(Worklist *work, SgObjectChange *change)
{
	sg_comparison_load_before(work->comparison.image, list_make1(change));
	/* a partition's incomplete index makes the parent's incomplete */
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

/* Adds the object, or the objects of the class, in the live state to the image. */
static void
load_before(Worklist *work, const SgObjectKey *key)
{
	SgImage    *image = work->comparison.image;
	SgLiveObject row;

	if (!OidIsValid(key->objid))
		sg_live_object_scan(key->classid, sg_image_add_object, image);
	else if (sg_live_object_find(key->classid, key->objid, &row))
		sg_image_add_object(&row, image);
	sg_live_mention_scan(key->classid, key->objid, sg_image_add_mention, image);
}

/*
 * Adds the objects that a single object reaches if it is not described now.  It may
 * have another name, or be out of scope now, or have been out of scope before.
 */
static void
follow_undescribed(Worklist *work, const SgObjectKey *key)
{
	const SgImageEntry *entry = sg_image_find(work->comparison.image, key->classid, key->objid);

	if (entry != NULL && entry->seen)
		return;
	enlist_dependents(work, key->classid, key->objid, SG_REACH_ALL);
	/* it may be a partition that now repeats its parent, including the indexes */
	if (entry != NULL && key->classid == RelationRelationId)
		enlist_parent(work, key->objid);
}

/*
 * Describes an object, or all objects of a class, and compares it; then adds the
 * objects that its change reaches.  An object that is no longer described keeps its
 * entry in the image, where sg_comparison_add_removed() will find it.
 */
static void
examine(Worklist *work, const WorkItem *item)
{
	SgComparison *comparison = &work->comparison;
	int			changes = list_length(comparison->objects);

	load_before(work, &item->key);
	sg_describe_object(work->describer, item->key.classid, item->key.objid);
	if (item->created)
		return;
	if (OidIsValid(item->key.objid))
		follow_undescribed(work, &item->key);
	for (; changes < list_length(comparison->objects); changes++)
		follow_change(work, list_nth(comparison->objects, changes));
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
 * Adds the objects that name a touched sub-object, such as an index: it may have been
 * renamed without a change in its object's text.
 */
static void
enlist_naming_sub_object(Worklist *work, const ObjectAddress *sub_object)
{
	ObjectAddress object = *sub_object;

	if (has_name_of_its_own(sub_object) && sg_sub_object_resolve(&object) &&
		object.objectId != sub_object->objectId)
		enlist_dependents_of(work, sub_object, &object, SG_REACH_ALL);
}

/* Adds the partitions that the touched relation is losing. */
static void
enlist_detaching(Worklist *work, const ObjectAddress *relation)
{
	ObjectAddress partition;
	ListCell   *lc;

	if (relation->classId != RelationRelationId || !OidIsValid(relation->objectId))
		return;
	foreach(lc, sg_dependents_detaching(relation->objectId))
	{
		ObjectAddressSet(partition, RelationRelationId, lfirst_oid(lc));
		enlist(work, partition, false);
	}
}

/* Examines everything that was touched.  Returns false if there are too many objects. */
static bool
examine_touched(Worklist *work)
{
	int			count;
	const SgTouched *touched = sg_touched_objects(&count);
	int			limit = Max(MAX_SINGLE_OBJECTS, work->comparison.image->state.object_count / 10);

	for (int i = 0; i < count; i++)
	{
		bool		created = touched[i].source == SG_TOUCHED_CREATED;

		enlist(work, touched[i].address, created);
		if (created)
			continue;
		enlist_naming_sub_object(work, &touched[i].address);
		enlist_detaching(work, &touched[i].address);
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
compare_touched(const SgLiveState *state, bool as_if_complete)
{
	Worklist	work = {0};
	SgDescribeOptions options = {0};
	SgDelta    *delta;
	int			level;
	bool		done;

	work.comparison.image = sg_image_create();
	work.comparison.image->state = *state;
	sg_comparison_begin(&work.comparison, &options, as_if_complete);
	if (sg_touched_everything(options.facets))
	{
		sg_comparison_end(&work.comparison);
		return NULL;
	}
	work.items = create_items();
	level = NewGUCNestLevel();
	sg_comparison_bound_lock_waits();
	work.describer = sg_describe_begin(&options, sg_comparison_receive, &work.comparison);
	done = examine_touched(&work);
	sg_describe_end(work.describer);
	sg_comparison_end(&work.comparison);
	AtEOXact_GUC(true, level);
	if (!done)
		return NULL;

	sg_comparison_add_removed(&work.comparison);
	delta = sg_comparison_delta(&work.comparison);
	return sg_delta_buckets_apply(delta, state) ? delta : NULL;
}

/*
 * Compares what this transaction has touched with the live state.  Returns NULL if
 * everything must be described to find the difference.  The caller holds the publish
 * lock.
 */
SgDelta *
sg_delta_touched(const SgLiveState *state, bool as_if_complete)
{
	if (!state->exists || state->stale)
		return NULL;
	return compare_touched(state, as_if_complete);
}

/* Returns the SgObjectChanges of objects that are not among the others'. */
static List *
without(const List *changes, const List *others)
{
	HTAB	   *theirs = create_items();
	List	   *rest = NIL;
	ListCell   *lc;

	foreach(lc, others)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObjectKey key = {change->classid, change->objid};

		(void) hash_search(theirs, &key, HASH_ENTER, NULL);
	}
	foreach(lc, changes)
	{
		SgObjectChange *change = lfirst(lc);
		SgObjectKey key = {change->classid, change->objid};

		if (hash_search(theirs, &key, HASH_FIND, NULL) == NULL)
			rest = lappend(rest, change);
	}
	hash_destroy(theirs);
	return rest;
}

/*
 * Determines the changes missed by a stale live state that others must have made,
 * because this transaction has not touched the objects.  Returns NULL if others'
 * changes cannot be told from the transaction's own.  The caller holds the publish
 * lock.
 */
SgDelta *
sg_delta_by_others(const SgLiveState *state)
{
	SgDelta    *own = compare_touched(state, false);
	SgDelta    *delta;

	if (own == NULL)
		return NULL;
	delta = sg_delta_full(sg_image_of_live_state(), false);
	delta->objects = without(delta->objects, own->objects);
	delta->rekeyed = without(delta->rekeyed, own->rekeyed);
	delta->changes = sg_comparison_changes(delta->objects);
	memset(delta->affected, 0, sizeof(delta->affected));
	memset(delta->members, 0, sizeof(delta->members));
	return sg_delta_buckets_apply(delta, state) ? delta : NULL;
}
