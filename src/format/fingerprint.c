/*
 * format/fingerprint.c
 *		Fingerprints as text, and names that must not look like one.
 */
#include "postgres.h"

#include "format/digest.h"
#include "format/fingerprint.h"
#include "support/text.h"

#define FINGERPRINT_PREFIX SG_FORMAT ":"

/* in bytes */
#define MAX_NAME_LEN 200
#define SHOWN_NAME_LEN 60

/*
 * Returns true if the reference looks like a fingerprint or the beginning of one,
 * and writes it with "sg1:" and lower-case digits to "prefix", which has room for
 * SG_FINGERPRINT_LEN + 1 bytes.
 */
bool
sg_fingerprint_prefix(const char *reference, char *prefix)
{
	const char *hex = reference;
	size_t		len;

	if (strncmp(hex, FINGERPRINT_PREFIX, strlen(FINGERPRINT_PREFIX)) == 0)
		hex += strlen(FINGERPRINT_PREFIX);
	len = strlen(hex);
	if (len < SG_FINGERPRINT_MIN_HEX_LEN || len > SG_DIGEST_HEX_LEN ||
		strspn(hex, "0123456789abcdefABCDEF") != len)
		return false;
	strcpy(prefix, FINGERPRINT_PREFIX);
	for (size_t i = 0; i <= len; i++)
		prefix[strlen(FINGERPRINT_PREFIX) + i] = pg_ascii_tolower((unsigned char) hex[i]);
	return true;
}

/* Returns the root of a complete fingerprint. */
void
sg_fingerprint_root(const char *fingerprint, SgDigest *root)
{
	if (strlen(fingerprint) != SG_FINGERPRINT_LEN ||
		!sg_digest_from_hex(fingerprint + strlen(FINGERPRINT_PREFIX), root))
		elog(ERROR, "\"%s\" is not a fingerprint", fingerprint);
}

/* Raises an error unless a snapshot or path ("what" says which) can have this name. */
void
sg_fingerprint_check_name(const char *what, const char *name)
{
	char		prefix[SG_FINGERPRINT_LEN + 1];

	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a %s is empty", what)));
	if (strlen(name) > MAX_NAME_LEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("name of a %s is longer than %d bytes", what, MAX_NAME_LEN)));
	for (const char *c = name; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7f)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_NAME),
					 errmsg("name of a %s has a control character at byte %d",
							what, (int) (c - name) + 1)));
	}
	if (strncmp(name, FINGERPRINT_PREFIX, strlen(FINGERPRINT_PREFIX)) == 0 ||
		sg_fingerprint_prefix(name, prefix))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a %s looks like a fingerprint: \"%s\"", what, name),
				 errhint("Choose one that has other characters than 0-9 and a-f, for example \"v%.*s\".",
						 sg_text_clip_len(name, (int) strlen(name), SHOWN_NAME_LEN), name)));
}

/* Returns "sg1:" and the root in hex, palloc'd. */
char *
sg_fingerprint_text(const SgDigest *root)
{
	char	   *text = palloc(SG_FINGERPRINT_LEN + 1);
	size_t		prefix = sizeof(SG_FORMAT ":") - 1;

	memcpy(text, SG_FORMAT ":", prefix);
	sg_digest_to_hex(root, text + prefix);
	text[SG_FINGERPRINT_LEN] = '\0';
	return text;
}

/* Writes the fingerprint over SG_BUCKETS buckets to a buffer of SG_FINGERPRINT_LEN + 1 bytes. */
void
sg_fingerprint_of_buckets(const SgDigest *buckets, char *fingerprint)
{
	SgDigest	root;

	sg_digest_root_of_buckets(buckets, &root);
	strlcpy(fingerprint, sg_fingerprint_text(&root), SG_FINGERPRINT_LEN + 1);
}
