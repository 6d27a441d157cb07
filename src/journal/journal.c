/*
 * journal/journal.c
 *		Writing the journal.
 *
 * An entry says what changed in two ways: "changes" for people and for diagnosis,
 * with before and after of every item; and journal_object, the digests that were
 * added and removed, which is enough to rebuild any state that the journal passed
 * through (journal/past_state.c).  Entries are written under the publish lock
 * (state/live_state.c), so that their numbers are in the order of the states, and
 * without a gap.
 *
 * Each entry has a digest over its own text, its objects' and the digest of the
 * entry before: the chain.  To alter or remove an entry, all that follow have to
 * be rewritten, and then they do not end with the digest that was noted elsewhere.
 * docs/journal.md has the text that is hashed; the view schema_guard.journal_chain
 * computes it by SQL.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "format/diff.h"
#include "journal/journal.h"
#include "journal/journal_identity.h"
#include "journal/journal_migration.h"
#include "journal/journal_notice.h"
#include "state/digest_column.h"
#include "support/array.h"
#include "support/compat.h"
#include "support/settings.h"
#include "support/table.h"
#include "support/text.h"

/* limits in bytes: of one definition, of all in an entry, and of one if that is exceeded */
#define MAX_DEFINITION 1000000
#define MAX_DEFINITIONS 64000000
#define MIN_DEFINITION 100

/* the columns of journal_entry, as in the install script */
enum
{
	ENTRY_ID = 1,
	ENTRY_CHANGED_AT,
	ENTRY_TRANSACTION_ID,
	ENTRY_SESSION_ROLE,
	ENTRY_CHANGED_BY,
	ENTRY_APPLICATION_NAME,
	ENTRY_CLIENT_ADDRESS,
	ENTRY_BACKEND_PID,
	ENTRY_RELEASE,
	ENTRY_MODE,
	ENTRY_VERDICT,
	ENTRY_REASON,
	ENTRY_WINDOW_ID,
	ENTRY_STATEMENTS,
	ENTRY_BEFORE,
	ENTRY_AFTER,
	ENTRY_CHANGES,
	ENTRY_CHAIN,
	ENTRY_COLUMNS = ENTRY_CHAIN
};

static const SgTableShape entry_shape = {
	"journal_entry", ENTRY_COLUMNS,
	{INT8OID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INETOID, INT4OID, TEXTOID,
	TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTARRAYOID, TEXTOID, TEXTOID, JSONBOID, BYTEAOID}
};

/* the columns of journal_object */
enum
{
	PART_JOURNAL_ID = 1,
	PART_TYPE,
	PART_IDENTITY,
	PART_BEFORE,
	PART_AFTER,
	PART_COLUMNS = PART_AFTER
};

static const SgTableShape object_shape = {
	"journal_object", PART_COLUMNS, {INT8OID, TEXTOID, TEXTOID, BYTEAOID, BYTEAOID}
};

/* a row in the making */
typedef struct EntryRow
{
	Datum		values[ENTRY_COLUMNS];
	bool		nulls[ENTRY_COLUMNS];
} EntryRow;

static void
set_value(EntryRow *row, int column, Datum value)
{
	row->values[column - 1] = value;
	row->nulls[column - 1] = false;
}

/*
 * A null if there is no text.  An entry has nothing that cannot be converted:
 * the chain is over UTF-8, by SQL as well.
 */
static void
set_text(EntryRow *row, int column, const char *text)
{
	if (text != NULL)
		set_value(row, column, sg_text_datum(text));
}

static void
push_string(SgCompatJsonb *state, JsonbIteratorToken token, const char *text)
{
	JsonbValue	value;

	value.type = jbvNull;
	if (text != NULL)
	{
		text = sg_text_escape_unmappable(text);
		value.type = jbvString;
		value.val.string.val = unconstify(char *, text);
		value.val.string.len = (int) strlen(text);
	}
	sg_compat_jsonb_push(state, token, &value);
}

