/*
 * state/image.c
 *		An earlier state to compare the catalogs with, in memory.
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "description/describe.h"
#include "description/scope.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "state/image.h"
#include "state/live_mention.h"
#include "state/live_object.h"

/* an empty one, in the current memory context */
SgLiveImage *
sg_image_create(void)
{
	SgLiveImage *image = palloc0(sizeof(SgLiveImage));
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(SgLiveKey);
	ctl.entrysize = sizeof(SgLiveEntry);
	ctl.hcxt = CurrentMemoryContext;
	image->context = CurrentMemoryContext;
	image->entries = hash_create("schema_guard image", 256, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return image;
}

/* The entry of an object, or NULL. */
SgLiveEntry *
sg_image_find(SgLiveImage *image, Oid classid, Oid objid)
{
	SgLiveKey	key = {classid, objid};

	return hash_search(image->entries, &key, HASH_FIND, NULL);
}

/* A new entry for an object, all zero. */
SgLiveEntry *
sg_image_add(SgLiveImage *image, Oid classid, Oid objid)
{
	SgLiveKey	key = {classid, objid};
	SgLiveEntry *entry = hash_search(image->entries, &key, HASH_ENTER, NULL);

	memset((char *) entry + sizeof(SgLiveKey), 0, sizeof(SgLiveEntry) - sizeof(SgLiveKey));
	return entry;
}

/* SgLiveRowReceiver: adds a row of the live state, unless it is there already */
void
sg_image_add_row(const SgLiveRow *row, void *arg)
{
	SgLiveImage *image = arg;
	SgLiveEntry *entry;

	if (sg_image_find(image, row->classid, row->objid) != NULL)
		return;
	entry = sg_image_add(image, row->classid, row->objid);
	entry->stored = true;
	entry->digest = row->digest;
	entry->nkeys = row->nkeys;
	entry->keys = row->keys;
}

/* SgMentionReceiver: adds what an object names; after its row, if there is one */
void
sg_image_add_mention(Oid classid, Oid objid, Oid mentioned, void *arg)
{
	SgLiveEntry *entry = sg_image_find(arg, classid, objid);

	if (entry == NULL)
		entry = sg_image_add(arg, classid, objid);
	/* with its class already: its change has this list */
	if (entry->seen)
		return;
	entry->mentions = lappend_oid(entry->mentions, mentioned);
}

/* The stored live state; empty if there is none. */
SgLiveImage *
sg_live_image_stored(void)
{
	SgLiveImage *image = sg_image_create();

	sg_live_state(&image->state);
	sg_live_rows(InvalidOid, sg_image_add_row, image);
	sg_live_mentions(InvalidOid, InvalidOid, sg_image_add_mention, image);
	return image;
}

/* A copy of what the facets show of an object. */
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
	SgLiveImage *image;
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object */
	StringInfoData block;
} Taking;

/* SgObjectReceiver */
static void
take_object(SgObject *object, void *arg)
{
	Taking	   *taking = arg;
	SgLiveEntry *entry = sg_image_add(taking->image, object->classid, object->objid);
	MemoryContext old;

	resetStringInfo(&taking->block);
	sg_object_render(&taking->block, object, taking->facets);
	sg_digest_block(taking->block.data, taking->block.len, &entry->digest);
	entry->stored = true;

	old = MemoryContextSwitchTo(taking->image->context);
	sg_digest_set_add(&taking->digests, &entry->digest);
	entry->object = sg_image_copy(object, taking->facets);
	MemoryContextSwitchTo(old);
}

/*
 * The catalogs as they are now, with all objects in memory: for a comparison
 * with what a command makes of them.  Waits for table locks.
 */
SgLiveImage *
sg_live_image_taken(void)
{
	Taking		taking = {.image = sg_image_create(), .facets = sg_scope_facets()};
	SgDescribeOptions options = {.facets = taking.facets};
	SgDigest	buckets[SG_BUCKETS];

	sg_digest_set_init(&taking.digests);
	initStringInfo(&taking.block);
	/* the deparser reads catalogs under the active snapshot here and there */
	PushActiveSnapshot(GetLatestSnapshot());
	sg_describe_all(&options, take_object, &taking);
	PopActiveSnapshot();
	pfree(taking.block.data);

	sg_digest_set_sort(&taking.digests);
	sg_digest_buckets(&taking.digests, buckets);
	taking.image->state.exists = true;
	sg_fingerprint_of_buckets(buckets, taking.image->state.fingerprint);
	return taking.image;
}
