/*
 * ledgers/ledger_read.c
 *		Reading ledgers.
 *
 * A ledger is a user's table, and its owner must not be able to run code as the
 * reader.  So it is not queried; its heap is scanned, as the server scans its
 * catalogs.  No rule, policy, view, generated column, operator or function of the
 * owner's is involved, and of each row only columns of PostgreSQL's own types are
 * read.  The caller decides who may see what was read.
 *
 * This waits for nobody: a ledger that another session has locked against readers
 * is not read.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "format/digest.h"
#include "format/name_table.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_read.h"
#include "ledgers/ledger_version.h"
#include "support/compat.h"
#include "support/grow.h"

/* a table with more rows, or longer versions and checksums, cannot be a ledger */
#define MAX_ROWS 100000
#define MAX_TEXT 10000

static void
check_length(const SgLedger *ledger, Datum value)
{
	if (toast_raw_datum_size(value) > MAX_TEXT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("table %s has values that are too long for a ledger of %s", ledger->table,
						ledger->layout->tool_name)));
}

static char *
hex_of(Datum value)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	int			len = (int) VARSIZE_ANY_EXHDR(bytes);
	char	   *hex = palloc(len * 2 + 1);

	(void) hex_encode(VARDATA_ANY(bytes), len, hex);
	hex[len * 2] = '\0';
	return hex;
}

/* The text of a value whose type is one that sg_ledger_layout_matches() lets pass. */
static char *
text_of(const SgLedger *ledger, Oid type, Datum value)
{
	switch (getBaseType(type))
	{
		case BOOLOID:
			return DatumGetBool(value) ? "t" : "f";
		case INT2OID:
			return psprintf("%d", DatumGetInt16(value));
		case INT4OID:
			return psprintf("%d", DatumGetInt32(value));
		case INT8OID:
			return psprintf(INT64_FORMAT, DatumGetInt64(value));
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return psprintf(INT64_FORMAT, (int64) DatumGetTimestampTz(value));
		case NAMEOID:
			return pstrdup(NameStr(*DatumGetName(value)));
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			check_length(ledger, value);
			return TextDatumGetCString(value);
		case BYTEAOID:
			check_length(ledger, value);
			return hex_of(value);
		default:
			elog(ERROR, "column of type %u in table %s", type, ledger->table);
	}
}

static void
read_row(const SgLedger *ledger, TupleDesc desc, HeapTuple tuple, SgLedgerRow *row)
{
	SgLedgerValues values = {{0}};

	for (int i = 0; ledger->layout->columns[i].name != NULL; i++)
	{
		AttrNumber	attnum = ledger->attnums[i];
		Datum		value;
		bool		isnull;

		if (attnum == InvalidAttrNumber || ledger->layout->columns[i].role == SG_LEDGER_NOTHING)
			continue;
		value = heap_getattr(tuple, attnum, desc, &isnull);
		if (!isnull)
			values.texts[i] = text_of(ledger, TupleDescAttr(desc, attnum - 1)->atttypid, value);
	}
	row->own = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	sg_ledger_row_interpret(ledger->layout, &values, row);
}

static void
add_row(SgLedgerRows *rows, int *allocated, const SgLedgerRow *row)
{
	SG_GROW(rows->rows, rows->count, *allocated);
	rows->rows[rows->count++] = *row;
}

/* a pass over the rows of a ledger */
typedef struct Pass
{
	Snapshot	snapshot;
	SysScanDesc scan;
} Pass;

static void
begin_pass(Pass *pass, Relation rel)
{
	pass->snapshot = RegisterSnapshot(GetLatestSnapshot());
	pass->scan = systable_beginscan(rel, InvalidOid, false, pass->snapshot, 0, NULL);
}

static void
end_pass(Pass *pass)
{
	systable_endscan(pass->scan);
	UnregisterSnapshot(pass->snapshot);
}