static void
push_member(SgCompatJsonb *state, const char *key, const char *text)
{
	push_string(state, WJB_KEY, key);
	push_string(state, WJB_VALUE, text);
}

/* the same, cut at a character where the text is longer */
static void
push_cut_member(SgCompatJsonb *state, const char *key, const char *text, size_t limit)
{
	size_t		len = text != NULL ? strlen(text) : 0;

	if (len > limit)
		text = psprintf("%.*s...", sg_text_clip_len(text, (int) len, (int) limit), text);
	push_member(state, key, text);
}

/*
 * Returns how much of each definition an entry quotes, so that all fit into a jsonb
 * value, whose limit is 256 MB.  The complete definitions are in the store, which
 * the entry's objects refer to.
 */
static size_t
definition_limit(const List *changes)
{
	size_t		total = 0;
	ListCell   *lc;

	foreach(lc, changes)
	{
		const SgItemChange *change = lfirst(lc);

		if (change->before != NULL)
			total += Min(strlen(change->before), MAX_DEFINITION);
		if (change->after != NULL)
			total += Min(strlen(change->after), MAX_DEFINITION);
	}
	if (total <= MAX_DEFINITIONS)
		return MAX_DEFINITION;
	return Max(MAX_DEFINITIONS / (2 * list_length(changes)), MIN_DEFINITION);
}

/* Returns the rows of diff() as an array of objects.  The names in a rename are never cut. */
static Datum
changes_datum(const List *changes)
{
	SgCompatJsonb state = {0};
	size_t		limit = definition_limit(changes);
	ListCell   *lc;

	sg_compat_jsonb_push(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, changes)
	{
		const SgItemChange *change = lfirst(lc);
		size_t		change_limit = change->kind == SG_RENAMED ? SIZE_MAX : limit;

		sg_compat_jsonb_push(&state, WJB_BEGIN_OBJECT, NULL);
		push_member(&state, "change", sg_change_kind_name(change->kind));
		push_member(&state, "object_type", change->type);
		push_member(&state, "object_identity", change->identity);
		push_member(&state, "facet",
					change->attribute != NULL ? sg_facet_name(change->facet) : NULL);
		push_member(&state, "attribute", change->attribute);
		push_cut_member(&state, "before", change->before, change_limit);
		push_cut_member(&state, "after", change->after, change_limit);
		sg_compat_jsonb_push(&state, WJB_END_OBJECT, NULL);
	}
	sg_compat_jsonb_push(&state, WJB_END_ARRAY, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(state.result));
}

/* Sets who made the change, and from where: this session. */
static void
set_session(EntryRow *row)
{
	LOCAL_FCINFO(fcinfo, 0);
	Datum		address;

	set_text(row, ENTRY_SESSION_ROLE, GetUserNameFromId(GetSessionUserId(), false));
	set_text(row, ENTRY_APPLICATION_NAME, application_name);
	set_value(row, ENTRY_BACKEND_PID, Int32GetDatum(MyProcPid));
	InitFunctionCallInfoData(*fcinfo, NULL, 0, InvalidOid, NULL, NULL);
	address = inet_client_addr(fcinfo);
	if (!fcinfo->isnull)
		set_value(row, ENTRY_CLIENT_ADDRESS, address);
}

static void
fill_entry(EntryRow *row, const SgJournalEntry *entry, const SgDelta *delta, bool first)
{
	memset(row->nulls, true, sizeof(row->nulls));
	set_value(row, ENTRY_CHANGED_AT, TimestampTzGetDatum(entry->changed_at != 0 ? entry->changed_at : GetCurrentTimestamp()));
	set_text(row, ENTRY_TRANSACTION_ID,
			 psprintf(UINT64_FORMAT, U64FromFullTransactionId(GetTopFullTransactionId())));
	if (!entry->anonymous)
		set_session(row);
	set_text(row, ENTRY_CHANGED_BY, entry->role);
	set_text(row, ENTRY_RELEASE, entry->release);
	set_text(row, ENTRY_MODE, sg_settings_mode_name(entry->mode));
	set_text(row, ENTRY_VERDICT, entry->outcome);
	set_text(row, ENTRY_REASON, entry->reason);
	if (entry->window_id != 0)
		set_value(row, ENTRY_WINDOW_ID, Int64GetDatum(entry->window_id));
	set_value(row, ENTRY_STATEMENTS, sg_array_of_list(entry->statements));
	set_text(row, ENTRY_BEFORE, first ? NULL : delta->before);
	set_text(row, ENTRY_AFTER, delta->after);
	set_value(row, ENTRY_CHANGES, changes_datum(first ? NIL : delta->changes));
}

