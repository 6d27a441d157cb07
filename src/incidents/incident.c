/*
 * incidents/incident.c
 *		Incidents: which errors were caused by which change, counted in a table.
 *
 * An explained error is noted in this backend's memory, because more is not
 * possible at that point, and counted in a row of schema_guard.incident when its
 * transaction is over (support/idle.c).  The table has one row for each change,
 * SQLSTATE and release.
 *
 * Counting must not get in the way: a backend writes at once a few times, then once
 * a second, and only if no other is writing; until then it adds up what it has.  The
 * table has at most MAX_ROWS rows, because sessions can declare any release: a new
 * row takes the place of the one that was least recently counted.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "incidents/incident.h"
#include "support/extension.h"
#include "support/idle.h"
#include "support/table.h"
#include "support/text.h"

#define MAX_ROWS 1000

/* how many notes this backend keeps until it can write them */
#define MAX_NOTES 16

/*
 * how often a backend writes at once within a minute, and after that the pause between
 * writes in ms
 */
#define WRITES_AT_ONCE 100
#define WRITE_PAUSE_MS 1000

#define RELEASE_LEN 256

enum IncidentColumn
{
	INCIDENT_JOURNAL_ID = 1,
	INCIDENT_SQLSTATE,
	INCIDENT_CHANGE,
	INCIDENT_RELEASE,
	INCIDENT_OBJECT_TYPE,
	INCIDENT_OBJECT_IDENTITY,
	INCIDENT_FIRST_AT,
	INCIDENT_LAST_AT,
	INCIDENT_COUNT,
	INCIDENT_COLUMNS = INCIDENT_COUNT
};

static const SgTableShape incident_shape = {
	"incident", INCIDENT_COLUMNS,
	{INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID}
};

/* errors that are still to be counted */
typedef struct Note
{
	int64		journal_id;
	int			sqlstate;
	int64		count;
	TimestampTz first_at;
	TimestampTz last_at;
	char		change[SG_CLUE_TEXT_LEN];
	char		release[RELEASE_LEN];	/* "": none declared */
	char		type[SG_CLUE_TYPE_LEN];
	char		identity[SG_CLUE_IDENTITY_LEN];
} Note;

static Note notes[MAX_NOTES];
static int	nnotes = 0;

/* when counting of the writes began, and how many there were */
static TimestampTz counted_since = 0;
static int	nwrites = 0;

static void
set_text(Datum *values, int column, const char *text)
{
	values[column - 1] = sg_text_datum(text);
}

static void
insert_row(SgTable *table, const Note *note)
{
	Datum		values[INCIDENT_COLUMNS];
	bool		nulls[INCIDENT_COLUMNS] = {false};

	values[INCIDENT_JOURNAL_ID - 1] = Int64GetDatum(note->journal_id);
	set_text(values, INCIDENT_SQLSTATE, unpack_sql_state(note->sqlstate));
	set_text(values, INCIDENT_CHANGE, note->change);
	set_text(values, INCIDENT_RELEASE, note->release);
	set_text(values, INCIDENT_OBJECT_TYPE, note->type);
	set_text(values, INCIDENT_OBJECT_IDENTITY, note->identity);
	values[INCIDENT_FIRST_AT - 1] = TimestampTzGetDatum(note->first_at);
	values[INCIDENT_LAST_AT - 1] = TimestampTzGetDatum(note->last_at);
	values[INCIDENT_COUNT - 1] = Int64GetDatum(note->count);
	sg_table_insert(table, values, nulls);
}

static void
add_to_row(SgTable *table, HeapTuple row, const Note *note)
{
	Datum		values[INCIDENT_COLUMNS] = {0};
	bool		nulls[INCIDENT_COLUMNS] = {false};
	bool		replaces[INCIDENT_COLUMNS] = {false};
	int64		count = DatumGetInt64(sg_table_required(table, row, INCIDENT_COUNT));

	values[INCIDENT_LAST_AT - 1] = TimestampTzGetDatum(note->last_at);
	values[INCIDENT_COUNT - 1] = Int64GetDatum(count + note->count);
	replaces[INCIDENT_LAST_AT - 1] = replaces[INCIDENT_COUNT - 1] = true;
	sg_table_update(table, row, values, nulls, replaces);
}

