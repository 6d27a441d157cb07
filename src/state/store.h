/*
 * state/store.h
 *		Stored descriptions: content-addressed blocks, digest lists, snapshots.
 *
 * Object blocks live in schema_guard.object_text under their digest, lists of
 * digests (a bucket's members, a snapshot's buckets) in
 * schema_guard.digest_list, so that snapshots share what they have in common.
 * All functions use SPI on our own tables, qualified and parameterized.  They
 * must be called within a transaction and as the extension's owner with a
 * pinned search_path: in a SECURITY DEFINER function or after sg_guard_enter.
 * They connect to SPI themselves and may be called while connected.  Results
 * are allocated in the caller's memory context.
 */
#ifndef SG_STATE_STORE_H
#define SG_STATE_STORE_H

#include "datatype/timestamp.h"

#include "format/digest.h"
#include "format/schemafile.h"

/* state/store.c: collects blocks and writes them in batches */
typedef struct SgStoreWriter SgStoreWriter;

extern SgStoreWriter *sg_store_writer_begin(void);
extern void sg_store_writer_add(SgStoreWriter *writer, const SgObject *object,
								const char *block, const SgDigest *digest);
extern void sg_store_writer_add_block(SgStoreWriter *writer, const SgBlock *block);
extern void sg_store_writer_end(SgStoreWriter *writer);

extern void sg_store_tree(const SgDigestSet *set, SgDigest *root);
extern void sg_store_load_tree(const SgDigest *root, SgDigestSet *set);
extern void sg_store_load_tree_difference(const SgDigest *left, const SgDigest *right,
										  SgDigestSet *only_left, SgDigestSet *only_right);
extern SgBlock *sg_store_load_blocks(const SgDigest *digests, int count);
extern SgObject *sg_store_load_object(const SgDigest *digest);
extern SgObject **sg_store_load_objects(const SgDigest *digests, int count);

/* snapshots/snapshot.c */
typedef struct SgSnapshot
{
	int64		id;
	char	   *name;
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;		/* of char *, sorted */
	char	   *created_by;		/* who was logged in */
} SgSnapshot;

extern void sg_name_check(const char *what, const char *name);
extern void sg_snapshot_check_name(const char *name);
extern void sg_snapshot_create_of(const char *name, const char *note, const char *origin,
								  const SgSchema *schema, SgDigestSet *set);
extern void sg_snapshot_create(const char *name, const char *note, const char *origin,
							   const SgSchema *schema);
extern void sg_snapshot_warn_of_scope(const SgSchema *schema);
extern bool sg_snapshot_exists(const char *name);
extern SgSnapshot *sg_snapshot_find(const char *reference, bool missing_ok);
extern SgSnapshot *sg_snapshot_by_fingerprint(const char *fingerprint);
extern SgSchema *sg_snapshot_load(const SgSnapshot *snapshot);
extern bool sg_fingerprint_prefix(const char *reference, char *prefix);
extern void sg_fingerprint_root(const char *fingerprint, SgDigest *root);

#endif							/* SG_STATE_STORE_H */
