/*
 * sg_store.h
 *		Stored descriptions: content-addressed blocks, digest lists, snapshots,
 *		approvals.
 *
 * Object blocks live in schema_guard.object_text under their digest, lists of
 * digests (a bucket's members, a snapshot's buckets) in
 * schema_guard.digest_list, so that snapshots share what they have in common.
 * All functions use SPI on our own tables, qualified and parameterized, as
 * the extension's owner, and must be called within a transaction.  Results
 * are allocated in the caller's memory context.
 */
#ifndef SG_STORE_H
#define SG_STORE_H

#include "datatype/timestamp.h"
#include "sg_digest.h"
#include "sg_schemafile.h"

typedef struct SgSnapshot
{
	int64		id;
	char	   *name;
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;
	char	   *created_by;
} SgSnapshot;

/* collects blocks and writes them in batches; see sg_store_objects_begin */
typedef struct SgStoreWriter SgStoreWriter;

extern SgStoreWriter *sg_store_writer_begin(void);
extern void sg_store_writer_add(SgStoreWriter *writer, const SgObject *object,
								const char *block, const SgDigest *digest);
extern void sg_store_writer_end(SgStoreWriter *writer);

extern void sg_store_tree(const SgDigestSet *set, SgDigest *root);
extern void sg_store_load_tree(const SgDigest *root, SgDigestSet *set);
extern SgObject *sg_store_load_object(const SgDigest *digest);
extern SgObject **sg_store_load_objects(const SgDigest *digests, int count);

extern SgSnapshot *sg_snapshot_find(const char *reference, bool missing_ok);
extern SgSnapshot *sg_snapshot_newest_approved(void);
extern SgSchema *sg_snapshot_load(const SgSnapshot *snapshot);
extern bool sg_fingerprint_approved(const char *fingerprint);

#endif							/* SG_STORE_H */
