/*
 * state/refused.c
 *		Refusals, which are kept although their transactions are rolled back.
 *
 * Each refusal gets a number from a sequence, which survives the rollback, and a row,
 * which would not.  So the row is kept in this backend's memory and written in a
 * transaction of its own as soon as the refused one is over (support/idle.c).
 *
 * Nothing may wait for the row: it is written only if the lock is free, and its
 * commit waits neither for the disk nor for a standby.  If it cannot be written, the
 * server's log says so, and its number is missing from the view.
 *
 * The table is a ring: it has the newest SLOTS refusals of each kind.  It is written
 * without SPI, so that no executor hooks of other extensions run.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "state/refused.h"
#include "support/attention.h"
#include "support/declaration.h"
#include "support/extension.h"
#include "support/idle.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* how many of each kind are kept */
#define SLOTS 500

/* how many this backend remembers until it can write them */
#define MAX_NOTES 8

#define MESSAGE_LEN 1024
#define RELEASE_LEN 256

enum RefusalColumn
{
	REFUSAL_KIND = 1,
	REFUSAL_SLOT,
	REFUSAL_NUMBER,
	REFUSAL_AT,
	REFUSAL_ROLE,
	REFUSAL_SESSION_ROLE,
	REFUSAL_APPLICATION_NAME,
	REFUSAL_RELEASE,
	REFUSAL_SQLSTATE,
	REFUSAL_MESSAGE,
	REFUSAL_COLUMNS = REFUSAL_MESSAGE
};

static const SgTableShape refusal_shape = {
	"refusal", REFUSAL_COLUMNS,
	{TEXTOID, INT4OID, INT8OID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* a refusal that is still to be written; an empty string is NULL */
typedef struct Note
{
	SgRefusedKind kind;
	int64		number;
	TimestampTz at;
	char		role[NAMEDATALEN];
	char		session_role[NAMEDATALEN];
	char		application_name[NAMEDATALEN];
	char		release[RELEASE_LEN];
	char		sqlstate[6];
	char		message[MESSAGE_LEN];
} Note;

static Note notes[MAX_NOTES];
static int	nnotes = 0;

static const char *
kind_name(SgRefusedKind kind)
{
	return kind == SG_REFUSED_CHANGE ? "change" : "connection";
}

static void
set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column - 1] = text[0] == '\0';
	values[column - 1] = nulls[column - 1] ? (Datum) 0 : sg_text_datum(text);
}

/* Writes the row to its place in the ring. */
static void
write_row(SgTable *table, const Note *note)
{
	Datum		values[REFUSAL_COLUMNS];
	bool		nulls[REFUSAL_COLUMNS] = {false};
	bool		replaces[REFUSAL_COLUMNS];
	SgTableKey	keys[2] = {
		{REFUSAL_KIND, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(kind_name(note->kind))},
		{REFUSAL_SLOT, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum((int32) (note->number % SLOTS))}
	};
	SysScanDesc scan;
	HeapTuple	old;

	memset(replaces, true, sizeof(replaces));
	values[REFUSAL_KIND - 1] = keys[0].value;
	values[REFUSAL_SLOT - 1] = keys[1].value;
	values[REFUSAL_NUMBER - 1] = Int64GetDatum(note->number);
	values[REFUSAL_AT - 1] = TimestampTzGetDatum(note->at);
	set_text(values, nulls, REFUSAL_ROLE, note->role);
	set_text(values, nulls, REFUSAL_SESSION_ROLE, note->session_role);
	set_text(values, nulls, REFUSAL_APPLICATION_NAME, note->application_name);
	set_text(values, nulls, REFUSAL_RELEASE, note->release);
	set_text(values, nulls, REFUSAL_SQLSTATE, note->sqlstate);
	set_text(values, nulls, REFUSAL_MESSAGE, note->message);

	scan = sg_table_scan(table, "refusal_pkey", 2, keys);
	old = systable_getnext(scan);
	if (HeapTupleIsValid(old))
		sg_table_update(table, old, values, nulls, replaces);
	else
		sg_table_insert(table, values, nulls);
	systable_endscan(scan);
}

/* Writes the notes.  Returns false if another session has locked the table. */
static bool
write_rows(void)
{
	Oid			relid = sg_table_relid(refusal_shape.name);
	SgTable		table;

	if (OidIsValid(relid) && !ConditionalLockRelationOid(relid, RowExclusiveLock))
		return false;
	sg_table_open(&table, &refusal_shape, RowExclusiveLock);
	for (int i = 0; i < nnotes; i++)
		write_row(&table, &notes[i]);
	sg_table_close(&table);
	return true;
}

/* "run" of the SgIdleTask: writes the notes. */
static void
write_notes(void)
{
	(void) set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	sg_attention_at_commit();
	if (OidIsValid(sg_extension_oid()) && !write_rows())
		ereport(LOG,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("schema_guard could not keep a refusal: table schema_guard.%s is locked",
						refusal_shape.name)));
}

/* "done" of the SgIdleTask: forgets the notes; reports an error in the server's log. */
static void
forget_notes(const ErrorData *error)
{
	nnotes = 0;
	if (error != NULL)
		ereport(LOG,
				(errcode(error->sqlerrcode),
				 errmsg("schema_guard could not keep a refusal: %s", error->message)));
}

static SgIdleTask task = {write_notes, forget_notes};

/*
 * Counts a refusal, and returns its number.
 *
 * nextval() logs 32 values ahead, so that after a crash, and on a standby, the counter
 * would include refusals that never happened.  setval() logs the exact value.  The
 * lock keeps others from counting between the two; it is released with the refused
 * transaction.
 */
static int64
count(SgRefusedKind kind)
{
	bool		is_change = kind == SG_REFUSED_CHANGE;
	const char *number;

	LockRelationOid(sg_table_relid(is_change ? "refused_attempts" : "refused_connections"),
					ShareRowExclusiveLock);
	number = is_change ?
		sg_spi_fetch_text("SELECT setval('schema_guard.refused_attempts', nextval('schema_guard.refused_attempts'))",
						  0, NULL, NULL) :
		sg_spi_fetch_text("SELECT setval('schema_guard.refused_connections', nextval('schema_guard.refused_connections'))",
						  0, NULL, NULL);
	return strtoll(number, NULL, 10);
}

/*
 * Counts a refusal, and has its row written once the transaction is over.  "role" is
 * the current role, as set by SET ROLE, or NULL.  Must be called as the owner
 * (sg_owner_enter()), and not on a standby.
 */
void
sg_refused_note(SgRefusedKind kind, const char *role, int sqlstate, const char *message)
{
	int64		number = count(kind);
	Note	   *note;

	if (nnotes == MAX_NOTES)
		return;
	sg_idle_request(&task, SG_IDLE_SOON);
	note = &notes[nnotes++];
	note->kind = kind;
	note->number = number;
	note->at = GetCurrentTimestamp();
	sg_text_copy(note->role, sizeof(note->role), role);
	sg_text_copy(note->session_role, sizeof(note->session_role),
			  GetUserNameFromId(GetSessionUserId(), true));
	sg_text_copy(note->application_name, sizeof(note->application_name), application_name);
	sg_text_copy(note->release, sizeof(note->release), sg_declaration());
	sg_text_copy(note->sqlstate, sizeof(note->sqlstate), unpack_sql_state(sqlstate));
	sg_text_copy(note->message, sizeof(note->message), message);
}
