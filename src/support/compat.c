/*
 * support/compat.c
 *		The differences between PostgreSQL 13 to 19 that need code.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/ruleutils.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

#include "support/compat.h"

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

/* REINDEX CONCURRENTLY?  A list of options since 14 (a3dc92600). */
bool
sg_compat_reindex_is_concurrent(const ReindexStmt *statement)
{
#if PG_VERSION_NUM >= 140000
	bool		concurrent = false;
	ListCell   *lc;

	foreach(lc, statement->params)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "concurrently") == 0)
			concurrent = defGetBoolean(option);
	}
	return concurrent;
#else
	return statement->concurrent;
#endif
}

/*
 * The text of a query, indented, in the current memory context.  15 exports
 * pg_get_querydef(); before that a query is wrapped into a scalar sub-query,
 * which pg_get_expr() deparses the same way, in parentheses.
 */
char *
sg_compat_query_text(Query *query)
{
#if PG_VERSION_NUM >= 150000
	return pg_get_querydef(query, false);
#else
	SubLink    *link = makeNode(SubLink);
	char	   *result;

	link->subLinkType = EXPR_SUBLINK;
	link->subselect = (Node *) query;
	result = TextDatumGetCString(DirectFunctionCall2(pg_get_expr,
													 CStringGetTextDatum(nodeToString(link)),
													 ObjectIdGetDatum(InvalidOid)));
	/* strip the parentheses */
	result[strlen(result) - 1] = '\0';
	return result + 1;
#endif
}