/* a scan for the newest entry */
typedef struct NewestScan
{
	Relation	index;
	SysScanDesc scan;
} NewestScan;

/*
 * The number of the newest entry when this session last looked.  Without a place to
 * begin, an index scan would read a whole page of entries.
 */
static int64 newest_known = 0;

static HeapTuple
begin_newest_from(SgTable *table, NewestScan *newest, int64 first)
{
	ScanKeyData key;

	ScanKeyInit(&key, ENTRY_ID, BTGreaterEqualStrategyNumber, F_INT8GE, Int64GetDatum(first));
	newest->scan = systable_beginscan_ordered(table->rel, newest->index, table->snapshot, 1, &key);
	return systable_getnext_ordered(newest->scan, BackwardScanDirection);
}

/* Returns the newest entry, or NULL; valid until end_newest(). */
static HeapTuple
begin_newest(SgTable *table, NewestScan *newest)
{
	Oid			index = sg_table_relid("journal_entry_pkey");
	HeapTuple	tuple;

	if (!OidIsValid(index))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"schema_guard.journal_entry_pkey\" does not exist")));
	newest->index = index_open(index, AccessShareLock);
	tuple = begin_newest_from(table, newest, newest_known);
	if (!HeapTupleIsValid(tuple) && newest_known > 0)
	{
		/* the journal has started over since then, or its end was removed */
		systable_endscan_ordered(newest->scan);
		tuple = begin_newest_from(table, newest, 0);
	}
	newest_known = 0;
	if (HeapTupleIsValid(tuple))
		newest_known = DatumGetInt64(sg_table_required(table, tuple, ENTRY_ID));
	return tuple;
}

static void
end_newest(NewestScan *newest)
{
	systable_endscan_ordered(newest->scan);
	index_close(newest->index, AccessShareLock);
}

/* Returns the newest entry's number, with its chain digest; 0 and zeros if there is none. */
static int64
newest_entry(SgTable *table, SgDigest *chain)
{
	NewestScan	newest;
	HeapTuple	tuple = begin_newest(table, &newest);

	memset(chain, 0, sizeof(*chain));
	/* a damaged one counts as none; verify_journal() will report it */
	if (HeapTupleIsValid(tuple))
		(void) sg_digest_column(table, tuple, ENTRY_CHAIN, chain);
	end_newest(&newest);
	return newest_known;
}

/* Returns true if the newest entry led to this state.  Call under the publish lock. */
bool
sg_journal_ends_with(const char *fingerprint)
{
	SgTable		table;
	NewestScan	newest;
	HeapTuple	tuple;
	bool		ends = false;

	sg_table_open(&table, &entry_shape, RowExclusiveLock);
	tuple = begin_newest(&table, &newest);
	if (HeapTupleIsValid(tuple))
		ends = strcmp(sg_table_required_text(&table, tuple, ENTRY_AFTER), fingerprint) == 0;
	end_newest(&newest);
	sg_table_close(&table);
	return ends;
}

/* a netstring: the length in bytes of UTF-8, a colon, the text, a line break; a null is "-" */
static void
append_text(StringInfo buf, const char *text)
{
	if (text == NULL)
		appendStringInfoString(buf, "-\n");
	else
	{
		const char *escaped = sg_text_escape_unmappable(text);
		size_t		len = strlen(escaped);
		const char *utf8 = sg_text_to_utf8(escaped, &len);

		appendStringInfo(buf, "%zu:%s\n", len, utf8);
		if (utf8 != text)
			pfree(unconstify(char *, utf8));
	}
}

