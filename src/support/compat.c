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
#include "parser/parse_func.h"
#include "parser/parse_relation.h"
#include "parser/parse_type.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/ruleutils.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#endif

#include "support/compat.h"

/*
 * Installs request() as shmem_request_hook and returns the previous hook, or NULL.
 * Before 15 there was no such hook (4f2400cb3), and shared memory was requested
 * while the library was loaded.
 */
SgCompatHook
sg_compat_hook_shmem_request(SgCompatHook request)
{
#if PG_VERSION_NUM >= 150000
	SgCompatHook previous = shmem_request_hook;

	shmem_request_hook = request;
	return previous;
#else
	request();
	return NULL;
#endif
}

/* Reserves a prefix of settings; before 15, unknown ones only caused a warning (88103567c). */
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
 * Returns true if this server makes up a null for a generated column before it computes
 * the value, so that a domain that allows no nulls refuses every INSERT.  Fixed by
 * 7c8728494 in 18 and in the minors below, never in 13.
 */
bool
sg_compat_insert_nulls_generated(void)
{
	int			version = atoi(GetConfigOption("server_version_num", false, false));
	int			minor = version % 10000;

	switch (version / 10000)
	{
		case 13:
			return true;
		case 14:
			return minor < 18;
		case 15:
			return minor < 13;
		case 16:
			return minor < 9;
		case 17:
			return minor < 5;
		default:
			return false;
	}
}

/*
 * Looks up a type by its name; InvalidOid if there is no such type.  A text that is
 * not a type name at all raises an error or gives InvalidOid, because 16 made only
 * some of those errors soft.
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
 * Returns true if _PG_init() runs because of session_preload_libraries, rather than
 * of a statement that needs the library.  Since 15 these libraries are loaded in
 * InitPostgres()'s transaction, before normal processing; earlier versions load
 * them outside any transaction.
 */
bool
sg_compat_session_is_starting(void)
{
	return !IsNormalProcessingMode() || !IsTransactionState();
}

/* Returns true for REINDEX CONCURRENTLY, one of a list of options since 14 (a3dc92600). */
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
 * Returns the text of a query, indented, in the current memory context.  15 exports
 * pg_get_querydef(); before that, the query is wrapped in a scalar sub-query, which
 * pg_get_expr() deparses in the same way, in parentheses.
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

/* Returns true for a literal of unknown type, a string or NULL; since 15 constants are nodes (639a86e36). */
bool
sg_compat_const_is_untyped(const A_Const *constant)
{
#if PG_VERSION_NUM >= 150000
	return constant->isnull || IsA(&constant->val, String);
#else
	return constant->val.type == T_Null || constant->val.type == T_String;
#endif
}

/* Returns the expression behind a column of an RTE_GROUP entry, new in 18 (247dea89f), or NULL. */
Node *
sg_compat_group_column(const RangeTblEntry *entry, int number)
{
#if PG_VERSION_NUM >= 180000
	if (entry->rtekind == RTE_GROUP && number > 0 && number <= list_length(entry->groupexprs))
		return list_nth(entry->groupexprs, number - 1);
#endif
	return NULL;
}

/*
 * Parses a text of one of several forms: 0 is a client's statements, the others are
 * the parts of PL/pgSQL that it leaves to the parser since 14 (c9d529848).  Returns
 * NIL if this version does not know the form.
 */
List *
sg_compat_raw_parse(const char *text, int form)
{
#if PG_VERSION_NUM >= 140000
	static const RawParseMode modes[] = {
		RAW_PARSE_DEFAULT, RAW_PARSE_PLPGSQL_EXPR, RAW_PARSE_PLPGSQL_ASSIGN1, RAW_PARSE_PLPGSQL_ASSIGN2,
		RAW_PARSE_PLPGSQL_ASSIGN3
	};

	return form < lengthof(modes) ? raw_parser(text, modes[form]) : NIL;
#else
	return form == 0 ? raw_parser(text) : NIL;
#endif
}

/* Returns the query on the right side of a PL/pgSQL assignment, a node since 14 (844fe9f15), or NULL. */
Node *
sg_compat_assigned_query(Node *statement)
{
#if PG_VERSION_NUM >= 140000
	return IsA(statement, PLAssignStmt) ? (Node *) ((PLAssignStmt *) statement)->val : NULL;
#else
	return NULL;
#endif
}

/* Returns true for CREATE TABLE AS, not for a materialized view; 14 renamed the field (cc35d8933). */
bool
sg_compat_makes_table(const Node *statement)
{
#if PG_VERSION_NUM >= 140000
	return IsA(statement, CreateTableAsStmt) &&
		((const CreateTableAsStmt *) statement)->objtype == OBJECT_TABLE;
#else
	return IsA(statement, CreateTableAsStmt) &&
		((const CreateTableAsStmt *) statement)->relkind == OBJECT_TABLE;
#endif
}

/* Returns true for MERGE, new in 15 (7103ebb7a). */
bool
sg_compat_is_merge(const Node *statement)
{
#if PG_VERSION_NUM >= 150000
	return IsA(statement, MergeStmt);
#else
	return false;
#endif
}

/*
 * The privileges any of which LOCK asks for; "lock access share" and its like are those for weak
 * modes.  NULL ends them.  Up to 15, only SELECT allowed ACCESS SHARE, and INSERT
 * not ROW SHARE; 17 added MAINTAIN.  See LockTableAclCheck().
 */
