/*
 * format/digest.h
 *		SHA-256 of blocks, and the tree that turns them into a fingerprint.
 *
 * Object digest: SHA-256 of the object's block in UTF-8.  The digests are
 * sorted and grouped by their first byte; the digest of a group ("bucket") is
 * the SHA-256 of its members, each as 64 hex digits and a newline; the
 * fingerprint is the SHA-256 of the buckets' digests, written likewise, in
 * the order of the groups, empty groups left out.  A changed object therefore
 * changes at most two buckets and the root.
 */
#ifndef SG_FORMAT_DIGEST_H
#define SG_FORMAT_DIGEST_H

#include "format/object.h"

/* groups by the first byte */
#define SG_BUCKETS 256

/* a growable array of digests; sorted by sg_digest_set_sort() */
typedef struct SgDigestSet
{
	int			count;
	int			capacity;
	SgDigest   *members;
} SgDigestSet;

/* the digests of a schema's objects by bucket, for a schema that changes step by step */
typedef struct SgDigestTree
{
	int			count;
	SgDigestSet buckets[SG_BUCKETS];	/* sorted by sg_digest_tree_root */
	SgDigest	digests[SG_BUCKETS];	/* of the buckets; zero: empty */
	bool		changed[SG_BUCKETS];	/* since that was computed */
	bool		unstored[SG_BUCKETS];	/* changed since sg_store_tree */
} SgDigestTree;

extern void sg_digest_sha256(const void *data, size_t len, SgDigest *result);
extern void sg_digest_block(const char *block, size_t len, SgDigest *result);
extern int	sg_digest_compare(const void *a, const void *b);
extern void sg_digest_to_hex(const SgDigest *digest, char *hex);
extern bool sg_digest_from_hex(const char *hex, SgDigest *digest);
extern void sg_digest_set_init(SgDigestSet *set);
extern void sg_digest_set_add(SgDigestSet *set, const SgDigest *digest);
extern void sg_digest_set_sort(SgDigestSet *set);
extern void sg_digest_sets_drop_common(SgDigestSet *left, SgDigestSet *right);
extern int	sg_digest_bucket_end(const SgDigestSet *set, int start);
extern void sg_digest_list(const SgDigest *members, int count, SgDigest *result);
extern bool sg_digest_is_zero(const SgDigest *digest);
extern void sg_digest_buckets(const SgDigestSet *set, SgDigest *buckets);
extern void sg_digest_root_of_buckets(const SgDigest *buckets, SgDigest *root);
extern void sg_digest_root(const SgDigestSet *set, SgDigest *root);
extern SgDigestTree *sg_digest_tree_create(void);
extern void sg_digest_tree_add(SgDigestTree *tree, const SgDigest *digest);
extern void sg_digest_tree_remove(SgDigestTree *tree, const SgDigest *digest);
extern void sg_digest_tree_root(SgDigestTree *tree, SgDigest *root);

#endif							/* SG_FORMAT_DIGEST_H */
