/*
 * ledgers/ledger_change.c
 *		What has changed in a ledger since it was seen last.
 *
 * schema_guard.ledger has the ledgers that were ever seen being written, and
 * schema_guard.ledger_row their rows as they were seen last.  Comparing costs as
 * much as reading both, and is done only when a ledger was written.
 *
 * When a ledger is first seen, only the rows that this transaction itself has
 * written count as changes of its own.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/regproc.h"

#include "format/name_table.h"
#include "ledgers/ledger_change.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_read.h"
#include "ledgers/ledger_row.h"
#include "ledgers/ledger_version.h"
#include "support/compat.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* the columns of schema_guard.ledger, as in the install script */
enum
{
	LEDGER_TABLE = 1,
	LEDGER_TOOL,
	LEDGER_COLUMNS = LEDGER_TOOL
};

static const SgTableShape ledger_shape = {"ledger", LEDGER_COLUMNS, {TEXTOID, TEXTOID}};

/* a row as it was seen last */
typedef struct SeenRow
{
	const char *version;
	const char *checksum;
	const char *title;
	const char *state;
	bool		there;			/* it still is */
} SeenRow;

/* a comparison in progress */
typedef struct Comparison
{
	const SgLedger *ledger;
	bool		known;			/* it was seen before */
	List	   *seen;			/* of SeenRow * */
	HTAB	   *by_version;
	List	   *changes;
} Comparison;

static const char *const change_names[] = {
	[SG_LEDGER_ROW_ADDED] = "added",
	[SG_LEDGER_ROW_CHANGED] = "changed",
	[SG_LEDGER_ROW_REMOVED] = "removed"
};

const char *
sg_ledger_change_name(SgLedgerChangeKind kind)
{
	return change_names[kind];
}

/* Adds a row to those that were seen. */
static void
add_seen(uint64 row, void *arg)
{
	Comparison *comparison = arg;
	SeenRow    *seen = palloc0(sizeof(SeenRow));

	seen->version = sg_spi_text(row, 1);
	seen->checksum = sg_spi_text(row, 2);
	seen->title = sg_spi_text(row, 3);
	seen->state = sg_spi_text(row, 4);
	comparison->seen = lappend(comparison->seen, seen);
	*sg_name_enter(comparison->by_version, seen->version) = seen;
}

/* Reads the rows that were seen last. */
static void
read_seen(Comparison *comparison)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(comparison->ledger->table);

	comparison->by_version = sg_name_table("schema_guard seen ledger rows");
	comparison->known = sg_spi_exists("SELECT FROM schema_guard.ledger WHERE ledger = $1", 1, types, &value);
	(void) sg_spi_read("SELECT version, checksum, title, state FROM schema_guard.ledger_row WHERE ledger = $1",
					   1, types, &value, add_seen, comparison);
}

