/*
 * sg_compat.c
 *		The differences between PostgreSQL 13 to 18 that need code.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "parser/parse_type.h"
#include "sg_compat.h"
#include "utils/guc.h"

#if PG_VERSION_NUM >= 140000
#include "common/cryptohash.h"
#include "common/sha2.h"
#else
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#endif
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

/*
 * SHA-256 into 32 bytes; false if the cryptographic library refuses.  14
 * brought pg_cryptohash_* (87ae9691d), 15 added the result's length
 * (b69aba745).  What 13 has needs OpenSSL's headers, which its own -dev
 * package does not bring along; its SQL function needs nothing.
 */
bool
sg_compat_sha256(const void *data, size_t len, uint8 *result)
{
#if PG_VERSION_NUM >= 140000
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	bool		ok;

	if (context == NULL)
		return false;
	ok = pg_cryptohash_init(context) >= 0 &&
		pg_cryptohash_update(context, data, len) >= 0 &&
#if PG_VERSION_NUM >= 150000
		pg_cryptohash_final(context, result, PG_SHA256_DIGEST_LENGTH) >= 0;
#else
		pg_cryptohash_final(context, result) >= 0;
#endif
	pg_cryptohash_free(context);
	return ok;
#else
	bytea	   *text = (bytea *) cstring_to_text_with_len(data, len);
	bytea	   *hash = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea, PointerGetDatum(text)));

	memcpy(result, VARDATA_ANY(hash), 32);
	pfree(hash);
	pfree(text);
	return true;
#endif
}

/* Reserves a prefix of settings; before 15 misspelled ones were only warned of (88103567c). */
void
sg_compat_reserve_settings(const char *prefix)
{
#if PG_VERSION_NUM >= 150000
	MarkGUCPrefixReserved(prefix);
#else
	EmitWarningsOnPlaceholders(prefix);
#endif
}

/*
 * Looks up the type that a text names, InvalidOid if there is none.  What is
 * no type name at all may be an error or InvalidOid: 16 made some of those
 * errors soft.
 */
void
sg_compat_parse_type(const char *text, Oid *type, int32 *typmod)
{
#if PG_VERSION_NUM >= 160000
	ErrorSaveContext soft = {T_ErrorSaveContext};

	if (!parseTypeString(text, type, typmod, (Node *) &soft))
		*type = InvalidOid;
#else
	parseTypeString(text, type, typmod, true);
#endif
}

/*
 * In _PG_init: is this session_preload_libraries at work, rather than a
 * statement that needs the library?  15 moved it into InitPostgres' transaction,
 * before normal processing; before, it ran outside of any.
 */
bool
sg_compat_session_is_starting(void)
{
	return !IsNormalProcessingMode() || !IsTransactionState();
}
