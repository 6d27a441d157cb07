/*
 * releases/migrations.c
 *		The migrations that releases were built with: stored, and what comes of problems.
 *
 * A ledger changes without DDL, so no verdict about one can be kept: it is read
 * each time, which for a ledger of usual size takes as long as the rest of the
 * check.  So that a connection whose contract says nothing about migrations
 * pays nothing for it, those that do have a table of their own.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "releases/migrations.h"
#include "releases/migrations_parse.h"
#include "releases/problem.h"
#include "support/errors.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* the columns of release_migrations, as in the install script */
enum
{
	MIGRATIONS_APPLICATION = 1,
	MIGRATIONS_VERSION,
	MIGRATIONS_DECLARED,
	MIGRATIONS_COLUMNS = MIGRATIONS_DECLARED
};

static const SgTableShape migrations_shape = {
	"release_migrations", MIGRATIONS_COLUMNS, {TEXTOID, TEXTOID, JSONBOID}
};

/* Keeps the key "migrations" of a release's contract where a connection finds it. */
void
sg_migrations_store(const char *application, const char *version, Jsonb *contract)
{
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		JsonbPGetDatum(contract)
	};

	sg_spi_connect();
	(void) sg_spi_modify("DELETE FROM schema_guard.release_migrations"
						 " WHERE application = $1 AND version = $2", 2, types, values, NULL);
	(void) sg_spi_modify("INSERT INTO schema_guard.release_migrations (application, version, declared)"
						 " SELECT $1, $2, $3 -> 'migrations' WHERE $3 ? 'migrations'",
						 3, types, values, NULL);
	sg_spi_finish();
}

/* Returns what a release declares, as sg_migrations_parse(); NIL: nothing.  Without SPI: see releases/fit.c. */
List *
sg_migrations_of_release(const char *application, const char *version)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *declared = NIL;

	sg_table_open(&table, &migrations_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (strcmp(sg_table_required_text(&table, tuple, MIGRATIONS_VERSION), version) == 0 &&
			strcmp(sg_table_required_text(&table, tuple, MIGRATIONS_APPLICATION), application) == 0)
			declared = sg_migrations_parse(DatumGetJsonbPCopy(sg_table_required(&table, tuple, MIGRATIONS_DECLARED)));
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return declared;
}

/*
 * Returns those of the problems that are a reason to refuse: what is broken and,
 * of ledgers, what is risky as well where schema_guard.ledger_mismatch says so.
 */
List *
sg_migrations_refused(const List *problems)
{
	List	   *refused = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_BROKEN ||
			(problem->severity == SG_RISKY && sg_problem_is_of_ledger(problem) &&
			 sg_ledger_mismatch == SG_REACT_ERROR))
			refused = lappend(refused, problem);
	}
	return refused;
}

/* Reports what is risky about ledgers, as schema_guard.ledger_mismatch says. */
void
sg_migrations_warn(const char *subject, const List *problems)
{
	List	   *risky = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_RISKY && sg_problem_is_of_ledger(problem))
			risky = lappend(risky, problem);
	}
	if (risky == NIL)
		return;
	ereport(sg_ledger_mismatch == SG_REACT_LOG ? LOG : WARNING,
			(errcode(ERRCODE_SG_RELEASE_MISMATCH),
			 errmsg("%s may not fit the ledger%s", subject, sg_problems_reason(risky)),
			 errdetail_internal("%s", sg_problems_detail(risky)),
			 errhint("%s", sg_problem_advice(linitial(risky)))));
}
