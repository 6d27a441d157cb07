/*
 * gate/phase.c
 *		A dump of a guarded database, restored into a working guarded database.
 *
 * A dump creates the extension, makes the schema, fills the tables, ours among
 * them, and makes the rest of the schema (indexes, foreign keys, triggers);
 * pg_restore -j does much of that at once, in any order.  What ALTER DATABASE
 * has set, such as mode enforce, may come first.  So the guard has a phase, in
 * the live state's row:
 *
 *		new			from CREATE EXTENSION on: nothing was ever approved here, so
 *					there is nothing to enforce against a superuser
 *		restoring	from the first row that somebody else than the guard inserts
 *					into its tables.  What the journal has recorded until then
 *					describes the restore itself and goes.  The live state is
 *					kept up to date; nothing is journaled, superusers are not
 *					judged
 *		armed		by approve(), by verify(), and by itself when the schema is
 *					the one that the restored journal ended with
 *
 * Superusers only: who restores a dump of an extension has to be one, and one
 * could bypass the guard anyway.  Who logged in counts, whatever SET SESSION
 * AUTHORIZATION a dump contains.
 *
 * The triggers take the publish lock, so that a COPY into our tables and the
 * commit of DDL in another worker come one after the other.  What is in the
 * store already, by the same digest, is skipped: the guard writes there what it
 * sees of the restore.  An armed guard lets others insert what they may: that
 * it was not the guard who wrote the journal is told by the chain.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "gate/phase.h"
#include "journal/journal.h"
#include "support/compat.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"

SG_FUNCTION(schema_guard_on_restore);

/* the tables of the store, whose first column is the digest of the rest */
static const SgTableShape store_shapes[] = {
	{"object_text", 4, {BYTEAOID, TEXTOID, TEXTOID, TEXTOID}},
	{"digest_list", 2, {BYTEAOID, BYTEAOID}}
};

/* Is what this session changes to be let through, because a dump is being restored? */
bool
sg_restore_is_lenient(SgPhase phase)
{
	static bool noticed = false;

	if (phase != SG_PHASE_RESTORING || !superuser_arg(GetAuthenticatedUserId()))
		return false;
	/* a dump switches notices off */
	if (!noticed)
		ereport(NOTICE,
				(errmsg("schema changes are not judged: a dump of a guarded database has been restored, and the schema is not yet the one that its journal ends with"),
				 errhint("When the restore is done, run SELECT * FROM schema_guard.verify().")));
	noticed = true;
	return true;
}

/* Is this a superuser's session, in a database where nothing was ever approved? */
bool
sg_restore_is_unarmed(SgPhase phase)
{
	bool		unarmed;

	if (phase != SG_PHASE_NEW || !superuser_arg(GetAuthenticatedUserId()))
		return false;
	sg_spi_connect();
	unarmed = sg_spi_query("SELECT FROM schema_guard.approval LIMIT 1", 0, NULL, NULL, NULL) == 0;
	sg_spi_finish();
	return unarmed;
}

/* Says so, once in a session. */
void
sg_restore_warn_unarmed(void)
{
	static bool warned = false;

	if (!warned)
		ereport(WARNING,
				(errmsg("schema changes are not refused yet: no schema was ever approved in this database"),
				 errhint("Begin with SELECT schema_guard.capture(...) and SELECT schema_guard.approve(...) of the schema as it is.")));
	warned = true;
}

/* Ends the restore if the journal ends with this state; returns whether it does. */
bool
sg_restore_reached(const char *fingerprint)
{
	if (!sg_journal_ends_with(fingerprint))
		return false;
	sg_live_set_phase(SG_PHASE_ARMED);
	return true;
}

/*
 * Arms the guard.  If a restore did not end with the state that its journal
 * ends with, the journal begins anew with the live state.  Takes the publish
 * lock if there is anything to do.
 */
