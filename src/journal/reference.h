/*
 * journal/reference.h
 *		What a reference stands for: a snapshot, or a state that the journal passed
 *		through.
 */
#ifndef SG_JOURNAL_REFERENCE_H
#define SG_JOURNAL_REFERENCE_H

#include "nodes/pg_list.h"

#include "format/digest.h"
#include "format/schemafile.h"
#include "snapshots/snapshot.h"

/* a stored schema that a reference leads to: a snapshot's or a past state's */
typedef struct SgReference
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;		/* of char *, sorted */
	bool		is_snapshot;	/* its tree is stored */
	SgDigestSet digests;		/* of a past state: sorted */
} SgReference;

extern SgReference *sg_reference_find(const char *reference);
extern SgReference *sg_reference_of_snapshot(const SgSnapshot *snapshot);
extern void sg_reference_load_digests(SgReference *schema);
extern SgDescription *sg_reference_load(SgReference *stored);

#endif							/* SG_JOURNAL_REFERENCE_H */
