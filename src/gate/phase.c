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
 *		restoring	from the first row that anybody but the guard inserts into its
 *					tables.  What the journal has recorded until then describes the
 *					restore itself, and is deleted.  The live state is kept up to
 *					date; nothing is journaled, superusers are not judged
 *		restored	when the schema is the one that the restored journal ends
 *					with: like armed, except that the rest of the rows may still
 *					come, in any order
 *		armed		by approve(), by verify(), and when a restored schema is
 *					changed
 *
 * Superusers only: whoever restores a dump of an extension has to be one, and could
 * bypass the guard anyway.  The role that logged in counts, whatever SET SESSION
 * AUTHORIZATION a dump contains.
 *
 * Triggers (write.c) tell who writes into our tables.  They take the publish lock,
 * so that a COPY into them and the commit of DDL in another worker are serialized.
 * An armed guard accepts no rows from a dump: they belong to another database.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "gate/phase.h"
#include "journal/journal.h"
#include "journal/journal_identity.h"
#include "support/settings.h"
#include "support/spi.h"

/* Returns true if this session's changes are allowed because a dump is being restored. */
bool
sg_phase_is_lenient(SgPhase phase)
{
	static bool noticed = false;

	if (phase != SG_PHASE_RESTORING || !superuser_arg(GetAuthenticatedUserId()))
		return false;
	/* once, because a dump turns notices off */
	if (!noticed)
		ereport(NOTICE,
				(errmsg("schema changes are not judged: a dump of a guarded database has been restored, and the schema is not yet the one that its journal ends with"),
				 errhint("When the restore is done, run SELECT * FROM schema_guard.verify().")));
	noticed = true;
	return true;
}

/* Returns true in a superuser's session, in a database where nothing was ever approved. */
bool
sg_phase_is_unarmed(SgPhase phase)
{
	if (phase != SG_PHASE_NEW || !superuser_arg(GetAuthenticatedUserId()))
		return false;
	return !sg_spi_exists("SELECT FROM schema_guard.approval LIMIT 1", 0, NULL, NULL);
}

/* Warns of that, once in a session. */
void
sg_phase_warn_unarmed(void)
{
	static bool warned = false;

	if (!warned)
		ereport(WARNING,
				(errmsg("schema changes are not refused yet: no schema was ever approved in this database"),
				 errhint("Begin with SELECT schema_guard.capture(...) and SELECT schema_guard.approve(...) of the schema as it is.")));
	warned = true;
}

/* Ends the restore and returns true if the journal ends with this state. */
bool
sg_phase_reached(const char *fingerprint)
{
	if (!sg_journal_ends_with(fingerprint))
		return false;
	sg_live_set_phase(SG_PHASE_RESTORED);
	return true;
}

/*
 * Arms the guard.  If a restore did not end with the state that its journal
 * ends with, the journal starts over with the live state.  Takes the publish
 * lock if there is anything to do.
 */
void
sg_phase_arm(void)
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
		SgDelta delta = {0};

		entry.outcome = SG_OUTCOME_BASELINE;
		entry.mode = (SgMode) sg_mode;
		entry.anonymous = true;
		strlcpy(delta.after, state.fingerprint, sizeof(delta.after));
		(void) sg_journal_write(&entry, &delta);
	}
	sg_live_set_phase(SG_PHASE_ARMED);
}

/* Ends a restore, whatever its outcome.  For verify(). */
void
sg_phase_end_restore(void)
{
	SgLiveState state;

	sg_live_state(&state);
	if (state.phase != SG_PHASE_NEW)
		sg_phase_arm();
}

/* The guard is new, and its tables are being filled. */
static void
begin_restore(void)
{
	static const char *const since_1_1[] = {
		"DELETE FROM schema_guard.journal_migration",
		"DELETE FROM schema_guard.ledger_row",
		"DELETE FROM schema_guard.ledger",
		"DELETE FROM schema_guard.journal_identity"
	};

	(void) sg_spi_execute("DELETE FROM schema_guard.journal_object", 0, NULL, NULL, NULL);
	(void) sg_spi_execute("DELETE FROM schema_guard.journal_entry", 0, NULL, NULL, NULL);
	for (int i = 0; sg_journal_identity_exists() && i < lengthof(since_1_1); i++)
		(void) sg_spi_execute(since_1_1[i], 0, NULL, NULL, NULL);
	sg_live_set_phase(SG_PHASE_RESTORING);
}

/*
 * Called when a superuser is about to insert rows into one of the dumped tables.
 * Returns true if the guard accepts them, which an armed one does not.  Takes the
 * publish lock.
 */
bool
sg_phase_admits(void)
{
	SgLiveState state;

	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_NEW)
		begin_restore();
	return state.phase != SG_PHASE_ARMED;
}

/*
 * Returns true if the table of the scope is empty: a dump fills each of our tables,
 * even if only with no rows.
 */
static bool
is_empty(const char *table)
{
	/* makes visible what this very command has inserted */
	CommandCounterIncrement();
	if (strcmp(table, "exclusion") == 0)
		return !sg_spi_exists("SELECT FROM schema_guard.exclusion LIMIT 1", 0, NULL, NULL);
	return !sg_spi_exists("SELECT FROM schema_guard.guarded_facet LIMIT 1", 0, NULL, NULL);
}

/*
 * Called when anybody but the guard has inserted rows.  Those of the scope and of
 * the journal matter; in a schema without indexes and triggers the journal's may be
 * the last thing that a restore brings.
 */
void
sg_phase_filled(const char *table)
{
	SgLiveState state;

	if (strcmp(table, "exclusion") == 0 || strcmp(table, "guarded_facet") == 0)
	{
		if (!is_empty(table))
			sg_live_mark_stale();
		return;
	}
	if (strncmp(table, "journal_", 8) != 0)
		return;
	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_RESTORING && state.exists && !state.stale)
		(void) sg_phase_reached(state.fingerprint);
}
