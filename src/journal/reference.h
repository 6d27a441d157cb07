/*
 * journal/reference.h
 *		What a reference leads to: a snapshot, or a state that the journal passed through.
 */
#ifndef SG_JOURNAL_REFERENCE_H
#define SG_JOURNAL_REFERENCE_H

#include "nodes/pg_list.h"

#include "format/digest.h"
#include "format/schemafile.h"
#include "snapshots/snapshot.h"

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

#endif							/* SG_JOURNAL_REFERENCE_H */
