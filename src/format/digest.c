/*
 * format/digest.c
 *		SHA-256 of blocks, and the tree that turns them into a fingerprint.
 *
 * The server's own implementation does the hashing (OpenSSL's where the server
 * is built with it).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"

#include "format/digest.h"
#include "support/compat.h"
#include "support/grow.h"
#include "support/text.h"

/* a member of a list is hashed as its hex digits and a newline */
#define LIST_LINE_LEN (SG_DIGEST_HEX_LEN + 1)

/* Allocates room for "len" bytes to hash. */
static bytea *
make_input(size_t len)
{
	bytea	   *input = palloc_extended(VARHDRSZ + len, MCXT_ALLOC_HUGE);

	SET_VARSIZE(input, VARHDRSZ + len);
	return input;
}

/* Computes SHA-256 by the server's SQL function sha256(bytea), and frees the input. */
static void
hash_input(bytea *input, SgDigest *result)
{
	bytea	   *output = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(input)));

	memcpy(result->bytes, VARDATA_ANY(output), SG_DIGEST_LEN);
	pfree(output);
	pfree(input);
}

/* Computes the SHA-256 of "len" bytes. */
void
sg_digest_sha256(const void *data, size_t len, SgDigest *result)
{
	bytea	   *input = make_input(len);

	memcpy(VARDATA(input), data, len);
	hash_input(input, result);
}

/* Computes the digest of an object's block, which is in the server encoding. */
void
sg_digest_block(const char *block, size_t len, SgDigest *result)
{
	const char *utf8 = sg_text_to_utf8(block, &len);

	sg_digest_sha256(utf8, len, result);
	if (utf8 != block)
		pfree(unconstify(char *, utf8));
}

/* Comparator of SgDigest for qsort and bsearch. */
int
sg_digest_compare(const void *a, const void *b)
{
	return memcmp(a, b, SG_DIGEST_LEN);
}

/*
 * Writes 64 hex digits, without a terminating NUL.  Uses a table, because every
 * fingerprint writes hundreds of digests.
 */
void
sg_digest_to_hex(const SgDigest *digest, char *hex)
{
	static const char digits[] = "0123456789abcdef";
	static char pairs[256][2];

	if (pairs[0][0] == '\0')
	{
		for (int i = 0; i < lengthof(pairs); i++)
		{
			pairs[i][0] = digits[i >> 4];
			pairs[i][1] = digits[i & 0xF];
		}
	}
	for (int i = 0; i < SG_DIGEST_LEN; i++)
		memcpy(hex + 2 * i, pairs[digest->bytes[i]], 2);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Reads 64 lower-case hex digits.  Returns false if the text is anything else. */
bool
sg_digest_from_hex(const char *hex, SgDigest *digest)
{
	for (int i = 0; i < SG_DIGEST_LEN; i++)
	{
		int			high = hex_value(hex[2 * i]);
		int			low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);

		if (low < 0)
			return false;
		digest->bytes[i] = (uint8) (high << 4 | low);
	}
	return true;
}

/* Makes the set empty, in the current memory context. */
void
sg_digest_set_init(SgDigestSet *set)
{
	set->count = 0;
	set->capacity = 32;
	set->members = palloc(sizeof(SgDigest) * set->capacity);
}

void
sg_digest_set_add(SgDigestSet *set, const SgDigest *digest)
{
	SG_GROW(set->members, set->count, set->capacity);
	set->members[set->count++] = *digest;
}

void
sg_digest_set_sort(SgDigestSet *set)
{
	qsort(set->members, set->count, sizeof(SgDigest), sg_digest_compare);
}

/* Removes the members that two sorted sets have in common from both. */
void
sg_digest_sets_drop_common(SgDigestSet *left, SgDigestSet *right)
{
	int			l = 0;
	int			r = 0;
	int			left_kept = 0;
	int			right_kept = 0;

	while (l < left->count || r < right->count)
	{
		int			order = l >= left->count ? 1 : r >= right->count ? -1 :
			sg_digest_compare(&left->members[l], &right->members[r]);

		if (order < 0)
			left->members[left_kept++] = left->members[l++];
		else if (order > 0)
			right->members[right_kept++] = right->members[r++];
		else
		{
			l++;
			r++;
		}
	}
	left->count = left_kept;
	right->count = right_kept;
}

