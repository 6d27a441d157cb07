/*
 * format/fingerprint.h
 *		Fingerprints as text, and names that must not look like one.
 */
#ifndef SG_FORMAT_FINGERPRINT_H
#define SG_FORMAT_FINGERPRINT_H

#include "format/object.h"

/* the shortest form of a fingerprint that is accepted, in hex digits */
#define SG_FINGERPRINT_MIN_HEX_LEN 12

extern char *sg_fingerprint_text(const SgDigest *root);
extern void sg_fingerprint_check_name(const char *what, const char *name);
extern bool sg_fingerprint_prefix(const char *reference, char *prefix);
extern void sg_fingerprint_root(const char *fingerprint, SgDigest *root);
extern void sg_fingerprint_of_buckets(const SgDigest *buckets, char *fingerprint);

#endif							/* SG_FORMAT_FINGERPRINT_H */
