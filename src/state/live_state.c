/*
 * state/live_state.c
 *		The live state: its lock and its tables.
 *
 * Publishing a new state requires the publish lock: a ShareUpdateExclusiveLock,
 * as a heavyweight object lock, on a sub-object of the extension that does not
 * exist.  It conflicts with itself and nothing else, and is held until the end of the
 * transaction, even after PREPARE TRANSACTION.  So transactions that change the
 * schema have an order, that of their commits.  It should be the last lock that a
 * transaction waits for; state/delta.c explains how describing under it avoids
 * waiting for tables.
 *
 * A transaction whose changes could not be examined marks the state stale.  If it
 * cannot get the lock for that (lock_timeout), it increments the sequence
 * schema_guard.unmarked_commits instead, which needs no lock: a state that was
 * computed when the sequence had another value is stale.  The new value is
 * visible before the transaction's changes are.  Therefore such a transaction
 * holds another lock until it ends (a prepared one, until COMMIT PREPARED), and a
 * state that is computed while anybody holds that lock remains stale.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inval.h"
#include "utils/timestamp.h"

#include "state/live_state.h"
#include "support/attention.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/table.h"

enum StateColumn
{
	STATE_ONLY_ROW = 1,
	STATE_FINGERPRINT,
	STATE_STALE,
	STATE_OBJECT_COUNT,
	STATE_COMPUTED_AT,
	STATE_SYSTEM_IDENTIFIER,
	STATE_UNMARKED_COMMITS,
	STATE_RECOMPUTED,
	STATE_PHASE,
	STATE_VERIFIED_AT,
	STATE_VERIFY_ROWS,
	STATE_COLUMNS = STATE_VERIFY_ROWS
};

static const SgTableShape live_state_shape = {
	"live_state", STATE_COLUMNS,
	{BOOLOID, TEXTOID, BOOLOID, INT4OID, TIMESTAMPTZOID, INT8OID, INT8OID, INT8OID, TEXTOID,
	TIMESTAMPTZOID, INT4OID}
};

static const char *const phase_names[] = {"new", "restoring", "restored", "armed"};

/* a sequence is a table of one row: last_value, log_cnt, is_called */
static const SgTableShape unmarked_commits_shape = {
	"unmarked_commits", 3, {INT8OID, INT8OID, BOOLOID}
};

/*
 * The sub-objects of the extension that are locked.  Extensions have none, so no
 * command locks them; the extension itself can be locked by any role, in any
 * mode, with ALTER FUNCTION ... DEPENDS ON EXTENSION.
 */
#define PUBLISH_LOCK 1
#define UNMARKED_LOCK 2			/* in ShareLock mode only, which conflicts with nothing */

/* the extension that the publish lock was last taken on; another one after DROP and CREATE */
static Oid	locked_extension = InvalidOid;

/*
 * Takes the publish lock; see above.  Waits for other publishers, subject to
 * lock_timeout and cancel.  Accepts invalidation messages, so what is read
 * afterwards is what the last holder has committed.
 */
void
sg_live_lock(void)
{
	locked_extension = sg_extension_oid();
	LockDatabaseObject(ExtensionRelationId, locked_extension, PUBLISH_LOCK, ShareUpdateExclusiveLock);
}

/* Releases the publish lock, of a caller that has changed nothing under it. */
void
sg_live_unlock(void)
{
	UnlockDatabaseObject(ExtensionRelationId, locked_extension, PUBLISH_LOCK, ShareUpdateExclusiveLock);
}

static bool
holds_lock(void)
{
	LOCKTAG		tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ExtensionRelationId, locked_extension, PUBLISH_LOCK);
	return OidIsValid(locked_extension) &&
		sg_compat_lock_held(&tag, ShareUpdateExclusiveLock);
}

/* Opens a table of the live state: for writing if we hold the publish lock. */
void
sg_live_open_table(SgTable *table, const SgTableShape *shape)
{
	sg_table_open(table, shape, holds_lock() ? RowExclusiveLock : AccessShareLock);

	/*
	 * Take no predicate locks on rows that every commit of DDL writes.  At
	 * worst the state is not found and has to be computed.
	 */
	if (IsolationIsSerializable())
		sg_table_read_self(table);
}

/* Returns the number of commits that could not mark the state stale. */
static int64
unmarked_commits(void)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	int64		value = 0;

	sg_live_open_table(&table, &unmarked_commits_shape);
	scan = sg_table_scan_all(&table);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;

		if (DatumGetBool(sg_table_value(&table, tuple, 3, &isnull)))
			value = DatumGetInt64(sg_table_value(&table, tuple, 1, &isnull));
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return value;
}

