/*
 * queries/analysis.c
 *		Parse analysis of query texts: nothing is rewritten, planned or executed.
 *
 * It does what parse_analyze_varparams() does, except calling the hooks of other
 * extensions, which would think that the query is about to run.  What the analysed
 * tree no longer shows is noted before and while it is made: where the text has a
 * star, an untyped literal, or an unqualified column name, and in which relations
 * that name was looked for.  So a rule can tell later that a new column takes the
 * name.
 *
 * Parse analysis calls the input functions of literals' types, as for every query:
 * PostgreSQL's own for enums, domains (without their constraints), composite types,
 * arrays and ranges, but an extension's for its base types.  It calls no other
 * function; the planner would, to fold constants.
 */
#include "postgres.h"

#include <limits.h>

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parse_param.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"

#include "queries/analysis.h"
#include "queries/places.h"
#include "support/compat.h"

/* the protocol cannot give a value to more */
#define MAX_PARAMETERS 65535

/* the hooks that ours replace, with their state */
typedef struct Hooks
{
	SgAnalysis *analysis;
	void	   *first_state;
	PreParseColumnRefHook pre_columnref;
	PostParseColumnRefHook post_columnref;
	ParseParamRefHook paramref;
	CoerceParamHook coerce_param;
} Hooks;

/* Appends what a relation, or each side of a join, is made of. */
static List *
add_sources(List *sources, ParseState *pstate, Node *node)
{
	if (IsA(node, RangeTblRef))
	{
		SgSource   *source = palloc0(sizeof(SgSource));

		source->rte = rt_fetch(((RangeTblRef *) node)->rtindex, pstate->p_rtable);
		if (source->rte->rtekind == RTE_CTE)
			source->cte = GetCTEForRTE(pstate, source->rte, 0);
		return lappend(sources, source);
	}
	if (IsA(node, JoinExpr))
	{
		sources = add_sources(sources, pstate, ((JoinExpr *) node)->larg);
		sources = add_sources(sources, pstate, ((JoinExpr *) node)->rarg);
	}
	return sources;
}

/* Appends what an item of a query's namespace is made of. */
static List *
add_item(List *sources, ParseState *pstate, const ParseNamespaceItem *item)
{
	RangeTblRef ref = {T_RangeTblRef};
	Node	   *node = (Node *) &ref;

	ref.rtindex = item->p_rtindex;
	if (item->p_rte->rtekind == RTE_JOIN && item->p_rtindex <= list_length(pstate->p_joinexprs))
		node = list_nth(pstate->p_joinexprs, item->p_rtindex - 1);
	return node == NULL ? sources : add_sources(sources, pstate, node);
}

/* Appends what bare names are looked for in at one level of the query. */
static List *
add_level(List *sources, ParseState *pstate)
{
	ListCell   *cell;

	foreach(cell, pstate->p_namespace)
	{
		ParseNamespaceItem *item = lfirst(cell);

		if (item->p_cols_visible)
			sources = add_item(sources, pstate, item);
	}
	return sources;
}

/*
 * Notes a name behind that of a relation, x.a.  It is looked for in that relation only, but
 * in all of its columns: those of a join, and those that FROM t AS x(a) gives no other name; and if
 * there is none, x.a may be a(x).
 */
static void
note_qualified(SgAnalysis *analysis, ParseState *pstate, ColumnRef *column)
{
	int			count = list_length(column->fields);
	ParseNamespaceItem *item;
	SgBareName *bare;
	int			levels;

	if (count > 3 || !IsA(llast(column->fields), String))
		return;
	item = refnameNamespaceItem(pstate, count == 3 ? strVal(linitial(column->fields)) : NULL,
								strVal(list_nth(column->fields, count - 2)), -1, &levels);
	if (item == NULL)
		return;
	if (item->p_rte->rtekind == RTE_JOIN)
		analysis->places.resolved = bms_add_member(analysis->places.resolved, Max(column->location, 0));
	while (levels-- > 0)
		pstate = pstate->parentParseState;
	bare = palloc0(sizeof(SgBareName));
	bare->name = strVal(llast(column->fields));
	bare->sources = add_item(NIL, pstate, item);
	analysis->bare = lappend(analysis->bare, bare);
}