/* Returns the end (exclusive) of the bucket that starts at "start" in a sorted set. */
int
sg_digest_bucket_end(const SgDigestSet *set, int start)
{
	int			end = start + 1;

	while (end < set->count &&
		   set->members[end].bytes[0] == set->members[start].bytes[0])
		end++;
	return end;
}

/* Computes the digest of a list: SHA-256 of its members as lines of hex digits. */
void
sg_digest_list(const SgDigest *members, int count, SgDigest *result)
{
	bytea	   *text = make_input((size_t) count * LIST_LINE_LEN);

	for (int i = 0; i < count; i++)
	{
		char	   *line = VARDATA(text) + (size_t) i * LIST_LINE_LEN;

		sg_digest_to_hex(&members[i], line);
		line[SG_DIGEST_HEX_LEN] = '\n';
	}
	hash_input(text, result);
}

/* Returns true if the digest is all zeros, which stands for no digest. */
bool
sg_digest_is_zero(const SgDigest *digest)
{
	static const SgDigest zero;

	return memcmp(digest, &zero, sizeof(SgDigest)) == 0;
}

/* Computes the digests of the SG_BUCKETS buckets of a sorted set; zero for an empty bucket. */
void
sg_digest_buckets(const SgDigestSet *set, SgDigest *buckets)
{
	int			end;

	memset(buckets, 0, sizeof(SgDigest) * SG_BUCKETS);
	for (int start = 0; start < set->count; start = end)
	{
		end = sg_digest_bucket_end(set, start);
		sg_digest_list(set->members + start, end - start,
					   &buckets[set->members[start].bytes[0]]);
	}
}

/* Computes the root over SG_BUCKETS buckets. */
void
sg_digest_root_of_buckets(const SgDigest *buckets, SgDigest *root)
{
	SgDigest	used[SG_BUCKETS];
	int			count = 0;

	for (int i = 0; i < SG_BUCKETS; i++)
	{
		if (!sg_digest_is_zero(&buckets[i]))
			used[count++] = buckets[i];
	}
	sg_digest_list(used, count, root);
}

/* Computes the root over a sorted set. */
void
sg_digest_root(const SgDigestSet *set, SgDigest *root)
{
	SgDigest	buckets[SG_BUCKETS];

	sg_digest_buckets(set, buckets);
	sg_digest_root_of_buckets(buckets, root);
}

/* Creates an empty tree in the current memory context, in which members must be added, too. */
SgDigestTree *
sg_digest_tree_create(void)
{
	return palloc0(sizeof(SgDigestTree));
}

void
sg_digest_tree_add(SgDigestTree *tree, const SgDigest *digest)
{
	int			bucket = digest->bytes[0];

	if (tree->buckets[bucket].members == NULL)
		sg_digest_set_init(&tree->buckets[bucket]);
	sg_digest_set_add(&tree->buckets[bucket], digest);
	tree->changed[bucket] = tree->unstored[bucket] = true;
	tree->count++;
}

/* Removes a member, if it is present. */
void
sg_digest_tree_remove(SgDigestTree *tree, const SgDigest *digest)
{
	int			bucket = digest->bytes[0];
	SgDigestSet *set = &tree->buckets[bucket];

	for (int i = 0; i < set->count; i++)
	{
		if (sg_digest_compare(&set->members[i], digest) != 0)
			continue;
		set->members[i] = set->members[--set->count];
		tree->changed[bucket] = tree->unstored[bucket] = true;
		tree->count--;
		return;
	}
}

/* Computes the root; hashes only the buckets that have changed since the last call. */
void
sg_digest_tree_root(SgDigestTree *tree, SgDigest *root)
{
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		if (!tree->changed[i])
			continue;
		sg_digest_set_sort(&tree->buckets[i]);
		if (tree->buckets[i].count > 0)
			sg_digest_list(tree->buckets[i].members, tree->buckets[i].count, &tree->digests[i]);
		else
			memset(&tree->digests[i], 0, sizeof(SgDigest));
		tree->changed[i] = false;
	}
	sg_digest_root_of_buckets(tree->digests, root);
}