/* Reads the rows about migrations. */
static void
read_all(const SgLedger *ledger, Relation rel, SgLedgerRows *rows)
{
	Pass		pass;
	int			allocated = 64;
	int			scanned = 0;
	HeapTuple	tuple;

	rows->count = 0;
	rows->rows = palloc(sizeof(SgLedgerRow) * allocated);
	begin_pass(&pass, rel);
	while ((tuple = systable_getnext(pass.scan)) != NULL)
	{
		SgLedgerRow row = {.sequence = scanned,.duration = -1};

		CHECK_FOR_INTERRUPTS();
		if (++scanned > MAX_ROWS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("table %s has more rows than a ledger of %s can have", ledger->table,
							ledger->layout->tool_name)));
		read_row(ledger, RelationGetDescr(rel), tuple, &row);
		if (row.state != SG_LEDGER_NO_MIGRATION)
			add_row(rows, &allocated, &row);
	}
	end_pass(&pass);
}

static int
compare_rows(const void *a, const void *b)
{
	const SgLedgerRow *left = a;
	const SgLedgerRow *right = b;

	if (left->sequence != right->sequence)
		return left->sequence < right->sequence ? -1 : 1;
	return strcmp(left->key, right->key);
}

/* Keeps the newest row of each version, unless it says that the migration was undone. */
static void
keep_newest(SgLedgerRows *rows)
{
	HTAB	   *newest = sg_name_table("schema_guard ledger rows");
	int			kept = 0;

	for (int i = 0; i < rows->count; i++)
		*sg_name_enter(newest, rows->rows[i].key) = (void *) &rows->rows[i];
	for (int i = 0; i < rows->count; i++)
	{
		/* a kept row may have moved to this place, but only after the row here was examined */
		if (sg_name_find(newest, rows->rows[i].key) == (void *) &rows->rows[i] &&
			rows->rows[i].state != SG_LEDGER_UNDONE)
			rows->rows[kept++] = rows->rows[i];
	}
	rows->count = kept;
	hash_destroy(newest);
}

/*
 * Opens the ledger's table and returns the ledger as it is now, because it may have
 * changed since it was found.  Returns NULL if it is locked, gone, or no longer a
 * ledger.
 */
static SgLedger *
open_ledger(const SgLedger *ledger, Relation *rel)
{
	SgLedger   *found;

	if (!ConditionalLockRelationOid(ledger->relid, AccessShareLock))
		return NULL;
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(ledger->relid)))
	{
		UnlockRelationOid(ledger->relid, AccessShareLock);
		return NULL;
	}
	*rel = table_open(ledger->relid, NoLock);
	found = sg_ledger_find_relation(*rel);
	if (found != NULL && found->layout == ledger->layout)
		return found;
	table_close(*rel, AccessShareLock);
	return NULL;
}

/*
 * Reads the ledger's rows into the current memory context.  Returns false if it is
 * locked, gone, or no longer a ledger.
 */
bool
sg_ledger_read(const SgLedger *ledger, SgLedgerRows *rows)
{
	Relation	rel;
	SgLedger   *found = open_ledger(ledger, &rel);

	if (found == NULL)
		return false;
	read_all(found, rel, rows);
	qsort(rows->rows, rows->count, sizeof(SgLedgerRow), compare_rows);
	keep_newest(rows);
	table_close(rel, AccessShareLock);
	return true;
}

/* number of bytes that are hashed at a time; a row has less than a page */
#define DIGEST_CHUNK (32 * 1024)

/* Appends how the table is read: the names, types and positions of its columns. */
static void
append_layout(StringInfo bytes, const SgLedger *ledger, TupleDesc desc)
{
	appendStringInfo(bytes, "%s %s", ledger->layout->tool_name, ledger->table);
	for (int i = 0; ledger->layout->columns[i].name != NULL; i++)
	{
		AttrNumber	attnum = ledger->attnums[i];

		appendStringInfo(bytes, " %s %d %u", ledger->layout->columns[i].name, attnum,
						 attnum == InvalidAttrNumber ? InvalidOid : TupleDescAttr(desc, attnum - 1)->atttypid);
	}
}

