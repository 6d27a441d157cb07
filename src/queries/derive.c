/*
 * queries/derive.c
 *		What queries need of the schema: a contract, derived from their texts.
 *
 * Each text is analysed in a subtransaction, so that all texts that do not fit the
 * schema can be reported together.  Analysis uses the search_path in force; the
 * results are named under a pinned one.  Both run as the caller, because the input
 * functions of literals' types (queries/analysis.c) may be anybody's.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

#include "queries/derive.h"
#include "queries/faults.h"
#include "queries/finish.h"
#include "queries/need.h"
#include "queries/statement.h"
#include "support/attempt.h"

/* a text, and what it adds to */
typedef struct Derivation
{
	const char *text;
	SgOutline  *contract;
} Derivation;

/* Adds what the statement needs to the contract, with qualified names. */
void
sg_derive_needs(SgOutline *contract, const SgAnalysis *analysis)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	sg_statement_need(contract, analysis);
	AtEOXact_GUC(true, level);
}

/*
 * Adds what the statements of a text need.  "check" is called for each of them, with
 * "arg", in the search_path in force; or NULL.  Raises an error for what does not fit.
 */
void
sg_derive_text(SgOutline *contract, const char *text, SgDeriveCheck check, void *arg)
{
	ListCell   *cell;

	foreach(cell, pg_parse_query(text))
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);
		SgAnalysis *analysis;

		CHECK_FOR_INTERRUPTS();
		sg_statement_check(statement->stmt);
		analysis = sg_analysis_of(statement, text);
		if (check != NULL)
			check(analysis, arg);
		sg_derive_needs(contract, analysis);
	}
}

/* SgWork: one text */
static void
derive_text(void *arg)
{
	Derivation *derivation = arg;

	sg_derive_text(derivation->contract, derivation->text, NULL, NULL);
}

/*
 * Derives what the texts need, a List of char *, in the current memory context.
 * Raises one error for all those that do not fit the schema, with the SQLSTATE
 * of the first.
 */
SgOutline *
sg_derive_queries(const List *texts)
{
	Derivation	derivation = {.contract = sg_outline_new()};
	SgFaults	faults;
	ListCell   *cell;

	sg_faults_init(&faults, "queries");
	foreach(cell, texts)
	{
		ErrorData  *error;

		derivation.text = lfirst(cell);
		error = sg_attempt_object(derive_text, &derivation);
		if (error != NULL)
			sg_faults_add(&faults, psprintf("query %d", foreach_current_index(cell) + 1), error,
						  derivation.text);
	}
	sg_faults_raise(&faults, list_length(texts));
	sg_finish_contract(derivation.contract);
	return derivation.contract;
}