/* Makes room for a row if the table is full. */
static void
make_room(SgTable *table)
{
	SysScanDesc scan = sg_table_scan_all(table);
	HeapTuple	oldest = NULL;
	TimestampTz oldest_at = 0;
	int			count = 0;
	HeapTuple	row;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		TimestampTz at = DatumGetTimestampTz(sg_table_required(table, row, INCIDENT_LAST_AT));

		count++;
		if (oldest != NULL && oldest_at <= at)
			continue;
		oldest = heap_copytuple(row);
		oldest_at = at;
	}
	systable_endscan(scan);
	if (count >= MAX_ROWS)
		sg_table_delete(table, oldest);
}

static void
write_row(SgTable *table, const Note *note)
{
	SgTableKey	keys[] = {
		{INCIDENT_JOURNAL_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(note->journal_id)},
		{INCIDENT_SQLSTATE, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(unpack_sql_state(note->sqlstate))},
		{INCIDENT_CHANGE, BTEqualStrategyNumber, F_TEXTEQ, sg_text_datum(note->change)},
		{INCIDENT_RELEASE, BTEqualStrategyNumber, F_TEXTEQ, sg_text_datum(note->release)}
	};
	SysScanDesc scan = sg_table_scan(table, "incident_pkey", lengthof(keys), keys);
	HeapTuple	row = systable_getnext(scan);

	if (HeapTupleIsValid(row))
		add_to_row(table, row, note);
	systable_endscan(scan);
	if (HeapTupleIsValid(row))
		return;
	make_room(table);
	insert_row(table, note);
}

/* Returns when this backend may write again. */
static TimestampTz
next_write(void)
{
	TimestampTz now = GetCurrentTimestamp();

	if (TimestampDifferenceExceeds(counted_since, now, 60 * 1000))
	{
		counted_since = now;
		nwrites = 0;
	}
	return ++nwrites < WRITES_AT_ONCE ? 0 : TimestampTzPlusMilliseconds(now, WRITE_PAUSE_MS);
}

static void write_notes(void);

/* The callback of an SgIdleTask: an error goes to the server's log. */
static void
report_fault(const ErrorData *error)
{
	if (error != NULL)
		ereport(LOG_SERVER_ONLY,
				(errcode(error->sqlerrcode),
				 errmsg("schema_guard could not count an incident: %s", error->message)));
}

static SgIdleTask writing = {write_notes, report_fault};

/* The work of an SgIdleTask: writes the notes.  Its commit waits for nothing. */
static void
write_notes(void)
{
	Oid			relid;
	SgTable		table;
	int			count = nnotes;

	(void) set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	writing.not_before = next_write();
	nnotes = 0;
	/* an extension of version 1.0 has no such table */
	if (RecoveryInProgress() || !OidIsValid(sg_extension_oid()) ||
		!OidIsValid(relid = sg_table_relid(incident_shape.name)))
		return;
	/* this lock conflicts with itself, so that no backend waits for another one's row */
	if (!ConditionalLockRelationOid(relid, ShareUpdateExclusiveLock))
	{
		nnotes = count;
		sg_idle_request(&writing, SG_IDLE_SOON);
		return;
	}
	sg_table_open(&table, &incident_shape, RowExclusiveLock);
	for (int i = 0; i < count; i++)
		write_row(&table, &notes[i]);
	sg_table_close(&table);
}

/* Returns the note for such errors, a new one if there is none, or NULL if there are too many. */
static Note *
note_of(const SgClue *clue, int sqlstate, const char *release)
{
	Note	   *note;

	for (int i = 0; i < nnotes; i++)
	{
		note = &notes[i];
		if (note->journal_id == clue->journal_id && note->sqlstate == sqlstate &&
			strcmp(note->change, clue->text) == 0 &&
			strncmp(note->release, release, RELEASE_LEN - 1) == 0)
			return note;
	}
	if (nnotes == MAX_NOTES)
		return NULL;
	note = &notes[nnotes++];
	note->journal_id = clue->journal_id;
	note->sqlstate = sqlstate;
	note->count = 0;
	sg_text_copy(note->change, sizeof(note->change), clue->text);
	sg_text_copy(note->release, sizeof(note->release), release);
	sg_text_copy(note->type, sizeof(note->type), clue->type);
	sg_text_copy(note->identity, sizeof(note->identity), clue->identity);
	return note;
}

/*
 * Counts an error that the clue explains.  Only notes it, because the error is about
 * to be reported.
 */
void
sg_incident_note(const SgClue *clue, int sqlstate, const char *release, TimestampTz at)
{
	Note	   *note = note_of(clue, sqlstate, release == NULL ? "" : release);

	if (note == NULL)
		return;
	if (note->count++ == 0)
		note->first_at = at;
	note->last_at = at;
	sg_idle_request(&writing, SG_IDLE_SOON);
}
