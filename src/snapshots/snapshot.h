/*
 * snapshots/snapshot.h
 *		Snapshots, which are stored descriptions with a name, and references to them.
 */
#ifndef SG_SNAPSHOTS_SNAPSHOT_H
#define SG_SNAPSHOTS_SNAPSHOT_H

#include "nodes/pg_list.h"

#include "format/digest.h"
#include "format/schemafile.h"

typedef struct SgSnapshot
{
	int64		id;
	char	   *name;
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;		/* of char *, sorted */
	char	   *created_by;		/* who was logged in */
} SgSnapshot;

extern void sg_snapshot_check_name(const char *name);
extern void sg_snapshot_create_of(const char *name, const char *note, const char *origin,
								  const SgDescription *schema, SgDigestTree *tree);
extern void sg_snapshot_create(const char *name, const char *note, const char *origin,
							   const SgDescription *schema);
extern void sg_snapshot_warn_of_scope(const SgDescription *schema);
extern bool sg_snapshot_exists(const char *name);
extern SgSnapshot *sg_snapshot_find(const char *reference, bool missing_ok);
extern SgSnapshot *sg_snapshot_by_fingerprint(const char *fingerprint);
extern SgDescription *sg_snapshot_load(const SgSnapshot *snapshot);

#endif							/* SG_SNAPSHOTS_SNAPSHOT_H */
