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
 *		restored	when the schema is the one that the restored journal ends
 *					with: as armed, but for the rest of the rows, which come
 *					in any order
 *		armed		by approve(), by verify(), and when a restored schema is
 *					changed
 *
 * Superusers only: who restores a dump of an extension has to be one, and one
 * could bypass the guard anyway.  Who logged in counts, whatever SET SESSION
 * AUTHORIZATION a dump contains.
 *
 * Who writes into our tables is told by triggers (write.c), which take the
 * publish lock, so that a COPY into them and the commit of DDL in another worker
 * come one after the other.  An armed guard takes no rows of a dump: they are
 * another database's.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"

#include "gate/phase.h"
#include "journal/journal.h"
#include "journal/journal_identity.h"
#include "support/settings.h"
#include "support/spi.h"

/* Is what this session changes to be let through, because a dump is being restored? */
bool
sg_phase_is_lenient(SgPhase phase)
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
sg_phase_is_unarmed(SgPhase phase)
{
	if (phase != SG_PHASE_NEW || !superuser_arg(GetAuthenticatedUserId()))
		return false;
	return !sg_spi_exists("SELECT FROM schema_guard.approval LIMIT 1", 0, NULL, NULL);
}

/* Says so, once in a session. */
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

/* Ends the restore if the journal ends with this state; returns whether it does. */
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

/* Ends a restore, whatever it has led to; for verify(). */
void
sg_phase_end_restore(void)
{
	SgLiveState state;

	sg_live_state(&state);
	if (state.phase != SG_PHASE_NEW)
		sg_phase_arm();
}

/* a new guard: somebody fills its tables */
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
 * A superuser is about to insert rows into one of the dumped tables.  Takes the
 * publish lock; returns whether the guard takes them: one that is armed does not.
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
 * Is nothing in the table of the scope?  A dump fills each of ours, with no rows
 * if it had none.
 */
static bool
is_empty(const char *table)
{
	/* or what this very command has inserted would not be seen */
	CommandCounterIncrement();
	if (strcmp(table, "exclusion") == 0)
		return !sg_spi_exists("SELECT FROM schema_guard.exclusion LIMIT 1", 0, NULL, NULL);
	return !sg_spi_exists("SELECT FROM schema_guard.guarded_facet LIMIT 1", 0, NULL, NULL);
}

/*
 * Rows have been inserted by somebody else than the guard: of interest are those
 * of the scope and of the journal.  Nothing need come after the journal where a
 * schema has no indexes and triggers.
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