/* Notes the name of a function in FROM that returns no row: the server takes it for the one column, which may have another name. */
static void
note_row(SgAnalysis *analysis, ParseState *pstate, const ColumnRef *column, const Var *resolved)
{
	const RangeTblEntry *entry = GetRTEByRangeTablePosn(pstate, resolved->varno, resolved->varlevelsup);

	if (entry->rtekind == RTE_FUNCTION &&
		strcmp(strVal(linitial(column->fields)),
			   strVal(list_nth(entry->eref->colnames, resolved->varattno - 1))) != 0)
		analysis->places.rows = bms_add_member(analysis->places.rows, Max(column->location, 0));
}

/* Notes what a name was looked for in. */
static void
note_reference(SgAnalysis *analysis, ParseState *pstate, ColumnRef *column, Node *resolved)
{
	bool		is_column = IsA(resolved, Var) &&
		((Var *) resolved)->varattno != InvalidAttrNumber;
	int			levels = is_column ? (int) ((Var *) resolved)->varlevelsup : INT_MAX;
	SgBareName *bare;

	if (list_length(column->fields) != 1)
	{
		note_qualified(analysis, pstate, column);
		return;
	}
	if (!IsA(linitial(column->fields), String))
		return;
	analysis->places.resolved = bms_add_member(analysis->places.resolved, Max(column->location, 0));
	if (is_column && ((Var *) resolved)->varattno > 0)
		note_row(analysis, pstate, column, (Var *) resolved);
	bare = palloc0(sizeof(SgBareName));
	bare->name = strVal(linitial(column->fields));
	for (; pstate != NULL && levels >= 0; levels--, pstate = pstate->parentParseState)
		bare->sources = add_level(bare->sources, pstate);
	analysis->bare = lappend(analysis->bare, bare);
}

/* p_pre_columnref_hook: the first one's */
static Node *
reference_before(ParseState *pstate, ColumnRef *column)
{
	Hooks	   *hooks = pstate->p_ref_hook_state;
	Node	   *node;

	pstate->p_ref_hook_state = hooks->first_state;
	node = hooks->pre_columnref(pstate, column);
	pstate->p_ref_hook_state = hooks;
	return node;
}

/* p_post_columnref_hook: the first one's, if any; never resolves a name itself */
static Node *
reference_after(ParseState *pstate, ColumnRef *column, Node *resolved)
{
	Hooks	   *hooks = pstate->p_ref_hook_state;
	Node	   *node = NULL;

	if (hooks->post_columnref != NULL)
	{
		pstate->p_ref_hook_state = hooks->first_state;
		node = hooks->post_columnref(pstate, column, resolved);
		pstate->p_ref_hook_state = hooks;
	}
	if (node == NULL && resolved != NULL)
		note_reference(hooks->analysis, pstate, column, resolved);
	return node;
}

/*
 * p_paramref_hook: the first one's, with a note where the type is not known yet.  The server's
 * makes an array of all parameters up to that one; "$268435455" would take all the memory that
 * a backend may ask for.
 */
static Node *
reference_parameter(ParseState *pstate, ParamRef *ref)
{
	Hooks	   *hooks = pstate->p_ref_hook_state;
	SgPlaces   *places = &hooks->analysis->places;
	Node	   *node;

	if (ref->number > MAX_PARAMETERS)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_PARAMETER),
				 errmsg("there is no parameter $%d", ref->number),
				 parser_errposition(pstate, ref->location)));
	pstate->p_ref_hook_state = hooks->first_state;
	node = hooks->paramref(pstate, ref);
	pstate->p_ref_hook_state = hooks;
	if (node != NULL && exprType(node) == UNKNOWNOID)
		places->literals = bms_add_member(places->literals, Max(ref->location, 0));
	return node;
}

/* p_coerce_param_hook: the first one's */
static Node *
coerce_parameter(ParseState *pstate, Param *param, Oid type, int32 typmod, int location)
{
	Hooks	   *hooks = pstate->p_ref_hook_state;
	Node	   *node;

	pstate->p_ref_hook_state = hooks->first_state;
	node = hooks->coerce_param(pstate, param, type, typmod, location);
	pstate->p_ref_hook_state = hooks;
	return node;
}