/* the text of a time that no setting changes: 2024-08-10T09:30:00.000000, in UTC */
static char *
time_text(TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%06d", tm.tm_year, tm.tm_mon, tm.tm_mday,
					tm.tm_hour, tm.tm_min, tm.tm_sec, (int) fsec);
}

static char *
text_of(const EntryRow *row, int column, PGFunction output)
{
	if (row->nulls[column - 1])
		return NULL;
	return DatumGetCString(DirectFunctionCall1(output, row->values[column - 1]));
}

/* Appends the entry's own part of the text that its chain digest is computed from. */
static void
append_entry(StringInfo buf, const EntryRow *row, const List *statements)
{
	ListCell   *lc;

	append_text(buf, text_of(row, ENTRY_ID, int8out));
	append_text(buf, time_text(DatumGetTimestampTz(row->values[ENTRY_CHANGED_AT - 1])));
	for (int column = ENTRY_TRANSACTION_ID; column <= ENTRY_APPLICATION_NAME; column++)
		append_text(buf, text_of(row, column, textout));
	append_text(buf, text_of(row, ENTRY_CLIENT_ADDRESS, inet_out));
	append_text(buf, text_of(row, ENTRY_BACKEND_PID, int4out));
	for (int column = ENTRY_RELEASE; column <= ENTRY_REASON; column++)
		append_text(buf, text_of(row, column, textout));
	append_text(buf, text_of(row, ENTRY_WINDOW_ID, int8out));
	append_text(buf, psprintf("%d", list_length(statements)));
	foreach(lc, statements)
		append_text(buf, lfirst(lc));
	append_text(buf, text_of(row, ENTRY_BEFORE, textout));
	append_text(buf, text_of(row, ENTRY_AFTER, textout));
	append_text(buf, text_of(row, ENTRY_CHANGES, jsonb_out));
}

/* an object of the entry; its digests may be NULL */
typedef struct ObjectRow
{
	const char *type;
	const char *identity;
	const SgDigest *before;
	const SgDigest *after;
} ObjectRow;

static int
compare_digests(const SgDigest *a, const SgDigest *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return sg_digest_compare(a, b);
}

/* Sorts by digests, missing ones first: an order that does not depend on collation or encoding. */
static int
compare_object_rows(const void *a, const void *b)
{
	const ObjectRow *left = a;
	const ObjectRow *right = b;
	int			order = compare_digests(left->before, right->before);

	return order != 0 ? order : compare_digests(left->after, right->after);
}

static void
append_digest(StringInfo buf, const SgDigest *digest)
{
	char		hex[SG_DIGEST_HEX_LEN + 1];

	if (digest != NULL)
	{
		sg_digest_to_hex(digest, hex);
		hex[SG_DIGEST_HEX_LEN] = '\0';
	}
	append_text(buf, digest != NULL ? hex : NULL);
}

static void
append_object(StringInfo buf, const ObjectRow *row)
{
	append_text(buf, row->type);
	append_text(buf, row->identity);
	append_digest(buf, row->before);
	append_digest(buf, row->after);
}

/* Collects the digests that were added and removed, sorted; returns how many. */
static int
collect_objects(const List *objects, ObjectRow *rows)
{
	int			count = 0;
	ListCell   *lc;

	foreach(lc, objects)
	{
		const SgObjectChange *change = lfirst(lc);
		const SgObject *object = change->after != NULL ? change->after : change->before;

		if (object == NULL)
			continue;
		rows[count].type = object->type;
		rows[count].identity = sg_text_escape_unmappable(object->identity);
		rows[count].before = change->before != NULL ? &change->digest_before : NULL;
		rows[count].after = change->after != NULL ? &change->digest_after : NULL;
		count++;
	}
	qsort(rows, count, sizeof(ObjectRow), compare_object_rows);
	return count;
}

