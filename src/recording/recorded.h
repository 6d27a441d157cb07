/*
 * recording/recorded.h
 *		Recordings as they are stored.
 *
 * All functions work as the extension's owner with a pinned search_path (a SECURITY
 * DEFINER function, or sg_owner_enter).
 */
#ifndef SG_RECORDING_RECORDED_H
#define SG_RECORDING_RECORDED_H

#include "format/object.h"
#include "queries/outline.h"

/* longest application and version, in bytes, as register() has it */
#define SG_RECORDED_MAX_NAME 200

/* an item: a leaf of the contract, which is found by its digest */
typedef struct SgRecordedItem
{
	SgDigest	digest;
	SgOutlineLeaf leaf;
} SgRecordedItem;

/* what sessions have added to a recording */
typedef struct SgRecordedCounts
{
	int64		sessions;
	int64		late_sessions;	/* those that began before the setting */
	int64		statements;
	bool		complete;		/* was there room for everything? */
} SgRecordedCounts;

extern void sg_recorded_digest(const SgOutlineLeaf *leaf, SgDigest *digest);
extern bool sg_recorded_add(const char *application, const char *version,
							const SgRecordedCounts *counts, SgRecordedItem **items, int nitems);
extern bool sg_recorded_read(const char *application, const char *version, SgRecordedCounts *counts,
							 SgOutline *contract);
extern bool sg_recorded_forget(const char *application, const char *version);
extern Oid	sg_recorded_signal(void);

#endif							/* SG_RECORDING_RECORDED_H */