const char *const *
sg_compat_lock_privileges(const char *command)
{
#if PG_VERSION_NUM >= 170000
	static const char *const any[] = {"UPDATE", "DELETE", "TRUNCATE", "MAINTAIN", "INSERT", "SELECT", NULL};
	static const char *const writing[] = {"UPDATE", "DELETE", "TRUNCATE", "MAINTAIN", "INSERT", NULL};
	static const char *const strong[] = {"UPDATE", "DELETE", "TRUNCATE", "MAINTAIN", NULL};
#elif PG_VERSION_NUM >= 160000
	static const char *const any[] = {"UPDATE", "DELETE", "TRUNCATE", "INSERT", "SELECT", NULL};
	static const char *const writing[] = {"UPDATE", "DELETE", "TRUNCATE", "INSERT", NULL};
	static const char *const strong[] = {"UPDATE", "DELETE", "TRUNCATE", NULL};
#else
	static const char *const any[] = {"SELECT", NULL};
	static const char *const writing[] = {"UPDATE", "DELETE", "TRUNCATE", "INSERT", NULL};
	static const char *const strong[] = {"UPDATE", "DELETE", "TRUNCATE", NULL};
#endif

	if (strcmp(command, "lock access share") == 0)
		return any;
	if (strcmp(command, "lock row exclusive") == 0 ||
		(strcmp(command, "lock row share") == 0 && PG_VERSION_NUM >= 160000))
		return writing;
	return strong;
}

/*
 * The privileges that reading the entry of the query asks for, and the columns that it reads: until 16
 * (a61b1f748) they were in the entry itself.
 */
AclMode
sg_compat_required(const Query *query, RangeTblEntry *entry, Bitmapset **columns)
{
#if PG_VERSION_NUM >= 160000
	RTEPermissionInfo *info;

	if (entry->perminfoindex == 0)
		return 0;
	info = getRTEPermissionInfo(query->rteperminfos, entry);
	*columns = info->selectedCols;
	return info->requiredPerms;
#else
	*columns = entry->selectedCols;
	return entry->requiredPerms;
#endif
}

/* Returns true if MERGE can write to updatable views, as from 17 on (5f2e179bd). */
bool
sg_compat_merges_into_views(void)
{
	return PG_VERSION_NUM >= 170000;
}

/* Returns true if COPY TO reads materialized views, as from 18 on. */
bool
sg_compat_copies_materialized_views(void)
{
	return PG_VERSION_NUM >= 180000;
}

/* Returns true if COPY TO reads partitioned tables, as from 19 on. */
bool
sg_compat_copies_partitioned_tables(void)
{
	return PG_VERSION_NUM >= 190000;
}

/* Returns true for a MERGE with an INSERT that has no column list. */
bool
sg_compat_merge_is_positional(const Node *statement)
{
#if PG_VERSION_NUM >= 150000
	ListCell   *cell;

	if (!IsA(statement, MergeStmt))
		return false;
	foreach(cell, ((const MergeStmt *) statement)->mergeWhenClauses)
	{
		MergeWhenClause *clause = lfirst_node(MergeWhenClause, cell);

		if (clause->commandType == CMD_INSERT && clause->targetList == NIL && clause->values != NIL)
			return true;
	}
#endif
	return false;
}

/* Returns the actions of a MERGE: a List of nodes for sg_compat_merge_action(). */
List *
sg_compat_merge_actions(const Query *query)
{
#if PG_VERSION_NUM >= 150000
	return query->mergeActionList;
#else
	return NIL;
#endif
}

/* Returns a MERGE's join condition if it is not part of FROM, since 17 (0294df2f1), or NULL. */
Node *
sg_compat_merge_condition(const Query *query)
{
#if PG_VERSION_NUM >= 170000
	return query->mergeJoinCondition;
#else
	return NULL;
#endif
}

/* Returns the parts of an action of a MERGE; *command is a CmdType. */
void
sg_compat_merge_action(Node *action, int *command, Node **condition, List **targets)
{
#if PG_VERSION_NUM >= 150000
	MergeAction *parts = castNode(MergeAction, action);

	*command = parts->commandType;
	*condition = parts->qual;
	*targets = parts->targetList;
#else
	elog(ERROR, "this server knows no MERGE");
#endif
}

/*
 * Resolves a function call: returns what func_get_detail() returns, and sets
 * *declared to the types of the function's parameters.  14 added the argument for
 * procedures' OUT parameters (e56bce5d4), 19 flags for error reports.
 */
int
sg_compat_function(List *name, int nargs, Oid *given, Oid *result, Oid **declared)
{
	Oid			function;
	bool		set;
	int			nvariadic;
	Oid			variadic;
	List	   *defaults = NIL;

#if PG_VERSION_NUM >= 190000
	int			flags;

	return func_get_detail(name, NIL, NIL, nargs, given, true, true, false, &flags, &function, result, &set,
						   &nvariadic, &variadic, declared, &defaults);
#elif PG_VERSION_NUM >= 140000
	return func_get_detail(name, NIL, NIL, nargs, given, true, true, false, &function, result, &set,
						   &nvariadic, &variadic, declared, &defaults);
#else
	return func_get_detail(name, NIL, NIL, nargs, given, true, true, &function, result, &set,
						   &nvariadic, &variadic, declared, &defaults);
#endif
}

/*
 * Returns the range table index of the next relation that the plan writes, or 0
 * after the last one.  The caller keeps *place, 0 at first.  19 has a Bitmapset
 * instead of a List.
 */
int
sg_compat_next_result_relation(const PlannedStmt *plan, int *place)
{
#if PG_VERSION_NUM >= 190000
	int			index = bms_next_member(plan->resultRelationRelids, *place == 0 ? -1 : *place);

	*place = index;
	return Max(index, 0);
#else
	if (*place >= list_length(plan->resultRelations))
		return 0;
	return list_nth_int(plan->resultRelations, (*place)++);
#endif
}