void
sg_restore_arm(void)
{
	SgLiveState state;

	sg_live_state(&state);
	if (state.phase == SG_PHASE_ARMED)
		return;
	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_RESTORING && state.exists && !state.stale &&
		!sg_journal_ends_with(state.fingerprint))
	{
		SgJournalEntry entry = {0};
		SgLiveDelta delta = {0};

		entry.verdict = SG_VERDICT_BASELINE;
		entry.mode = (SgMode) sg_mode;
		entry.anonymous = true;
		strlcpy(delta.after, state.fingerprint, sizeof(delta.after));
		(void) sg_journal_write(&entry, &delta);
	}
	sg_live_set_phase(SG_PHASE_ARMED);
}

/* Ends a restore, whatever it has led to; for verify(). */
void
sg_restore_end(void)
{
	SgLiveState state;

	sg_live_state(&state);
	if (state.phase == SG_PHASE_RESTORING)
		sg_restore_arm();
}

/* a new guard: somebody fills its tables */
static void
begin_restore(void)
{
	sg_spi_connect();
	sg_spi_command("DELETE FROM schema_guard.journal_object", 0, NULL, NULL, NULL);
	sg_spi_command("DELETE FROM schema_guard.journal_entry", 0, NULL, NULL, NULL);
	sg_spi_finish();
	sg_live_set_phase(SG_PHASE_RESTORING);
}

/* BEFORE INSERT, for the statement */
static void
before_statement(void)
{
	SgLiveState state;

	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_NEW)
		begin_restore();
}

/*
 * Is nothing in the table of the scope?  A dump fills each of ours, with no rows
 * if it had none.
 */
static bool
is_empty(const char *table)
{
	bool		empty;

	/* or what this very command has inserted would not be seen */
	CommandCounterIncrement();
	sg_spi_connect();
	if (strcmp(table, "exclusion") == 0)
		empty = sg_spi_query("SELECT FROM schema_guard.exclusion LIMIT 1", 0, NULL, NULL, NULL) == 0;
	else
		empty = sg_spi_query("SELECT FROM schema_guard.guarded_facet LIMIT 1", 0, NULL, NULL, NULL) == 0;
	sg_spi_finish();
	return empty;
}

/*
 * AFTER INSERT, for the statement: the scope or the journal has come.  Nothing
 * need come after the journal where a schema has no indexes and triggers.
 */
static void
after_statement(const TriggerData *trigger)
{
	const char *table = RelationGetRelationName(trigger->tg_relation);
	SgLiveState state;

	if (strncmp(table, "journal_", 8) != 0)
	{
		if (!is_empty(table))
			sg_live_mark_stale();
		return;
	}
	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_RESTORING && state.exists && !state.stale)
		(void) sg_restore_reached(state.fingerprint);
}

/* Is a row with that digest there? */
static bool
is_stored(Relation rel, Datum digest)
{
	const char *name = RelationGetRelationName(rel);
	const SgTableShape *shape = strcmp(name, store_shapes[0].name) == 0 ?
		&store_shapes[0] : &store_shapes[1];
	SgTableKey	key = {1, BTEqualStrategyNumber, F_BYTEAEQ, digest};
	SgTable		table;
	SysScanDesc scan;
	bool		stored;

	sg_table_open(&table, shape, RowExclusiveLock);
	scan = sg_table_scan(&table, psprintf("%s_pkey", name), 1, &key);
	stored = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	sg_table_close(&table);
	return stored;
}

/* BEFORE INSERT, for each row of the store: the row, or NULL to skip it */
static HeapTuple
before_row(const TriggerData *trigger)
{
	bool		isnull;
	Datum		digest = heap_getattr(trigger->tg_trigtuple, 1,
									  RelationGetDescr(trigger->tg_relation), &isnull);

	return !isnull && is_stored(trigger->tg_relation, digest) ? NULL : trigger->tg_trigtuple;
}

/* on_restore() returns trigger */
Datum
schema_guard_on_restore(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (const TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function schema_guard.on_restore() must be called by a trigger on INSERT")));
	if (sg_spi_is_running())
		return PointerGetDatum(trigger->tg_trigtuple);
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		return PointerGetDatum(before_row(trigger));
	if (TRIGGER_FIRED_BEFORE(trigger->tg_event))
		before_statement();
	else
		after_statement(trigger);
	return PointerGetDatum(NULL);
}
