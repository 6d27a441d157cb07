/*
 * state/store.h
 *		Stored descriptions: content-addressed blocks and digest lists.
 *
 * Blocks of objects are stored in schema_guard.object_text by their digests, lists
 * of digests (a bucket's objects, a description's buckets) in
 * schema_guard.digest_list, so that snapshots share blocks and lists.
 *
 * All functions must be called as the extension's owner with a pinned search_path:
 * in a SECURITY DEFINER function, or after sg_owner_enter().  They connect to SPI
 * themselves and may be called while connected.  Results are allocated in the
 * caller's memory context.
 */
#ifndef SG_STATE_STORE_H
#define SG_STATE_STORE_H

#include "datatype/timestamp.h"

#include "format/block.h"
#include "format/digest.h"

/* collects blocks and writes them in batches */
typedef struct SgStoreWriter SgStoreWriter;

extern SgStoreWriter *sg_store_writer_begin(void);
extern void sg_store_writer_add(SgStoreWriter *writer, const SgObject *object,
								const char *block, const SgDigest *digest);
extern void sg_store_writer_add_block(SgStoreWriter *writer, const SgBlock *block);
extern void sg_store_writer_end(SgStoreWriter *writer);
extern void sg_store_tree(SgDigestTree *tree, SgDigest *root);
extern void sg_store_load_lists(const SgDigest *digests, int count, SgDigestSet *set);
extern void sg_store_load_tree(const SgDigest *root, SgDigestSet *set);
extern void sg_store_load_tree_difference(const SgDigest *left, const SgDigest *right,
										  SgDigestSet *only_left, SgDigestSet *only_right);
extern SgBlock *sg_store_load_blocks(const SgDigest *digests, int count);
extern SgObject *sg_store_load_object(const SgDigest *digest);
extern SgObject **sg_store_load_objects(const SgDigest *digests, int count);

#endif							/* SG_STATE_STORE_H */