static bool
same_text(const char *left, const char *right)
{
	return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static const char *
state_of(const SgLedgerRow *row)
{
	if (row->state == SG_LEDGER_FAILED)
		return row->problem;
	return row->state == SG_LEDGER_BASELINE ? "baseline" : "applied";
}

static SgLedgerChange *
add_change(Comparison *comparison, SgLedgerChangeKind kind, const char *version)
{
	SgLedgerChange *change = palloc0(sizeof(SgLedgerChange));

	change->kind = kind;
	change->tool = sg_ledger_find_tool(comparison->ledger);
	change->table = comparison->ledger->table;
	change->version = sg_text_escape_unmappable(version);
	change->known = comparison->known;
	change->duration = -1;
	comparison->changes = lappend(comparison->changes, change);
	return change;
}

static void
compare_row(Comparison *comparison, const SgLedgerRow *row)
{
	SeenRow    *seen = sg_name_find(comparison->by_version, row->version);
	SgLedgerChange *change;

	if (seen != NULL)
	{
		seen->there = true;
		if (same_text(seen->checksum, row->checksum) && same_text(seen->state, state_of(row)))
			return;
	}
	change = add_change(comparison, seen == NULL ? SG_LEDGER_ROW_ADDED : SG_LEDGER_ROW_CHANGED, row->version);
	change->own = row->own;
	change->applied = row->state != SG_LEDGER_FAILED;
	change->checksum = row->checksum == NULL ? NULL : sg_text_escape_unmappable(row->checksum);
	change->title = sg_text_escape_unmappable(sg_ledger_row_title(comparison->ledger->layout, row->version, row->name));
	change->state = state_of(row);
	change->duration = row->duration;
}

/* Adds rows that are gone. A head that another one has replaced is not gone. */
static void
compare_gone(Comparison *comparison)
{
	bool		replaced = sg_ledger_version_is_head(comparison->ledger->layout) && comparison->changes != NIL;
	ListCell   *lc;

	foreach(lc, comparison->seen)
	{
		const SeenRow *seen = lfirst(lc);
		SgLedgerChange *change;

		if (seen->there)
			continue;
		change = add_change(comparison, SG_LEDGER_ROW_REMOVED, seen->version);
		change->own = true;
		change->checksum = seen->checksum;
		change->title = seen->title;
		change->state = replaced ? "replaced" : "removed";
	}
}

/*
 * Returns what has changed in the table's rows, if it is a ledger that can be read:
 * a List of SgLedgerChange *, in the current memory context.
 */
List *
sg_ledger_changes(Oid relid)
{
	Comparison	comparison = {.ledger = sg_ledger_find_table(relid)};
	SgLedgerRows rows;

	if (comparison.ledger == NULL || !sg_ledger_read(comparison.ledger, &rows))
		return NIL;
	read_seen(&comparison);
	for (int i = 0; i < rows.count; i++)
		compare_row(&comparison, &rows.rows[i]);
	compare_gone(&comparison);
	return comparison.changes;
}

static void
note_seen(const SgLedgerChange *change)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {
		sg_text_datum(change->table),
		sg_text_datum(change->version),
		change->checksum == NULL ? (Datum) 0 : sg_text_datum(change->checksum),
		sg_text_datum(change->title),
		sg_text_datum(change->state),
		sg_text_datum(change->tool)
	};
	char		nulls[] = {' ', ' ', change->checksum == NULL ? 'n' : ' ', ' ', ' ', ' ', '\0'};

	(void) sg_spi_modify("INSERT INTO schema_guard.ledger (ledger, tool) SELECT $1, $6"
						 " WHERE NOT EXISTS (SELECT FROM schema_guard.ledger WHERE ledger = $1)"
						 " ON CONFLICT DO NOTHING",
						 6, types, values, nulls);
	if (change->kind == SG_LEDGER_ROW_REMOVED)
		(void) sg_spi_modify("DELETE FROM schema_guard.ledger_row WHERE ledger = $1 AND version = $2",
							 2, types, values, nulls);
	else
		(void) sg_spi_modify("INSERT INTO schema_guard.ledger_row (ledger, version, checksum, title, state)"
							 " VALUES ($1, $2, $3, $4, $5)"
							 " ON CONFLICT (ledger, version) DO UPDATE SET checksum = $3, title = $4, state = $5",
							 5, types, values, nulls);
}

/* Remembers that the changes were seen. */
void
sg_ledger_changes_seen(const List *changes)
{
	ListCell   *lc;

	sg_spi_connect();
	foreach(lc, changes)
		note_seen(lfirst(lc));
	sg_spi_finish();
}

/*
 * Returns the OIDs of the ledgers that were seen, as far as they still exist.  Without
 * SPI: the first DDL of each session asks.
 */
List *
sg_ledger_change_seen_tables(void)
{
	List	   *relids = NIL;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &ledger_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		List	   *names = stringToQualifiedNameList(sg_table_required_text(&table, tuple, LEDGER_TABLE)
													  SG_COMPAT_NO_ESCONTEXT);
		Oid			relid = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);

		if (OidIsValid(relid))
			relids = lappend_oid(relids, relid);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return relids;
}
