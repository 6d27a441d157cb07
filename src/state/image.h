/*
 * state/image.h
 *		An earlier state to compare the catalogs with, in memory.
 */
#ifndef SG_STATE_IMAGE_H
#define SG_STATE_IMAGE_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "format/object.h"
#include "state/live_object.h"
#include "state/live_state.h"

typedef struct SgImageEntry
{
	SgObjectKey key;
	SgDigest	digest;
	int			nkeys;
	Oid		   *keys;			/* of the object's items */
	List	   *mentions;		/* OIDs; ascending once compared */
	SgObject   *object;			/* NULL: its block is in the store */
	bool		stored;			/* did the object exist? */
	bool		seen;			/* while comparing: does it still exist? */
} SgImageEntry;

typedef struct SgImage
{
	SgLiveState state;
	HTAB	   *entries;		/* of SgImageEntry */
	MemoryContext context;
} SgImage;

extern SgImage *sg_image_create(void);
extern SgImage *sg_image_of_live_state(void);
extern SgImage *sg_image_of_catalogs(void);
extern SgImageEntry *sg_image_find(SgImage *image, Oid classid, Oid objid);
extern SgImageEntry *sg_image_add(SgImage *image, Oid classid, Oid objid);
extern void sg_image_add_object(const SgLiveObject *row, void *arg);
extern void sg_image_add_mention(Oid classid, Oid objid, Oid mentioned, void *arg);
extern SgObject *sg_image_copy(const SgObject *object, SgFacetSet facets);

#endif							/* SG_STATE_IMAGE_H */
