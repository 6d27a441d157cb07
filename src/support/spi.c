/*
 * support/spi.c
 *		Work on schema_guard's own tables, through SPI, as their owner.
 *
 * SPI rather than direct access, but for what every commit of DDL does
 * (support/table.c): constraints, defaults and indexes are then PostgreSQL's
 * business.
 *
 * Every statement runs under a snapshot of its own, the latest: what the gate
 * reads under its lock must be what the previous holder committed, also in a
 * REPEATABLE READ or SERIALIZABLE transaction.
 *
 * A statement that reads is planned each time: the plan for empty tables,
 * which a session would keep, can be a thousand times slower once they are
 * full, and nothing tells the session that they are.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "support/errors.h"
#include "support/spi.h"

/* the extension's row while it is pinned, or NULL */
static HeapTuple pinned_extension = NULL;

/*
 * The extension's row, copied into the current memory context if it is not
 * pinned, or NULL.  Reads pg_extension under AccessShareLock, and not by its
 * index: a page at the most.
 */
static HeapTuple
extension_tuple(void)
{
	Relation	rel;
	HeapTuple	tuple;
	SysScanDesc scan;
	ScanKeyData key;

	if (pinned_extension != NULL)
		return pinned_extension;
	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("schema_guard"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, false, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return tuple;
}

/*
 * Has the extension's row read once, into the current memory context, until
 * sg_extension_unpin(): every commit of DDL asks for it several times.  Whoever
 * pins it makes sure that it is unpinned after an error too.
 */
void
sg_extension_pin(void)
{
	pinned_extension = extension_tuple();
}

void
sg_extension_unpin(void)
{
	pinned_extension = NULL;
}

/* The extension's OID in this database, or InvalidOid. */
Oid
sg_extension_oid(void)
{
	HeapTuple	tuple = extension_tuple();

	return HeapTupleIsValid(tuple) ? ((Form_pg_extension) GETSTRUCT(tuple))->oid : InvalidOid;
}

/* The same where the extension must be there. */
static HeapTuple
required_extension_tuple(void)
{
	HeapTuple	tuple = extension_tuple();

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"schema_guard\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION schema_guard.")));
	return tuple;
}

/* The role that owns the extension. */
Oid
sg_extension_owner(void)
{
	return ((Form_pg_extension) GETSTRUCT(required_extension_tuple()))->extowner;
}

/*
 * The schema of the extension's objects.  Not pg_extension.extnamespace: the
 * schema is a member of the extension, so that DROP EXTENSION takes it along.
 */
Oid
sg_extension_schema(void)
{
	return get_namespace_oid("schema_guard", false);
}

/* Is version "a" newer than "b"?  Both are numbers with dots between them. */
static bool
is_newer(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0')
	{
		char	   *a_end;
		char	   *b_end;
		long		left = strtol(a, &a_end, 10);
		long		right = strtol(b, &b_end, 10);

		if (left != right)
			return left > right;
		if (a_end == a || b_end == b)
			return strcmp(a, b) > 0;
		a = a_end + strspn(a_end, ".");
		b = b_end + strspn(b_end, ".");
	}
	return *a != '\0';
}

/* Raises SG006 unless the extension in this database is of the library's version. */
void
sg_extension_require_version(void)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	HeapTuple	tuple = required_extension_tuple();
	bool		isnull;
	Datum		datum = heap_getattr(tuple, Anum_pg_extension_extversion,
									 RelationGetDescr(rel), &isnull);
	char	   *version = isnull ? pstrdup("") : TextDatumGetCString(datum);

	table_close(rel, AccessShareLock);
	if (strcmp(version, SG_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_SG_VERSION_MISMATCH),
				 errmsg("schema_guard's library has version %s, the extension in this database has version %s",
						SG_VERSION, version),
				 is_newer(version, SG_VERSION) ?
				 errhint("Install the library of version %s; connections made before must be renewed.",
						 version) :
				 errhint("Run ALTER EXTENSION schema_guard UPDATE TO '%s'; connections made before the library was replaced must be renewed.",
						 SG_VERSION)));
	pfree(version);
}

