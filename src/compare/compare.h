/*
 * compare/compare.h
 *		Comparing whole schemas: snapshots, states of the journal, the live one.
 */
#ifndef SG_COMPARE_COMPARE_H
#define SG_COMPARE_COMPARE_H

#include "state/store.h"

/* a stored schema that a reference leads to: a snapshot's or a past state's */
typedef struct SgStoredSchema
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;		/* of char *, sorted */
	bool		is_snapshot;	/* its tree is stored */
	SgDigestSet digests;		/* of a past state: sorted */
} SgStoredSchema;

extern SgStoredSchema *sg_stored_schema(const char *reference);
extern SgStoredSchema *sg_stored_schema_of(const SgSnapshot *snapshot);
extern void sg_stored_schema_digests(SgStoredSchema *schema);
extern SgSchema *sg_stored_schema_load(SgStoredSchema *stored);
extern List *sg_compare_stored(SgStoredSchema *from, SgStoredSchema *to);
extern List *sg_compare_live(SgStoredSchema *from);

#endif							/* SG_COMPARE_COMPARE_H */