/* Appends a value as it is stored.  Returns false if it is stored out of line. */
static bool
append_value(StringInfo bytes, Form_pg_attribute att, Datum value)
{
	if (att->attbyval)
		appendBinaryStringInfo(bytes, (char *) &value, sizeof(Datum));
	else if (att->attlen > 0)
		appendBinaryStringInfo(bytes, DatumGetPointer(value), att->attlen);
	else if (VARATT_IS_EXTERNAL(DatumGetPointer(value)))
		return false;
	else
		appendBinaryStringInfo(bytes, DatumGetPointer(value), (int) VARSIZE_ANY(DatumGetPointer(value)));
	return true;
}

/*
 * Returns true if the column identifies the migration or its state, rather than how
 * long it took.
 */
static bool
is_digested(const SgLedger *ledger, int column)
{
	SgLedgerRole role = ledger->layout->columns[column].role;

	return ledger->attnums[column] != InvalidAttrNumber && role != SG_LEDGER_NOTHING && role != SG_LEDGER_DURATION;
}

static bool
append_row(StringInfo bytes, const SgLedger *ledger, TupleDesc desc, HeapTuple tuple, Datum *values, bool *nulls)
{
	heap_deform_tuple(tuple, desc, values, nulls);
	for (int i = 0; ledger->layout->columns[i].name != NULL; i++)
	{
		int			column = ledger->attnums[i] - 1;

		if (!is_digested(ledger, i))
			continue;
		appendStringInfoChar(bytes, nulls[column] ? 'n' : 'v');
		if (!nulls[column] && !append_value(bytes, TupleDescAttr(desc, column), values[column]))
			return false;
	}
	return true;
}

/* Hashes the bytes; the next chunk begins with the digest so far. */
static void
hash_chunk(StringInfo bytes, SgDigest *digest)
{
	sg_digest_sha256(bytes->data, bytes->len, digest);
	resetStringInfo(bytes);
	appendBinaryStringInfo(bytes, (const char *) digest->bytes, SG_DIGEST_LEN);
}

static bool
digest_all(const SgLedger *ledger, Relation rel, SgDigest *digest)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	StringInfoData bytes;
	Pass		pass;
	HeapTuple	tuple;
	int			scanned = 0;
	bool		complete = true;

	initStringInfo(&bytes);
	append_layout(&bytes, ledger, desc);
	begin_pass(&pass, rel);
	while (complete && (tuple = systable_getnext(pass.scan)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		complete = ++scanned <= MAX_ROWS && append_row(&bytes, ledger, desc, tuple, values, nulls);
		if (bytes.len > DIGEST_CHUNK)
			hash_chunk(&bytes, digest);
	}
	end_pass(&pass);
	hash_chunk(&bytes, digest);
	return complete;
}

/*
 * Computes a digest that tells whether sg_ledger_read() would read the same as
 * before, except durations: over the same columns, as they are stored and in that
 * order.  Equal digests mean the same rows; different ones mean nothing.  Returns
 * false if there is no digest.  Takes a small fraction of the time of reading.
 */
bool
sg_ledger_read_digest(const SgLedger *ledger, SgDigest *digest)
{
	Relation	rel;
	SgLedger   *found = open_ledger(ledger, &rel);
	bool		complete;

	if (found == NULL)
		return false;
	complete = digest_all(found, rel, digest);
	table_close(rel, AccessShareLock);
	return complete;
}

/* Returns the newest row of a migration that is applied, or NULL. */
const SgLedgerRow *
sg_ledger_read_newest(const SgLedger *ledger, const SgLedgerRows *rows)
{
	const SgLedgerRow *newest = NULL;

	for (int i = 0; i < rows->count; i++)
	{
		const SgLedgerRow *row = &rows->rows[i];

		if (row->state == SG_LEDGER_FAILED)
			continue;
		if (newest == NULL || !sg_ledger_version_is_ordered(ledger->layout) ||
			sg_ledger_version_compare(ledger->layout, newest->key, row->key) <= 0)
			newest = row;
	}
	return newest;
}
