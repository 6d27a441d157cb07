/*
 * queries/derive.c
 *		What queries need of the schema: a contract, derived from their texts.
 *
 * Each text is analysed in a subtransaction, so that all those which do not fit the
 * schema can be reported together.  Analysis goes by the search_path in force;
 * what it finds is named under a pinned one.  Both run as the caller: the input functions
 * of the types of literals (queries/analysis.c) may be anybody's.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

#include "queries/analysis.h"
#include "queries/derive.h"
#include "queries/need.h"
#include "queries/statement.h"
#include "support/attempt.h"

/* how much of a text an error shows */
#define MAX_SHOWN 200

/* a text, and what it adds to */
typedef struct Derivation
{
	const char *text;
	SgOutline  *contract;
} Derivation;

static void
note_needs(SgOutline *contract, const SgAnalysis *analysis)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	sg_statement_need(contract, analysis);
	AtEOXact_GUC(true, level);
}

/* SgWork: one text */
static void
derive_text(void *arg)
{
	Derivation *derivation = arg;
	ListCell   *cell;

	foreach(cell, pg_parse_query(derivation->text))
	{
		RawStmt    *statement = lfirst_node(RawStmt, cell);

		CHECK_FOR_INTERRUPTS();
		sg_statement_check(statement->stmt);
		note_needs(derivation->contract, sg_analysis_of(statement, derivation->text));
	}
}

/* The query's text on one line, cut if it is long. */
static char *
shown_text(const char *text)
{
	int			len = pg_mbcliplen(text, strlen(text), MAX_SHOWN);
	char	   *shown = psprintf("%.*s%s", len, text, text[len] == '\0' ? "" : " ...");

	for (char *c = shown; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20)
			*c = ' ';
	}
	return shown;
}

static void
append_error(StringInfo buf, int number, const char *text, const ErrorData *error)
{
	appendStringInfo(buf, "%squery %d: %s", buf->len == 0 ? "" : "\n", number, error->message);
	if (error->cursorpos > 0)
		appendStringInfo(buf, " at character %d", error->cursorpos);
	if (text[0] != '\0')
		appendStringInfo(buf, ": %s", shown_text(text));
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
	const ErrorData *first = NULL;
	int			first_number = 0;
	int			number = 0;
	int			failed = 0;
	StringInfoData detail;
	ListCell   *cell;

	initStringInfo(&detail);
	foreach(cell, texts)
	{
		ErrorData  *error;

		number++;
		derivation.text = lfirst(cell);
		error = sg_attempt_object(derive_text, &derivation);
		if (error == NULL)
			continue;
		append_error(&detail, number, derivation.text, error);
		failed++;
		if (first == NULL)
		{
			first = error;
			first_number = number;
		}
	}
	if (first != NULL)
		ereport(ERROR,
				(errcode(first->sqlerrcode),
				 errmsg("%d of %d queries cannot be taken into a contract: query %d: %s",
						failed, number, first_number, first->message),
				 errdetail_internal("%s", detail.data)));
	sg_need_finish(derivation.contract);
	return derivation.contract;
}