/* Puts our hooks in place of the existing ones. */
static void
set_hooks(ParseState *pstate, Hooks *hooks)
{
	hooks->first_state = pstate->p_ref_hook_state;
	hooks->pre_columnref = pstate->p_pre_columnref_hook;
	hooks->post_columnref = pstate->p_post_columnref_hook;
	hooks->paramref = pstate->p_paramref_hook;
	hooks->coerce_param = pstate->p_coerce_param_hook;
	pstate->p_ref_hook_state = hooks;
	pstate->p_post_columnref_hook = reference_after;
	if (hooks->pre_columnref != NULL)
		pstate->p_pre_columnref_hook = reference_before;
	if (hooks->paramref != NULL)
		pstate->p_paramref_hook = reference_parameter;
	if (hooks->coerce_param != NULL)
		pstate->p_coerce_param_hook = coerce_parameter;
}

/* Names and parameters are what they were when the server analysed the statement. */
static void
inherit_hooks(ParseState *pstate, const ParseState *first)
{
	pstate->p_pre_columnref_hook = first->p_pre_columnref_hook;
	pstate->p_post_columnref_hook = first->p_post_columnref_hook;
	pstate->p_paramref_hook = first->p_paramref_hook;
	pstate->p_coerce_param_hook = first->p_coerce_param_hook;
	pstate->p_ref_hook_state = first->p_ref_hook_state;
	pstate->p_queryEnv = first->p_queryEnv;
}

/* The statement within a statement that parse analysis does not look into. */
static Node *
inner_statement(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CopyStmt:
			return ((CopyStmt *) statement)->query;
		case T_PrepareStmt:
			return ((PrepareStmt *) statement)->query;
		default:
			return NULL;
	}
}

/* The statement whose places are to be noted, or NULL. */
static Node *
noted_statement(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_ExplainStmt:
			return ((ExplainStmt *) statement)->query;
		case T_DeclareCursorStmt:
			return ((DeclareCursorStmt *) statement)->query;
		case T_CreateTableAsStmt:
			return ((CreateTableAsStmt *) statement)->query;
		case T_CallStmt:
			return (Node *) ((CallStmt *) statement)->funccall;
		case T_CopyStmt:
			return ((CopyStmt *) statement)->whereClause;
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
			return statement;
		default:
			return sg_compat_is_merge(statement) ? statement : sg_compat_assigned_query(statement);
	}
}

/*
 * The relations that a command names, which parse analysis leaves to its execution.  If
 * the server is about to execute it, no lock is taken that it would not take itself: two
 * sessions that had to raise a weaker one would wait for each other.
 */
static List *
command_relations(Node *statement, bool is_executed, SgPlaces *places)
{
	LOCKMODE	lockmode = is_executed ? NoLock : AccessShareLock;
	List	   *names = NIL;
	List	   *relations = NIL;
	ListCell   *cell;

	if (IsA(statement, LockStmt))
		names = ((LockStmt *) statement)->relations;
	else if (IsA(statement, TruncateStmt))
		names = ((TruncateStmt *) statement)->relations;
	else if (IsA(statement, CopyStmt))
	{
		names = list_make1(((CopyStmt *) statement)->relation);
		if (is_executed)
			lockmode = ((CopyStmt *) statement)->is_from ? RowExclusiveLock : AccessShareLock;
	}
	foreach(cell, names)
	{
		Oid			relid = RangeVarGetRelid(lfirst(cell), lockmode, is_executed);

		(void) sg_places_note(lfirst(cell), places);
		if (OidIsValid(relid))
			relations = lappend_oid(relations, relid);
	}
	return relations;
}

/*
 * The condition of COPY ... FROM ... WHERE, which the server leaves to the execution as well,
 * as that of a query.  Nothing of a function that executes it has a name there.
 */
