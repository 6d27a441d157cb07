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
 * Has request() called when the server asks for needs of shared memory, and returns
 * the function that was there before, or NULL.  Before 15 there was no such hook
 * (4f2400cb3): the needs were told while the library was loaded.
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
 * Returns true if this server makes up a null for a generated column before it computes
 * the value, so that a domain that allows no nulls refuses every INSERT.  Mended by
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

/* A literal whose type is found out: a string or NULL.  Constants are nodes since 15 (639a86e36). */
bool
sg_compat_const_is_untyped(const A_Const *constant)
{
#if PG_VERSION_NUM >= 150000
	return constant->isnull || IsA(&constant->val, String);
#else
	return constant->val.type == T_Null || constant->val.type == T_String;
#endif
}

/* The expression behind a column of the grouping step, which 18 made an entry of its own (247dea89f). */
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
 * Parses a text: form 0 is that of a client's statements, the others are what PL/pgSQL
 * leaves to the parser from 14 on (c9d529848).  NIL if there is no such form.
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

/* The query whose result an assignment of PL/pgSQL assigns, from 14 on (844fe9f15), or NULL. */
Node *
sg_compat_assigned_query(Node *statement)
{
#if PG_VERSION_NUM >= 140000
	return IsA(statement, PLAssignStmt) ? (Node *) ((PLAssignStmt *) statement)->val : NULL;
#else
	return NULL;
#endif
}

/* CREATE TABLE AS, rather than a materialized view; 14 renamed the field (cc35d8933) */
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

/* MERGE came with 15 (7103ebb7a). */
bool
sg_compat_is_merge(const Node *statement)
{
#if PG_VERSION_NUM >= 150000
	return IsA(statement, MergeStmt);
#else
	return false;
#endif
}

/* From 17 on, MERGE writes to views that can be updated (5f2e179bd). */
bool
sg_compat_merges_into_views(void)
{
	return PG_VERSION_NUM >= 170000;
}

/* A MERGE one of whose INSERTs does not name its columns? */
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

/* The actions of a MERGE: a List of nodes for sg_compat_merge_action(). */
List *
sg_compat_merge_actions(const Query *query)
{
#if PG_VERSION_NUM >= 150000
	return query->mergeActionList;
#else
	return NIL;
#endif
}

/* A MERGE's condition where it is not in FROM, since 17 (0294df2f1). */
Node *
sg_compat_merge_condition(const Query *query)
{
#if PG_VERSION_NUM >= 170000
	return query->mergeJoinCondition;
#else
	return NULL;
#endif
}

/* Takes an action of a MERGE apart; "command" is a CmdType. */
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
 * Finds the function that a call takes, as func_get_detail() does, whose code
 * it returns; "declared" is set to the types of its parameters.  14 added the
 * argument for procedures' OUT parameters (e56bce5d4), 19 flags for its errors.
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
 * after the last.  "*place" is the caller's, 0 at first.  19 keeps a set in place of
 * a list.
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
