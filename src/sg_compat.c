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

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

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
