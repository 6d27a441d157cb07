/*
 * queries/statement.c
 *		What a statement needs, be it a query or a command.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "funcapi.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "queries/call.h"
#include "queries/cast.h"
#include "queries/column.h"
#include "queries/from.h"
#include "queries/hidden.h"
#include "queries/need.h"
#include "queries/star.h"
#include "queries/statement.h"
#include "queries/walk.h"
#include "queries/write.h"
#include "support/compat.h"
#include "support/text.h"

/* The statement within EXPLAIN, PREPARE or DECLARE CURSOR, if it is one of these. */
static Node *
without_wrapping(Node *statement)
{
	for (;;)
	{
		if (IsA(statement, ExplainStmt))
			statement = ((ExplainStmt *) statement)->query;
		else if (IsA(statement, DeclareCursorStmt))
			statement = ((DeclareCursorStmt *) statement)->query;
		else if (IsA(statement, PrepareStmt))
			statement = ((PrepareStmt *) statement)->query;
		else
			return statement;
	}
}

/* Returns true if a contract can express what the statement needs, or if it needs nothing. */
static bool
is_taken(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_SelectStmt:
			return ((SelectStmt *) statement)->intoClause == NULL;
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_CallStmt:
		case T_CopyStmt:
		case T_LockStmt:
		case T_TruncateStmt:
		case T_TransactionStmt:
		case T_VariableSetStmt:
		case T_VariableShowStmt:
		case T_ConstraintsSetStmt:
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_NotifyStmt:
		case T_FetchStmt:
		case T_ClosePortalStmt:
		case T_DeallocateStmt:
		case T_DiscardStmt:
			return true;
		default:
			return sg_compat_is_merge(statement);
	}
}

/*
 * Raises an error unless the statement is one that an application's contract can
 * tell of: it makes things, rather than needing them, or nobody knows what it does.
 */
void
sg_statement_check(Node *statement)
{
	statement = without_wrapping(statement);
	if (!is_taken(statement))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("no contract can be derived from %s",
						GetCommandTagName(CreateCommandTag(statement)))));
}

/*
 * The same of one that is executed: it cannot be refused, and of one that makes a table
 * out of a query the query counts.
 */
bool
sg_statement_is_recorded(Node *statement)
{
	statement = without_wrapping(statement);
	return IsA(statement, SelectStmt) || is_taken(statement) || sg_compat_makes_table(statement) ||
		sg_compat_assigned_query(statement) != NULL;
}

static SgWalk
new_walk(SgOutline *contract, const SgAnalysis *analysis)
{
	return (SgWalk) {
		.expression = sg_walk_expression,
		.used = sg_walk_used,
		.followed = sg_outline_new(),
		.contract = contract,
		.analysis = analysis
	};
}

/* "use" is what is done with its result, as for sg_need_column(). */
static void
need_query(SgOutline *contract, const SgAnalysis *analysis, Query *query, const char *use)
{
	SgWalk		walk = new_walk(contract, analysis);

	sg_cast_needs(contract, (Node *) query);
	walk.exposed = sg_star_exposed(analysis, query);
	walk.result_use = use;
	walk.positional = sg_analysis_is_positional(analysis, NULL);
	sg_walk_query(query, &walk);
}

/* LOCK by its mode: the weak ones ask for less privileges. */
static const char *
lock_command(const LockStmt *statement)
{
	switch (statement->mode)
	{
		case AccessShareLock:
			return "lock access share";
		case RowShareLock:
			return "lock row share";
		case RowExclusiveLock:
			return "lock row exclusive";
		default:
			return "lock";
	}
}

/* LOCK, TRUNCATE: the relations must be there, and of a kind that takes the command. */
static void
need_relations(SgOutline *contract, const SgAnalysis *analysis, const char *command)
{
	ListCell   *cell;

	foreach(cell, analysis->relations)
		sg_write_command(contract, lfirst_oid(cell), command);
}

