/*
 * ledgers/ledger_version.c
 *		Versions and checksums, compared as their tools do.
 *
 * A version is identified by its key: two spellings that a tool considers the same
 * (0005 and 5, 1.0 and 1) have the same key.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "ledgers/ledger_version.h"

/* a SHA-256 in hexadecimal */
#define SHA256_HEX_LEN 64

static bool
is_number(const char *text)
{
	return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

static const char *
without_zeros(const char *digits)
{
	while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
		digits++;
	return digits;
}

/*
 * Returns the key of a version of Flyway: numbers separated by dots or underscores, in
 * which trailing zeros do not count.
 */
static char *
key_of_parts(const char *version)
{
	StringInfoData key;
	int			kept = 0;

	if (version[0] < '0' || version[0] > '9' || strspn(version, "0123456789._") != strlen(version))
		return pstrdup(version);
	initStringInfo(&key);
	while (*version != '\0')
	{
		int			len = (int) strspn(version, "0123456789");

		appendStringInfo(&key, "%s%s", key.len > 0 ? "." : "",
						 len == 0 ? "0" : without_zeros(pnstrdup(version, len)));
		if (strcmp(key.data + kept + (kept > 0), "0") != 0)
			kept = key.len;
		else if (kept == 0)
			kept = 1;			/* the first part stays */
		version += len;
		if (*version != '\0')
			version++;
	}
	key.data[kept] = '\0';
	return key.data;
}

/* Returns the key of the version, palloc'd. */
char *
sg_ledger_version_key(const SgLedgerLayout *layout, const char *version)
{
	switch (layout->order)
	{
		case SG_LEDGER_BY_NUMBER:
		case SG_LEDGER_HEAD:
			return pstrdup(is_number(version) ? without_zeros(version) : version);
		case SG_LEDGER_BY_PARTS:
			return key_of_parts(version);
		default:
			return pstrdup(version);
	}
}

/* Returns true if two versions can be compared without looking at the ledger. */
bool
sg_ledger_version_is_ordered(const SgLedgerLayout *layout)
{
	return layout->order != SG_LEDGER_BY_SEQUENCE && layout->order != SG_LEDGER_HEADS;
}

/* Returns true if the tool stores no more than the newest version, or the heads. */
bool
sg_ledger_version_is_head(const SgLedgerLayout *layout)
{
	return layout->order == SG_LEDGER_HEAD || layout->order == SG_LEDGER_HEADS;
}

static int
compare_digits(const char *a, int a_len, const char *b, int b_len)
{
	while (a_len > 1 && *a == '0')
		a++, a_len--;
	while (b_len > 1 && *b == '0')
		b++, b_len--;
	return a_len != b_len ? (a_len < b_len ? -1 : 1) : strncmp(a, b, a_len);
}

/* Numbers as such; other versions come after them, byte by byte. */
static int
compare_numbers(const char *a, const char *b)
{
	if (is_number(a) && is_number(b))
		return compare_digits(a, (int) strlen(a), b, (int) strlen(b));
	if (is_number(a) != is_number(b))
		return is_number(a) ? -1 : 1;
	return strcmp(a, b);
}

static int
compare_parts(const char *a, const char *b)
{
	bool		repeatable = !is_number(pnstrdup(a, 1));

	/* repeatables sort before all versions, because they must not count as the newest */
	if (repeatable != !is_number(pnstrdup(b, 1)))
		return repeatable ? -1 : 1;
	if (repeatable)
		return strcmp(a, b);
	while (*a != '\0' && *b != '\0')
	{
		int			a_len = (int) strcspn(a, ".");
		int			b_len = (int) strcspn(b, ".");
		int			order = compare_digits(a, a_len, b, b_len);

		if (order != 0)
			return order;
		a += a_len + (a[a_len] != '\0');
		b += b_len + (b[b_len] != '\0');
	}
	return (*a != '\0') - (*b != '\0');
}

static const char *
suffix_digits(const char *name)
{
	const char *end = name + strlen(name);

	while (end > name && end[-1] >= '0' && end[-1] <= '9')
		end--;
	return end;
}

/* Compares two keys of a layout for which sg_ledger_version_is_ordered() is true. */
int
sg_ledger_version_compare(const SgLedgerLayout *layout, const char *a, const char *b)
{
	int			order;

	switch (layout->order)
	{
		case SG_LEDGER_BY_NUMBER:
		case SG_LEDGER_HEAD:
			return compare_numbers(a, b);
		case SG_LEDGER_BY_PARTS:
			return compare_parts(a, b);
		case SG_LEDGER_BY_SUFFIX:
			order = compare_numbers(suffix_digits(a), suffix_digits(b));
			return order != 0 ? order : strcmp(a, b);
		default:
			return strcmp(a, b);
	}
}

/*
 * Returns true if the stored digest is the declared one as Prisma once wrote it,
 * without the leading zeros of bytes, and so usually shorter than 64 digits.
 */
static bool
is_unpadded(const char *stored, const char *declared)
{
	if (strlen(declared) != SHA256_HEX_LEN || strlen(stored) == SHA256_HEX_LEN)
		return false;
	for (int i = 0; i < SHA256_HEX_LEN; i += 2)
	{
		if (declared[i] != '0' && pg_tolower((unsigned char) *stored++) != pg_tolower((unsigned char) declared[i]))
			return false;
		if (pg_tolower((unsigned char) *stored++) != pg_tolower((unsigned char) declared[i + 1]))
			return false;
	}
	return *stored == '\0';
}

static const char *
without_prefix(const char *hex)
{
	return strncmp(hex, "\\x", 2) == 0 || strncmp(hex, "0x", 2) == 0 ? hex + 2 : hex;
}

/* Returns true if the tool would consider the declared checksum equal to the stored one. */
bool
sg_ledger_version_same_checksum(const SgLedgerLayout *layout, const char *stored, const char *declared)
{
	if (!layout->hex)
		return strcmp(stored, declared) == 0;
	declared = without_prefix(declared);
	return pg_strcasecmp(stored, declared) == 0 ||
		(layout->tool == SG_TOOL_PRISMA && is_unpadded(stored, declared));
}
