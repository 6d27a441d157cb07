/*
 * functions/ledgers.c
 *		ledgers() and ledger_rows(), for the views migration_ledgers and migrations.
 *
 * They run as the caller, who learns no more of a ledger than SELECT would show.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "functions/rows.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_read.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_ledgers);
SG_FUNCTION(schema_guard_ledger_rows);

/* the OUT parameters */
enum
{
	COL_TOOL,
	COL_TABLE,
	COL_NEWEST_VERSION,
	COL_COUNT,
	COL_FAILED,
	COL_PROBLEM,
	LEDGER_COLUMNS
};

/* work: a ledger that is to be read */
typedef struct Reading
{
	const SgLedger *ledger;
	SgLedgerRows rows;
	bool		done;
} Reading;

static void
read_ledger(void *arg)
{
	Reading    *reading = arg;

	reading->done = sg_ledger_read(reading->ledger, &reading->rows);
}

/* Returns why the current user may not see all rows, or NULL. */
static const char *
reason_not_to_read(const SgLedger *ledger)
{
	Oid			schema = get_rel_namespace(ledger->relid);

	if (!OidIsValid(schema))
		return psprintf("table %s does not exist any more", ledger->table);
	if (pg_class_aclcheck(ledger->relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return psprintf("permission denied for table %s", ledger->table);
	if (!DatumGetBool(DirectFunctionCall2(has_schema_privilege_id, ObjectIdGetDatum(schema),
										  CStringGetTextDatum("USAGE"))))
		return psprintf("permission denied for schema %s", quote_identifier(get_namespace_name(schema)));
	if (check_enable_rls(ledger->relid, GetUserId(), true) == RLS_ENABLED)
		return psprintf("row-level security hides rows of table %s", ledger->table);
	return NULL;
}

/* Reads the ledger.  Returns NULL, or why that is not possible. */
static const char *
try_to_read(Reading *reading)
{
	const char *problem = reason_not_to_read(reading->ledger);
	ErrorData  *error;

	if (problem != NULL)
		return problem;
	error = sg_attempt_object(read_ledger, reading);
	if (error != NULL)
		return error->message;
	return reading->done ? NULL :
		psprintf("another session has locked table %s", reading->ledger->table);
}

/* Returns the newest version; for a tool that stores heads, all of them. */
static char *
newest_version(const SgLedger *ledger, const SgLedgerRows *rows)
{
	const SgLedgerRow *newest = sg_ledger_read_newest(ledger, rows);
	StringInfoData heads;

	if (newest == NULL || ledger->layout->order != SG_LEDGER_HEADS)
		return newest == NULL ? NULL : pstrdup(newest->version);
	initStringInfo(&heads);
	for (int i = 0; i < rows->count; i++)
		appendStringInfo(&heads, "%s%s", i > 0 ? ", " : "", rows->rows[i].version);
	return heads.data;
}

static void
add_ledger(SgRows *result, const SgLedger *ledger)
{
	Reading		reading = {.ledger = ledger};
	Datum		values[LEDGER_COLUMNS] = {0};
	bool		nulls[LEDGER_COLUMNS] = {0};
	const char *problem = try_to_read(&reading);
	int			failed = 0;

	sg_rows_set_text(values, nulls, COL_TOOL, sg_ledger_find_tool(ledger));
	sg_rows_set_text(values, nulls, COL_TABLE, ledger->table);
	sg_rows_set_text(values, nulls, COL_PROBLEM, problem);
	nulls[COL_NEWEST_VERSION] = nulls[COL_COUNT] = nulls[COL_FAILED] = problem != NULL;
	if (problem == NULL)
	{
		for (int i = 0; i < reading.rows.count; i++)
			failed += reading.rows.rows[i].state == SG_LEDGER_FAILED;
		sg_rows_set_text(values, nulls, COL_NEWEST_VERSION, newest_version(ledger, &reading.rows));
		values[COL_COUNT] = Int64GetDatum(reading.rows.count - failed);
		values[COL_FAILED] = Int64GetDatum(failed);
	}
	sg_rows_add(result, values, nulls);
}

/*
 * ledgers() returns setof (tool text, "table" text, newest_version text, count
 * bigint, failed bigint, problem text)
 */
Datum
schema_guard_ledgers(PG_FUNCTION_ARGS)
{
	SgRows		result;
	ListCell   *lc;

	sg_extension_require_version();
	sg_rows_begin(&result, fcinfo);
	foreach(lc, sg_ledger_find_all())
	{
		CHECK_FOR_INTERRUPTS();
		add_ledger(&result, lfirst(lc));
	}
	return (Datum) 0;
}

/* the OUT parameters of ledger_rows() */
enum
{
	ROW_TOOL,
	ROW_TABLE,
	ROW_VERSION,
	ROW_MIGRATION,
	ROW_CHECKSUM,
	ROW_STATE,
	ROW_COLUMNS
};

static void
add_row(SgRows *result, const SgLedger *ledger, const SgLedgerRow *row)
{
	Datum		values[ROW_COLUMNS] = {0};
	bool		nulls[ROW_COLUMNS] = {0};

	sg_rows_set_text(values, nulls, ROW_TOOL, sg_ledger_find_tool(ledger));
	sg_rows_set_text(values, nulls, ROW_TABLE, ledger->table);
	sg_rows_set_text(values, nulls, ROW_VERSION, row->version);
	sg_rows_set_text(values, nulls, ROW_MIGRATION, sg_ledger_row_title(ledger->layout, row->version, row->name));
	sg_rows_set_text(values, nulls, ROW_CHECKSUM, row->checksum);
	sg_rows_set_text(values, nulls, ROW_STATE, row->state == SG_LEDGER_FAILED ? row->problem :
					 row->state == SG_LEDGER_BASELINE ? "baseline" : "applied");
	sg_rows_add(result, values, nulls);
}

/*
 * ledger_rows() returns setof (tool text, "table" text, version text, migration
 * text, checksum text, state text): of the ledgers that can be read
 */
Datum
schema_guard_ledger_rows(PG_FUNCTION_ARGS)
{
	SgRows		result;
	ListCell   *lc;

	sg_extension_require_version();
	sg_rows_begin(&result, fcinfo);
	foreach(lc, sg_ledger_find_all())
	{
		Reading		reading = {.ledger = lfirst(lc)};

		CHECK_FOR_INTERRUPTS();
		if (try_to_read(&reading) != NULL)
			continue;
		for (int i = 0; i < reading.rows.count; i++)
			add_row(&result, reading.ledger, &reading.rows.rows[i]);
	}
	return (Datum) 0;
}