/* TRUNCATE without CASCADE: only what is truncated as well may refer to it. */
static void
need_truncated(SgOutline *contract, const SgAnalysis *analysis)
{
	ListCell   *cell;

	foreach(cell, analysis->relations)
	{
		SgOutline  *relation = sg_need_relation(contract, lfirst_oid(cell));
		List	   *others = NIL;
		ListCell   *lc;

		foreach(lc, analysis->relations)
		{
			if (lfirst_oid(lc) != lfirst_oid(cell) && sg_need_relation(contract, lfirst_oid(lc)) != NULL)
				others = lappend(others, sg_need_relation_text(lfirst_oid(lc)));
		}
		list_sort(others, sg_text_compare_cells);
		if (relation != NULL)
			sg_outline_add_json(sg_outline_member(relation, "truncated"), sg_outline_texts(others));
	}
}

static const DefElem *
copy_option(const CopyStmt *copy, const char *name)
{
	ListCell   *cell;

	foreach(cell, copy->options)
	{
		if (strcmp(((const DefElem *) lfirst(cell))->defname, name) == 0)
			return lfirst(cell);
	}
	return NULL;
}

static bool
is_binary(const CopyStmt *copy)
{
	const DefElem *format = copy_option(copy, "format");

	return format != NULL && strcmp(defGetString(unconstify(DefElem *, format)), "binary") == 0;
}

/* The columns that COPY names, or else all of the table but those that are generated. */
static void
need_copied(SgOutline *contract, const SgAnalysis *analysis, const CopyStmt *copy)
{
	Oid			relid = analysis->relations == NIL ? InvalidOid : linitial_oid(analysis->relations);
	SgOutline  *relation = sg_need_relation(contract, relid);
	bool		is_placed = copy->attlist == NIL && copy_option(copy, "header") == NULL;
	Relation	table;
	List	   *names = NIL;
	ListCell   *cell;

	if (relation == NULL)
		return;
	table = relation_open(relid, NoLock);
	for (int i = 0; copy->attlist == NIL && i < RelationGetDescr(table)->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(table), i);

		if (!column->attisdropped && column->attgenerated == '\0')
			names = lappend(names, pstrdup(NameStr(column->attname)));
	}
	relation_close(table, NoLock);
	if (copy->attlist == NIL)
		sg_outline_member(relation, "copied")->scalar = sg_outline_texts(names);
	foreach(cell, copy->attlist)
		names = lappend(names, strVal(lfirst(cell)));
	foreach(cell, names)
	{
		AttrNumber	number = get_attnum(relid, lfirst(cell));

		if (number == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist", (char *) lfirst(cell),
							get_rel_name(relid))));
		/* COPY FROM reads nothing; the text of COPY TO tells nobody of types */
		if (copy->is_from)
			sg_need_given(relation, relid, number, true);
		else if (is_placed)
			sg_need_placed(contract, relid, number, is_binary(copy) ? NULL : "");
		else
			sg_need_column(contract, relid, number, is_binary(copy) ? NULL : "");
	}
	if (copy->is_from)
		sg_need_insert(is_placed ? sg_outline_member(relation, "placed") : relation, names);
	if (is_placed)
		sg_need_first(contract, relid, 0);
	sg_write_command(contract, relid, copy->is_from ? "copy from" : "copy to");
	if (analysis->condition != NULL)
		need_query(contract, analysis, analysis->condition, NULL);
}

/*
 * The arguments that a CALL gives, under the names that it gives them: analysis has
 * put them in order.
 */