static void
insert_object(SgTable *table, int64 journal_id, const ObjectRow *row)
{
	Datum		values[PART_COLUMNS] = {0};
	bool		nulls[PART_COLUMNS] = {false};

	values[PART_JOURNAL_ID - 1] = Int64GetDatum(journal_id);
	values[PART_TYPE - 1] = CStringGetTextDatum(row->type);
	values[PART_IDENTITY - 1] = sg_text_datum(row->identity);
	nulls[PART_BEFORE - 1] = row->before == NULL;
	nulls[PART_AFTER - 1] = row->after == NULL;
	if (row->before != NULL)
		values[PART_BEFORE - 1] = sg_digest_datum(row->before);
	if (row->after != NULL)
		values[PART_AFTER - 1] = sg_digest_datum(row->after);
	sg_table_insert(table, values, nulls);
}

/* Writes the entry's objects, and appends them to the text to be chained. */
static void
write_objects(int64 journal_id, const List *objects, StringInfo text)
{
	ObjectRow  *rows = palloc(sizeof(ObjectRow) * Max(list_length(objects), 1));
	int			count = collect_objects(objects, rows);
	SgTable		table;

	sg_table_open(&table, &object_shape, RowExclusiveLock);
	for (int i = 0; i < count; i++)
	{
		insert_object(&table, journal_id, &rows[i]);
		append_object(text, &rows[i]);
	}
	sg_table_close(&table);
}

/*
 * Writes an entry about the delta and returns its number.  The first state is
 * an entry without changes: there is nothing before it.  Under the publish
 * lock.
 */
int64
sg_journal_write(const SgJournalEntry *entry, const SgDelta *delta)
{
	bool		first = delta->before[0] == '\0';
	EntryRow	row;
	SgTable		table;
	SgDigest	chain;
	StringInfoData text;
	int64		journal_id;
	ListCell   *lc;

	sg_table_open(&table, &entry_shape, RowExclusiveLock);
	journal_id = newest_entry(&table, &chain) + 1;
	fill_entry(&row, entry, delta, first);
	set_value(&row, ENTRY_ID, Int64GetDatum(journal_id));

	initStringInfo(&text);
	append_digest(&text, &chain);
	append_entry(&text, &row, entry->statements);
	write_objects(journal_id, first ? NIL : delta->objects, &text);
	foreach(lc, sg_journal_migration_write(journal_id, entry))
		append_text(&text, lfirst(lc));
	sg_digest_sha256(text.data, text.len, &chain);
	set_value(&row, ENTRY_CHAIN, sg_digest_datum(&chain));
	sg_table_insert(&table, row.values, row.nulls);
	sg_table_close(&table);
	sg_journal_identity_add(journal_id, first ? NIL : delta->changes);
	sg_journal_notice_send(journal_id, entry, delta);
	return journal_id;
}

/* Returns a value that is not null, if the row has the columns that an entry has. */
static bool
row_value(TupleDesc desc, HeapTuple tuple, int column, Datum *value)
{
	bool		isnull;

	if (column > desc->natts || TupleDescAttr(desc, column - 1)->atttypid != entry_shape.types[column - 1])
		return false;
	*value = heap_getattr(tuple, column, desc, &isnull);
	return !isnull;
}

/*
 * Called when anybody but the guard writes a row into the table.  If it is an entry,
 * notes what it names, because a dump does not contain journal_identity.
 */
void
sg_journal_note_row(Relation rel, HeapTuple tuple)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Datum		id;
	Datum		changes;

	if (strcmp(RelationGetRelationName(rel), entry_shape.name) == 0 &&
		row_value(desc, tuple, ENTRY_ID, &id) && row_value(desc, tuple, ENTRY_CHANGES, &changes))
		sg_journal_identity_add_json(DatumGetInt64(id), DatumGetJsonbP(changes));
}