static Query *
copy_condition(SgAnalysis *analysis, const CopyStmt *copy, const char *text)
{
	ParseState *pstate = make_parsestate(NULL);
	Hooks		hooks = {analysis};
	Query	   *query = makeNode(Query);
	RangeTblRef *ref = makeNode(RangeTblRef);
	Relation	relation = table_open(linitial_oid(analysis->relations), NoLock);
	Node	   *condition;

	pstate->p_sourcetext = text;
	set_hooks(pstate, &hooks);
	addNSItemToQuery(pstate, addRangeTableEntryForRelation(pstate, relation, AccessShareLock, NULL, false, false),
					 false, true, true);
	condition = coerce_to_boolean(pstate, transformExpr(pstate, copy->whereClause, EXPR_KIND_COPY_WHERE), "WHERE");
	assign_expr_collations(pstate, condition);
	table_close(relation, NoLock);
	ref->rtindex = 1;
	query->commandType = CMD_SELECT;
	query->rtable = pstate->p_rtable;
	query->jointree = makeFromExpr(list_make1(ref), condition);
	free_parsestate(pstate);
	return query;
}

/* Notes what only the raw tree tells. */
static void
note_raw(SgAnalysis *analysis)
{
	Node	   *noted = noted_statement(analysis->raw);

	if (noted == NULL)
		return;
	(void) sg_places_note(noted, &analysis->places);
	if (sg_places_is_positional(noted))
		analysis->places.positional = lappend(analysis->places.positional, NULL);
}

static SgAnalysis *
analyse(RawStmt *statement, const char *text, const SgAnalysisSetup *setup)
{
	SgAnalysis *analysis = palloc0(sizeof(SgAnalysis));
	ParseState *pstate = make_parsestate(NULL);
	RawStmt    *raw = makeNode(RawStmt);
	Node	   *inner = inner_statement(statement->stmt);
	bool		has_variables = setup == NULL || setup->first == NULL;
	Hooks		hooks = {analysis};

	raw->stmt = inner != NULL ? inner : statement->stmt;
	raw->stmt_location = statement->stmt_location;
	raw->stmt_len = statement->stmt_len;
	analysis->raw = raw->stmt;
	analysis->copied = inner != NULL && IsA(statement->stmt, CopyStmt) ? (CopyStmt *) statement->stmt : NULL;
	analysis->path = fetch_search_path(false);
	note_raw(analysis);

	pstate->p_sourcetext = text;
	if (setup != NULL)
	{
		analysis->parameters = setup->types;
		analysis->nparameters = setup->ntypes;
	}
	if (has_variables)
		sg_compat_variable_parameters(pstate, &analysis->parameters, &analysis->nparameters);
	else
		inherit_hooks(pstate, setup->first);
	set_hooks(pstate, &hooks);
	analysis->query = transformTopLevelStmt(pstate, raw);
	analysis->relations = command_relations(raw->stmt, setup != NULL, &analysis->places);
	if (IsA(raw->stmt, CopyStmt) && ((CopyStmt *) raw->stmt)->whereClause != NULL && analysis->relations != NIL)
		analysis->condition = copy_condition(analysis, (CopyStmt *) raw->stmt, text);
	pstate->p_ref_hook_state = hooks.first_state;
	if (has_variables)
		check_variable_parameters(pstate, analysis->query);
	free_parsestate(pstate);
	return analysis;
}

/*
 * Analyses a statement of the text, in the current memory context and under the
 * search_path in force.  Takes the locks that the statement would.
 */
SgAnalysis *
sg_analysis_of(RawStmt *statement, const char *text)
{
	return analyse(statement, text, NULL);
}

/* The same of one that the server is about to execute. */
SgAnalysis *
sg_analysis_again(RawStmt *statement, const char *text, const SgAnalysisSetup *setup)
{
	return analyse(statement, text, setup);
}

/*
 * Returns true if the WITH query of that name, or the statement itself if it is NULL,
 * is an INSERT without a list of columns.
 */
bool
sg_analysis_is_positional(const SgAnalysis *analysis, const char *cte)
{
	ListCell   *cell;

	foreach(cell, analysis->places.positional)
	{
		const char *name = lfirst(cell);

		if (cte == name || (cte != NULL && name != NULL && strcmp(cte, name) == 0))
			return true;
	}
	return false;
}
