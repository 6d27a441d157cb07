/*
 * queries/analysed.c
 *		What a statement needs that the server has just analysed.
 *
 * For a hook in parse analysis.  The server's tree lacks some of what a contract
 * keeps, so the statement is parsed and analysed once more, and everything is taken
 * from that: the result is that of contract_of() with the same text.  No lock is
 * taken that was not held before, except for COPY, which gets it a moment earlier.
 *
 * The types of a client's parameters are inferred, as contract_of() does it, and
 * taken from the client only if that gives other types.  In a function, the
 * function's language tells what names and parameters mean.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "utils/guc.h"

#include "queries/analysed.h"
#include "queries/analysis.h"
#include "queries/derive.h"
#include "queries/finish.h"
#include "queries/statement.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/errors.h"

/* a statement, and what it needs */
typedef struct Again
{
	RawStmt    *raw;
	const char *text;
	SgAnalysisSetup setup;
	SgOutline  *needs;
	SgAnalysis *analysis;
} Again;

/*
 * Returns true if the query can be recorded here.  Statements within others, which are
 * analysed by themselves, are not.
 */
bool
sg_analysed_is_taken(const Query *query)
{
	const Node *command = query->utilityStmt;

	if (query->commandType != CMD_UTILITY)
		return true;
	switch (nodeTag(command))
	{
		case T_CopyStmt:
			return ((const CopyStmt *) command)->query == NULL;
		case T_CallStmt:
		case T_LockStmt:
		case T_TruncateStmt:
		case T_ExplainStmt:
		case T_DeclareCursorStmt:
		case T_CreateTableAsStmt:
			return true;
		default:
			return false;
	}
}

/* Parses a text that is one statement; returns NULL if it is not one in this form. */
static RawStmt *
parse_form(const char *text, int form)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *volatile statements = NIL;

	PG_TRY();
	{
		statements = sg_compat_raw_parse(text, form);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_SYNTAX_ERROR)
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	return list_length(statements) == 1 ? linitial_node(RawStmt, statements) : NULL;
}

/* Returns the statement's own text, which locations are relative to. */
static const char *
own_text(const char *source, const Query *query)
{
	if (query->stmt_location > 0)
		source += query->stmt_location;
	return query->stmt_len > 0 ? pnstrdup(source, query->stmt_len) : source;
}

/* SgWork */
static void
analyse(void *arg)
{
	Again	   *again = arg;

	again->analysis = sg_analysis_again(again->raw, again->text, &again->setup);
}

/* the types of a statement's parameters */
typedef struct Parameters
{
	Oid		   *types;
	int			count;
} Parameters;

static bool
note_parameters(Node *node, Parameters *parameters)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, note_parameters, parameters, 0);
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN)
	{
		int			number = ((Param *) node)->paramid;

		if (parameters->types == NULL)
			parameters->types = palloc0(sizeof(Oid) * number);
		else if (number > parameters->count)
		{
			parameters->types = repalloc(parameters->types, sizeof(Oid) * number);
			memset(parameters->types + parameters->count, 0,
				   sizeof(Oid) * (number - parameters->count));
		}
		parameters->count = Max(parameters->count, number);
		parameters->types[number - 1] = ((Param *) node)->paramtype;
	}
	return expression_tree_walker(node, note_parameters, parameters);
}

static bool
has_types(const SgAnalysis *analysis, const Parameters *parameters)
{
	for (int i = 0; i < parameters->count; i++)
	{
		if (OidIsValid(parameters->types[i]) &&
			(i >= analysis->nparameters || analysis->parameters[i] != parameters->types[i]))
			return false;
	}
	return true;
}

/* Analyses the statement of a client. */
static void
analyse_by_client(Again *again, Query *query)
{
	Parameters	parameters = {NULL, 0};
	ErrorData  *error;

	(void) note_parameters((Node *) query, &parameters);
	if (parameters.count == 0)
	{
		analyse(again);
		return;
	}
	error = sg_attempt(analyse, again, SG_ATTEMPT_KEEP);
	if (error != NULL && sg_error_is_interrupt(error))
		ReThrowError(error);
	if (error == NULL && has_types(again->analysis, &parameters))
		return;
	again->setup.types = parameters.types;
	again->setup.ntypes = parameters.count;
	analyse(again);
}

/* Keeps the parser from repeating messages, such as those about truncated names and escapes. */
static void
be_silent(void)
{
	(void) set_config_option("client_min_messages", "error", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("log_min_messages", "error", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Returns what the statement needs, before sg_finish_contract(), in the current memory
 * context; NULL if a contract cannot express it.  "by_client" means that a client
 * has sent it, rather than a function.
 */
SgOutline *
sg_analysed_needs(const ParseState *pstate, Query *query, bool by_client)
{
	Again		again = {.text = own_text(pstate->p_sourcetext, query)};
	int			level = NewGUCNestLevel();

	be_silent();
	for (int form = 0; form < SG_COMPAT_RAW_FORMS && again.raw == NULL; form++)
		again.raw = parse_form(again.text, form);
	if (again.raw != NULL && sg_statement_is_recorded(again.raw->stmt))
	{
		again.needs = sg_outline_new();
		again.needs->lenient = true;
		if (by_client)
			analyse_by_client(&again, query);
		else
		{
			again.setup.first = pstate;
			analyse(&again);
		}
		sg_derive_needs(again.needs, again.analysis);
	}
	AtEOXact_GUC(true, level);
	return again.needs;
}
