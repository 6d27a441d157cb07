/*
 * sg_verdict.c
 *		The kept verdict on a release, for whoever connects.
 *
 * The one place that reads our own tables without SPI.  A new session has
 * everything cold, and planning one query would cost several times what
 * reading two small tables does; this is the only thing that a connection
 * whose release fits has to wait for.
 *
 * The tables are scanned from end to end: loading an index's description costs
 * more than some pages.  Should the releases become many, SPI and the index it
 * is after all.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "sg_object.h"
#include "sg_spi.h"
#include "sg_verdict.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* as many pages of releases are scanned */
#define MAX_SCANNED_PAGES 64

/* a table being scanned */
typedef struct TableScan
{
	Relation	rel;
	Snapshot	snapshot;
	SysScanDesc desc;
	HeapTuple	tuple;
} TableScan;

static void
begin_scan(TableScan *scan, const char *table)
{
	Oid			relid = get_relname_relid(table, sg_extension_schema());

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"schema_guard.%s\" does not exist", table)));
	scan->rel = table_open(relid, AccessShareLock);
	scan->snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan->desc = systable_beginscan(scan->rel, InvalidOid, false, scan->snapshot, 0, NULL);
}

static bool
next_row(TableScan *scan)
{
	scan->tuple = systable_getnext(scan->desc);
	return HeapTupleIsValid(scan->tuple);
}

static void
end_scan(TableScan *scan)
{
	systable_endscan(scan->desc);
	UnregisterSnapshot(scan->snapshot);
	table_close(scan->rel, AccessShareLock);
}

static Datum
column(TableScan *scan, const char *name, bool *isnull)
{
	int			number = SPI_fnumber(RelationGetDescr(scan->rel), name);

	if (number <= 0)
		elog(ERROR, "relation \"%s\" has no column \"%s\"",
			 RelationGetRelationName(scan->rel), name);
	return heap_getattr(scan->tuple, number, RelationGetDescr(scan->rel), isnull);
}

/* Is the column's text the one given? */
static bool
column_is(TableScan *scan, const char *name, const char *expected)
{
	bool		isnull;
	Datum		datum = column(scan, name, &isnull);

	return !isnull && strcmp(TextDatumGetCString(datum), expected) == 0;
}

/* The live state's fingerprint, copied; false if there is none or it is stale. */
static bool
read_live_state(char *fingerprint)
{
	TableScan		scan;
	bool		found = false;
	bool		isnull;

	begin_scan(&scan, "live_state");
	if (next_row(&scan) && !DatumGetBool(column(&scan, "stale", &isnull)))
	{
		strlcpy(fingerprint, TextDatumGetCString(column(&scan, "fingerprint", &isnull)),
				SG_FINGERPRINT_LEN + 1);
		found = true;
	}
	end_scan(&scan);
	return found;
}

static bool
look_up(const char *application, const char *version, const char *fingerprint)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {
		CStringGetTextDatum(application),
		CStringGetTextDatum(version),
		CStringGetTextDatum(fingerprint)
	};
	bool		found;

	sg_spi_connect();
	found = sg_spi_query("SELECT FROM schema_guard.release"
						 " WHERE application = $1 AND version = $2 AND fits_fingerprint = $3",
						 3, types, values, NULL) > 0;
	sg_spi_finish();
	return found;
}

/*
 * Is the release live, and known to fit the live state?  False does not mean
 * that it does not.  As the extension's owner, outside of SPI.
 */
bool
sg_verdict_fits(const char *application, const char *version)
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	TableScan		scan;
	bool		large;
	bool		fits = false;

	if (!read_live_state(fingerprint))
		return false;
	begin_scan(&scan, "release");
	large = RelationGetNumberOfBlocks(scan.rel) > MAX_SCANNED_PAGES;
	while (!large && !fits && next_row(&scan))
		fits = column_is(&scan, "version", version) &&
			column_is(&scan, "application", application) &&
			column_is(&scan, "fits_fingerprint", fingerprint);
	end_scan(&scan);
	return large ? look_up(application, version, fingerprint) : fits;
}