/* Returns true if a transaction that has incremented the sequence is still running. */
static bool
unmarked_commit_is_pending(void)
{
	LOCKTAG		tag;
	int			count;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ExtensionRelationId, sg_extension_oid(), UNMARKED_LOCK);
	(void) GetLockConflicts(&tag, ExclusiveLock, &count);
	return count > 0;
}

/* Returns the row, which is valid until the scan ends, or NULL. */
static HeapTuple
state_row(SgTable *table, SysScanDesc *scan)
{
	sg_live_open_table(table, &live_state_shape);
	*scan = sg_table_scan_all(table);
	return systable_getnext(*scan);
}

static void
end_row(SgTable *table, SysScanDesc scan)
{
	systable_endscan(scan);
	sg_table_close(table);
}

static int64
int8_value(const SgTable *table, HeapTuple tuple, AttrNumber column)
{
	bool		isnull;
	Datum		value = sg_table_value(table, tuple, column, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

/* Returns the phase; if it is damaged, the strictest one. */
static SgPhase
phase_value(const SgTable *table, HeapTuple tuple)
{
	const char *name = sg_table_text(table, tuple, STATE_PHASE);

	for (int i = 0; name != NULL && i < lengthof(phase_names); i++)
	{
		if (strcmp(name, phase_names[i]) == 0)
			return (SgPhase) i;
	}
	return SG_PHASE_ARMED;
}

/* Reads the live state's row, which has no fingerprint during a restore. */
void
sg_live_state(SgLiveState *state)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple = state_row(&table, &scan);

	memset(state, 0, sizeof(*state));
	state->unmarked_commits = unmarked_commits();
	if (HeapTupleIsValid(tuple))
	{
		const char *fingerprint;
		bool		isnull;

		state->version.xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
		state->version.tid = tuple->t_self;
		fingerprint = sg_table_text(&table, tuple, STATE_FINGERPRINT);
		/* treat a damaged one as if there were none, so that verify() can repair it */
		strlcpy(state->fingerprint, fingerprint != NULL ? fingerprint : "",
				sizeof(state->fingerprint));
		state->exists = state->fingerprint[0] != '\0';
		state->phase = phase_value(&table, tuple);
		state->object_count = DatumGetInt32(sg_table_value(&table, tuple, STATE_OBJECT_COUNT, &isnull));
		state->of_other_system =
			int8_value(&table, tuple, STATE_SYSTEM_IDENTIFIER) != (int64) GetSystemIdentifier();
		state->stale = DatumGetBool(sg_table_value(&table, tuple, STATE_STALE, &isnull)) ||
			state->of_other_system ||
			int8_value(&table, tuple, STATE_UNMARKED_COMMITS) != state->unmarked_commits;
	}
	end_row(&table, scan);
	/* checked after reading the sequence: a later increment makes this state stale anyway */
	state->unmarked_pending = (state->stale || !state->exists) && unmarked_commit_is_pending();
}

bool
sg_live_same_version(SgLiveVersion a, SgLiveVersion b)
{
	return a.xmin == b.xmin && ItemPointerCompare(&a.tid, &b.tid) == 0;
}

/* Raises an error: others have changed the schema so often that work on one state of it was never finished. */
void
sg_live_raise_changing(int times)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the schema was changed %d times while it was being described", times),
			 errhint("Try again.")));
}

/* Returns true if the live state is missing or stale. */
bool
sg_live_is_stale(void)
{
	SgLiveState state;

	sg_live_state(&state);
	return !state.exists || state.stale;
}

/*
 * Copies the fingerprint of the live state into a buffer of SG_FINGERPRINT_LEN + 1
 * bytes.  Returns false if the state is missing or stale.
 */
bool
sg_live_fingerprint(char *fingerprint)
{
	SgLiveState state;

	sg_live_state(&state);
	strlcpy(fingerprint, state.fingerprint, SG_FINGERPRINT_LEN + 1);
	return state.exists && !state.stale;
}

/* Returns the relation whose relcache invalidation tells sessions that the live state has changed. */
Oid
sg_live_signal(void)
{
	return sg_table_relid("live_signal");
}

static void
tell_sessions(void)
{
	CacheInvalidateRelcacheByRelid(sg_live_signal());
}

/*
 * Sets "count" columns of the state's row, beginning with "first".  Inserts a row
 * without a fingerprint if there is none.
 */