/*
 * Becomes the extension's owner with a pinned search_path, for work that the
 * current user need not have the rights for.  An error needs no
 * sg_owner_leave: aborting the (sub)transaction restores both.
 */
void
sg_owner_enter(SgSavedUser *saved)
{
	GetUserIdAndSecContext(&saved->userid, &saved->sec_context);
	saved->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(sg_extension_owner(),
						   saved->sec_context | SECURITY_LOCAL_USERID_CHANGE);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Becomes again who sg_owner_enter found. */
void
sg_owner_leave(const SgSavedUser *saved)
{
	AtEOXact_GUC(true, saved->guc_level);
	SetUserIdAndSecContext(saved->userid, saved->sec_context);
}

/* a kept plan, found by the address of its SQL text, which is a constant */
typedef struct PlanEntry
{
	const char *sql;
	SPIPlanPtr	plan;
} PlanEntry;

static HTAB *plans = NULL;

static SPIPlanPtr
prepare(const char *sql, int nargs, const Oid *types, int options)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(sql, nargs, unconstify(Oid *, types), options);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* the statement, prepared; see the head of this file */
static SPIPlanPtr
plan_of(const char *sql, int nargs, const Oid *types, bool read_only)
{
	PlanEntry  *entry;
	bool		found;

	/* without parameters a kept plan is never made anew; this one goes with SPI_finish */
	if (read_only && nargs == 0)
		return prepare(sql, nargs, types, 0);
	if (plans == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = sizeof(const char *);
		ctl.entrysize = sizeof(PlanEntry);
		plans = hash_create("schema_guard plans", 32, &ctl, HASH_ELEM | HASH_BLOBS);
	}
	entry = hash_search(plans, &sql, HASH_ENTER, &found);
	if (!found)
		entry->plan = NULL;
	if (entry->plan == NULL)
	{
		SPIPlanPtr	plan = prepare(sql, nargs, types, read_only ? CURSOR_OPT_CUSTOM_PLAN : 0);

		if (SPI_keepplan(plan) != 0)
			elog(ERROR, "SPI_keepplan failed");
		entry->plan = plan;
	}
	return entry->plan;
}

void
sg_spi_connect(void)
{
	int			result = SPI_connect();

	if (result != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
}

void
sg_spi_finish(void)
{
	int			result = SPI_finish();

	if (result != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed: %s", SPI_result_code_string(result));
}

/* is a statement of ours running? */
static bool running = false;

/* Is a statement of ours running?  To triggers: who writes is the guard itself. */
bool
sg_spi_is_running(void)
{
	return running;
}

static uint64
execute(const char *sql, int nargs, const Oid *types, const Datum *values,
		const char *nulls, bool read_only)
{
	SPIPlanPtr	plan = plan_of(sql, nargs, types, read_only);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	bool		was_running = running;
	volatile int result = 0;

	running = true;
	PG_TRY();
	{
		result = SPI_execute_snapshot(plan, unconstify(Datum *, values), nulls,
									  snapshot, InvalidSnapshot, read_only, true, 0);
	}
	PG_FINALLY();
	{
		running = was_running;
	}
	PG_END_TRY();
	UnregisterSnapshot(snapshot);
	if (result < 0)
		elog(ERROR, "SPI_execute_snapshot failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

/*
 * Runs one statement that reads; the rows are in SPI_tuptable until the next
 * one.  "sql" must be a string constant: its plan is kept under its address.
 * "nulls" as in SPI_execute_plan.  Returns the number of rows.
 */
uint64
sg_spi_query(const char *sql, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	return execute(sql, nargs, types, values, nulls, true);
}

/* The same for a statement that writes. */
uint64
sg_spi_modify(const char *sql, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	return execute(sql, nargs, types, values, nulls, false);
}

/* A value of the last result, in SPI's memory: valid until sg_spi_finish. */
Datum
sg_spi_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* The text form of a value of the last result, or NULL for a null, likewise. */
char *
sg_spi_text(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}
