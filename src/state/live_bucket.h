/*
 * state/live_bucket.h
 *		The buckets of the live state's fingerprint.
 *
 * schema_guard.live_bucket has the digest of each bucket (format/digest.h) and the
 * digests of its objects, so that the cost of a new fingerprint depends on what
 * has changed, not on what exists.
 */
#ifndef SG_STATE_LIVE_BUCKET_H
#define SG_STATE_LIVE_BUCKET_H

#include "format/digest.h"
#include "state/delta.h"

extern void sg_live_bucket_digests(SgDigest *buckets);
extern bool sg_live_bucket_members(uint8 bucket, const SgDigest *digest, SgDigestSet *set);
extern bool sg_live_bucket_contains(const SgDigest *digest);
extern void sg_live_bucket_publish(const SgDelta *delta);

#endif							/* SG_STATE_LIVE_BUCKET_H */
