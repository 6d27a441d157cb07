/*
 * state/image.c
 *		An earlier state to compare the catalogs with, in memory.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "description/describe.h"
#include "description/scope.h"
#include "format/block.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "state/image.h"
#include "state/live_mention.h"
#include "state/live_object.h"

/* Returns an empty image in the current memory context. */
SgImage *
sg_image_create(void)
{
	SgImage    *image = palloc0(sizeof(SgImage));
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(SgObjectKey);
	ctl.entrysize = sizeof(SgImageEntry);
	ctl.hcxt = CurrentMemoryContext;
	image->context = CurrentMemoryContext;
	image->entries = hash_create("schema_guard image", 256, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return image;
}

/* Returns the entry of an object, or NULL. */
SgImageEntry *
sg_image_find(SgImage *image, Oid classid, Oid objid)
{
	SgObjectKey key = {classid, objid};

	return hash_search(image->entries, &key, HASH_FIND, NULL);
}

/* Adds an entry for an object, all zero. */
SgImageEntry *
sg_image_add(SgImage *image, Oid classid, Oid objid)
{
	SgObjectKey key = {classid, objid};
	SgImageEntry *entry = hash_search(image->entries, &key, HASH_ENTER, NULL);

	memset((char *) entry + sizeof(SgObjectKey), 0, sizeof(SgImageEntry) - sizeof(SgObjectKey));
	return entry;
}

/* SgLiveObjectReceiver: adds a row of the live state, unless it has been added before. */
void
sg_image_add_object(const SgLiveObject *row, void *arg)
{
	SgImage    *image = arg;
	SgImageEntry *entry;

	if (sg_image_find(image, row->classid, row->objid) != NULL)
		return;
	entry = sg_image_add(image, row->classid, row->objid);
	entry->stored = true;
	entry->digest = row->digest;
	entry->nkeys = row->nkeys;
	entry->keys = row->keys;
}

/* SgLiveMentionReceiver: adds a mention in an object's text.  Must be called after its row has been added. */
void
sg_image_add_mention(Oid classid, Oid objid, Oid mentioned, void *arg)
{
	SgImageEntry *entry = sg_image_find(arg, classid, objid);

	if (entry == NULL)
		entry = sg_image_add(arg, classid, objid);
	/* it was already compared, with its class, and the change refers to this list */
	if (entry->seen)
		return;
	entry->mentions = lappend_oid(entry->mentions, mentioned);
}

/* Returns the stored live state; empty if there is none. */
SgImage *
sg_image_of_live_state(void)
{
	SgImage    *image = sg_image_create();

	sg_live_state(&image->state);
	sg_live_object_scan(InvalidOid, sg_image_add_object, image);
	sg_live_mention_scan(InvalidOid, InvalidOid, sg_image_add_mention, image);
	return image;
}

/* Returns a copy of the object that has only the items of these facets. */
SgObject *
sg_image_copy(const SgObject *object, SgFacetSet facets)
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

/* an image being taken of the catalogs */
typedef struct Taking
{
	SgImage    *image;
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object */
	StringInfoData block;
} Taking;

/* SgObjectReceiver */
static void
take_object(SgObject *object, void *arg)
{
	Taking	   *taking = arg;
	SgImageEntry *entry = sg_image_add(taking->image, object->classid, object->objid);
	MemoryContext old;

	sg_block_render(&taking->block, object, taking->facets, &entry->digest);
	entry->stored = true;

	old = MemoryContextSwitchTo(taking->image->context);
	sg_digest_set_add(&taking->digests, &entry->digest);
	entry->object = sg_image_copy(object, taking->facets);
	MemoryContextSwitchTo(old);
}

/*
 * Returns the current state of the catalogs, with all objects in memory, for a
 * comparison with the state after a command.  Others may change the schema meanwhile:
 * then the live state gets another version than the one that the image has.  May wait
 * for table locks.
 */
SgImage *
sg_image_of_catalogs(void)
{
	Taking		taking = {.image = sg_image_create(), .facets = sg_scope_facets()};
	SgDescribeOptions options = {.facets = taking.facets};
	SgDigest	buckets[SG_BUCKETS];
	SgLiveState live;

	sg_digest_set_init(&taking.digests);
	initStringInfo(&taking.block);
	sg_live_state(&live);
	/* parts of the deparser read the catalogs with the active snapshot */
	PushActiveSnapshot(GetLatestSnapshot());
	sg_describe_all(&options, take_object, &taking);
	PopActiveSnapshot();
	pfree(taking.block.data);

	sg_digest_set_sort(&taking.digests);
	sg_digest_buckets(&taking.digests, buckets);
	taking.image->state.exists = true;
	taking.image->state.version = live.version;
	sg_fingerprint_of_buckets(buckets, taking.image->state.fingerprint);
	return taking.image;
}