static void
set_columns(enum StateColumn first, int count, const Datum *new_values)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple = state_row(&table, &scan);
	Datum		values[STATE_COLUMNS] = {0};
	bool		nulls[STATE_COLUMNS] = {0};
	bool		replaces[STATE_COLUMNS] = {0};

	if (!HeapTupleIsValid(tuple))
	{
		values[STATE_ONLY_ROW - 1] = BoolGetDatum(true);
		values[STATE_FINGERPRINT - 1] = CStringGetTextDatum("");
		values[STATE_STALE - 1] = BoolGetDatum(true);
		values[STATE_COMPUTED_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
		values[STATE_PHASE - 1] = CStringGetTextDatum(phase_names[SG_PHASE_NEW]);
		nulls[STATE_VERIFIED_AT - 1] = nulls[STATE_VERIFY_ROWS - 1] = true;
	}
	for (int column = first; column < first + count; column++)
	{
		values[column - 1] = new_values[column - first];
		nulls[column - 1] = false;
		replaces[column - 1] = true;
	}
	if (HeapTupleIsValid(tuple))
		sg_table_update(&table, tuple, values, nulls, replaces);
	else
		sg_table_insert(&table, values, nulls);
	end_row(&table, scan);
	CommandCounterIncrement();
}

/*
 * Marks the state stale.  Takes the publish lock, or a transaction that does not
 * see the change yet could clear the mark.  A state that is already stale is
 * written again: a transaction that is about to bring it up to date may not have
 * seen the change either, and notices by the row's version (gate/commit.c).
 */
void
sg_live_mark_stale(void)
{
	Datum		stale = BoolGetDatum(true);

	sg_live_lock();
	set_columns(STATE_STALE, 1, &stale);
	sg_attention_at_commit();
	tell_sessions();
}

/* Makes the state stale without the publish lock; see the head of this file. */
void
sg_live_raise_unmarked(void)
{
	Oid			sequence = sg_table_relid("unmarked_commits");

	sg_attention_at_commit();
	LockDatabaseObject(ExtensionRelationId, sg_extension_oid(), UNMARKED_LOCK, ShareLock);
	/* use setval(): it WAL-logs the exact value, which a standby must see */
	DirectFunctionCall2(setval_oid, ObjectIdGetDatum(sequence),
						Int64GetDatum(unmarked_commits() + 1));
	tell_sessions();
}

/* Sets the phase.  The caller holds the publish lock. */
void
sg_live_set_phase(SgPhase phase)
{
	Datum		name = CStringGetTextDatum(phase_names[phase]);

	set_columns(STATE_PHASE, 1, &name);
}

/*
 * Records that verify() has run, and how many rows it returned.  The caller holds
 * the publish lock.
 */
void
sg_live_set_verified(int rows)
{
	Datum		values[] = {TimestampTzGetDatum(GetCurrentTimestamp()), Int32GetDatum(rows)};

	set_columns(STATE_VERIFIED_AT, lengthof(values), values);
}

/*
 * Writes the row of a new state and tells connected sessions.  "recomputed" means
 * that everything had to be described, which is counted.  The caller holds the
 * publish lock.
 */
void
sg_live_state_replace(const SgLiveState *state, bool recomputed)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	old = state_row(&table, &scan);
	int64		count = HeapTupleIsValid(old) ? int8_value(&table, old, STATE_RECOMPUTED) : 0;
	Datum		values[STATE_COLUMNS];
	bool		nulls[STATE_COLUMNS] = {0};
	bool		replaces[STATE_COLUMNS];

	memset(replaces, true, sizeof(replaces));
	values[STATE_ONLY_ROW - 1] = BoolGetDatum(true);
	values[STATE_FINGERPRINT - 1] = CStringGetTextDatum(state->fingerprint);
	values[STATE_STALE - 1] = BoolGetDatum(state->stale);
	values[STATE_OBJECT_COUNT - 1] = Int32GetDatum(state->object_count);
	values[STATE_COMPUTED_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[STATE_SYSTEM_IDENTIFIER - 1] = Int64GetDatum((int64) GetSystemIdentifier());
	values[STATE_UNMARKED_COMMITS - 1] = Int64GetDatum(state->unmarked_commits);
	values[STATE_RECOMPUTED - 1] = Int64GetDatum(count + (recomputed ? 1 : 0));
	values[STATE_PHASE - 1] = CStringGetTextDatum(phase_names[SG_PHASE_NEW]);
	replaces[STATE_PHASE - 1] = false;
	nulls[STATE_VERIFIED_AT - 1] = nulls[STATE_VERIFY_ROWS - 1] = true;
	replaces[STATE_VERIFIED_AT - 1] = replaces[STATE_VERIFY_ROWS - 1] = false;
	if (HeapTupleIsValid(old))
		sg_table_update(&table, old, values, nulls, replaces);
	else
		sg_table_insert(&table, values, nulls);
	tell_sessions();
	end_row(&table, scan);
}