static List *
given_arguments(const CallStmt *statement)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(statement->funcexpr->funcid));
	List	   *arguments = NIL;
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			count;
	ListCell   *cell;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", statement->funcexpr->funcid);
	count = get_func_arg_info(tuple, &types, &names, &modes);
	ReleaseSysCache(tuple);
	foreach(cell, statement->funccall->args)
	{
		NamedArgExpr *named = IsA(lfirst(cell), NamedArgExpr) ? copyObject(lfirst(cell)) : NULL;
		int			place = named == NULL ? list_length(arguments) : 0;

		/* the place among the arguments that go in */
		for (int i = 0; named != NULL && i < count && strcmp(names[i], named->name) != 0; i++)
			place += modes == NULL || modes[i] != PROARGMODE_OUT;
		if (place >= list_length(statement->funcexpr->args))
			continue;
		if (named == NULL)
			arguments = lappend(arguments, list_nth(statement->funcexpr->args, place));
		else
		{
			named->arg = list_nth(statement->funcexpr->args, place);
			named->argnumber = place;
			arguments = lappend(arguments, named);
		}
	}
	return arguments;
}

/* Of a call's arguments, only those that are written: analysis has added the defaults. */
static void
need_procedure(SgOutline *contract, const SgAnalysis *analysis, const CallStmt *statement)
{
	SgWalk		walk = new_walk(contract, analysis);
	SgLevel		level = {analysis->query, NULL};
	SgCallNode	call;

	walk.level = &level;
	if (!sg_call_take(&walk, (Node *) statement->funcexpr, &call))
		return;
	if (!call.expanded)
		call.arguments = given_arguments(statement);
	(void) sg_call_need(&walk, &call, NULL);
	sg_cast_needs(contract, (Node *) call.arguments);
	(void) sg_walk_expression((Node *) call.arguments, &walk);
}

static void
need_command(SgOutline *contract, const SgAnalysis *analysis, Node *command)
{
	Query	   *query = NULL;

	switch (nodeTag(command))
	{
		case T_CopyStmt:
			need_copied(contract, analysis, (CopyStmt *) command);
			return;
		case T_LockStmt:
			need_relations(contract, analysis, lock_command((LockStmt *) command));
			return;
		case T_TruncateStmt:
			need_relations(contract, analysis, "truncate");
			if (((TruncateStmt *) command)->behavior != DROP_CASCADE)
				need_truncated(contract, analysis);
			return;
		case T_CallStmt:
			need_procedure(contract, analysis, (CallStmt *) command);
			return;
		case T_ExplainStmt:
			query = castNode(Query, ((ExplainStmt *) command)->query);
			break;
		case T_DeclareCursorStmt:
			query = castNode(Query, ((DeclareCursorStmt *) command)->query);
			break;
		case T_CreateTableAsStmt:
			query = castNode(Query, ((CreateTableAsStmt *) command)->query);
			break;
		default:
			return;
	}
	if (query->commandType == CMD_UTILITY)
		need_command(contract, analysis, query->utilityStmt);
	else
		/* EXPLAIN returns no columns of the query */
		need_query(contract, analysis, query, IsA(command, ExplainStmt) ? "" : NULL);
}

/* Notes in the contract what the statement needs. */
void
sg_statement_need(SgOutline *contract, const SgAnalysis *analysis)
{
	SgWalk		walk = new_walk(contract, analysis);
	SgLevel		level = {analysis->query, NULL};
	Query	   *query = analysis->query;
	ListCell   *cell;

	walk.level = &level;
	foreach(cell, analysis->relations)
		sg_from_need_relation(&walk, lfirst_oid(cell));
	if (query->commandType == CMD_UTILITY)
		need_command(contract, analysis, query->utilityStmt);
	else
		need_query(contract, analysis, query, analysis->copied != NULL && !is_binary(analysis->copied) ? "" : NULL);
	sg_column_bare_names(&walk);
	sg_hidden_names(contract, analysis);
	for (int i = 0; i < analysis->nparameters; i++)
	{
		/* a query may have a $2 and no $1, which then has no type */
		if (OidIsValid(analysis->parameters[i]))
			sg_need_type(contract, analysis->parameters[i]);
	}
}
