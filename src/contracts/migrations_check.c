/*
 * contracts/migrations_check.c
 *		The rules by which a ledger has the migrations that a release was built
 *		with.
 *
 * Being newer is never wrong: servers of the version before live through a rolling
 * deploy.  So what the release does not know is a problem only if it is older than
 * what the release knows.  docs/migrations.md has the rules with their reasons.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "contracts/migrations.h"
#include "contracts/problem.h"
#include "format/name_table.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_lock.h"
#include "ledgers/ledger_read.h"
#include "ledgers/ledger_version.h"
#include "support/spi.h"
#include "support/text.h"

/* a check in progress */
typedef struct Check
{
	const SgMigrationList *declared;
	const SgLedger *ledger;
	const SgLedgerLayout *layout;
	SgLedgerRows rows;
	HTAB	   *by_key;			/* of the rows: SgLedgerRow * */
	HTAB	   *known;			/* keys of what is declared, and of what that replaces */
	const char *baseline;		/* the key of the newest baseline, or NULL */
	HTAB	   *newest_declared;	/* by line, see line_of(): the newest key that is declared */
	HTAB	   *newest_applied; /* likewise */
	HTAB	   *newest_pruned;	/* likewise: older ones need not be declared */
	int			last_applied;	/* of the declared ones that have a row, the last; or -1 */
	int			pruned_position;	/* rows before this one need not be declared */
	int			migrator;		/* its process ID; 0: none is at work, -1: nobody has looked */
	List	   *problems;
} Check;

static SgProblem *
add_problem(Check *check, SgRule rule, const char *version)
{
	SgProblem  *problem = sg_problem_add(&check->problems, rule, "ledger", check->ledger->table);

	if (version != NULL)
		problem->attribute = psprintf("migration \"%s\"", version);
	return problem;
}

static const char *
key_of(const Check *check, const char *version)
{
	return sg_ledger_version_key(check->layout, version);
}

static const SgLedgerRow *
row_of(const Check *check, const char *version)
{
	return sg_name_find(check->by_key, key_of(check, version));
}

/*
 * Returns which line a key belongs to: the order of two keys means something if
 * they are of one line.  Each Django app has its own; a repeatable has none: NULL.
 */
static const char *
line_of(const Check *check, const char *key)
{
	if (check->layout->tool == SG_TOOL_DJANGO)
		return pnstrdup(key, strcspn(key, "."));
	if (check->layout->tool == SG_TOOL_FLYWAY && strncmp(key, "R__", 3) == 0)
		return NULL;
	return "";
}

/* Notes the key in a table of the newest key of each line. */
static void
note_newest(const Check *check, HTAB *newest, const char *key)
{
	const char *line = line_of(check, key);
	void	  **known = line == NULL ? NULL : sg_name_enter(newest, line);

	if (known != NULL && (*known == NULL || sg_ledger_version_compare(check->layout, *known, key) < 0))
		*known = unconstify(char *, key);
}

/* Returns true if the key is older than the newest one of its line in such a table. */
static bool
is_older_than_newest(const Check *check, HTAB *newest, const char *key)
{
	const char *line = line_of(check, key);
	const char *known = line == NULL ? NULL : sg_name_find(newest, line);

	return known != NULL && sg_ledger_version_compare(check->layout, key, known) < 0;
}

static bool
is_below_baseline(const Check *check, const char *key)
{
	return check->baseline != NULL && sg_ledger_version_is_ordered(check->layout) &&
		line_of(check, key) != NULL &&
		sg_ledger_version_compare(check->layout, key, check->baseline) <= 0;
}

/* Returns true if the row's migration was pruned from the release's files. */
static bool
is_pruned(const Check *check, const SgLedgerRow *row)
{
	if (!sg_ledger_version_is_ordered(check->layout))
		return row - check->rows.rows < check->pruned_position;
	return is_older_than_newest(check, check->newest_pruned, row->key);
}

/*
 * Returns true if something that comes after the declared migration, which is the
 * n-th, is applied.
 */
static bool
has_later(const Check *check, const SgMigration *migration, int n)
{
	if (!sg_ledger_version_is_ordered(check->layout))
		return n < check->last_applied;
	return is_older_than_newest(check, check->newest_applied, key_of(check, migration->version));
}

/* Returns true if what the migration was made of is applied. */
static bool
is_replaced(const Check *check, const SgMigration *migration)
{
	ListCell   *lc;

	foreach(lc, migration->replaces)
	{
		if (row_of(check, lfirst(lc)) == NULL)
			return false;
	}
	return migration->replaces != NIL;
}

static void
check_missing(Check *check, const SgMigration *migration, int n)
{
	if (!is_below_baseline(check, key_of(check, migration->version)) && !is_replaced(check, migration))
		(void) add_problem(check, has_later(check, migration, n) ? SG_RULE_MIGRATION_SKIPPED :
						   SG_RULE_MIGRATION_MISSING, migration->version);
}

/* What has not finished may still be running. */
static void
check_failed(Check *check, const SgLedgerRow *row)
{
	SgProblem  *problem = add_problem(check, SG_RULE_MIGRATION_FAILED, row->version);

	problem->found = row->problem;
	if (check->migrator < 0)
		check->migrator = sg_ledger_lock_holder(check->ledger);
	if (check->migrator > 0)
	{
		problem->severity = SG_RISKY;
		problem->found = psprintf("%s, and session %d is still at work", row->problem, check->migrator);
	}
}

static char *
checksum_list(const List *checksums)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, checksums)
		appendStringInfo(&text, "%s%s", text.len > 0 ? " or " : "", (char *) lfirst(lc));
	return text.data;
}

/* Returns false if the release was built with another text of the migration. */
static bool
check_checksum(Check *check, const SgMigration *migration, const SgLedgerRow *row)
{
	SgProblem  *problem;
	ListCell   *lc;

	if (migration->checksums == NIL || row->checksum == NULL || row->checksum[0] == '\0' ||
		row->state != SG_LEDGER_APPLIED || is_below_baseline(check, row->key))
		return true;
	foreach(lc, migration->checksums)
	{
		if (sg_ledger_version_same_checksum(check->layout, row->checksum, lfirst(lc)))
			return true;
	}
	problem = add_problem(check, SG_RULE_MIGRATION_EDITED, migration->version);
	problem->needed = checksum_list(migration->checksums);
	problem->found = row->checksum;
	return false;
}

static void
check_declared(Check *check)
{
	bool		edited = false;
	ListCell   *lc;

	foreach(lc, check->declared->applied)
	{
		const SgMigration *migration = lfirst(lc);
		const SgLedgerRow *row = row_of(check, migration->version);

		CHECK_FOR_INTERRUPTS();
		if (row == NULL)
			check_missing(check, migration, foreach_current_index(lc));
		else if (row->state == SG_LEDGER_FAILED)
			check_failed(check, row);
		/* Atlas' covers all earlier files: the first that differs is the one that was edited */
		else if (!edited || check->layout->tool != SG_TOOL_ATLAS)
			edited |= !check_checksum(check, migration, row);
	}
}

/* Where the newest row is that the release knows, or -1. */
static int
newest_known(const Check *check)
{
	for (int i = check->rows.count - 1; i >= 0; i--)
	{
		if (sg_name_find(check->known, check->rows.rows[i].key) != NULL)
			return i;
	}
	return -1;
}

/* Returns true if the release knows something that comes after the row. */
static bool
knows_later(const Check *check, const SgLedgerRow *row, int newest)
{
	if (!sg_ledger_version_is_ordered(check->layout))
		return row - check->rows.rows < newest;
	return is_older_than_newest(check, check->newest_declared, row->key);
}

static void
check_unknown(Check *check)
{
	int			newest = newest_known(check);

	for (int i = 0; i < check->rows.count; i++)
	{
		const SgLedgerRow *row = &check->rows.rows[i];

		CHECK_FOR_INTERRUPTS();
		if (row->state == SG_LEDGER_BASELINE || sg_name_find(check->known, row->key) != NULL ||
			is_below_baseline(check, row->key) || is_pruned(check, row))
			continue;
		if (!knows_later(check, row, newest))
			add_problem(check, SG_RULE_MIGRATION_NEWER, row->version)->found = row->problem;
		else if (row->state == SG_LEDGER_FAILED)
			check_failed(check, row);
		else
			(void) add_problem(check, SG_RULE_MIGRATION_UNEXPECTED, row->version);
	}
}

/* A tool that stores its newest version only: what is older is applied as well. */
static void
check_head(Check *check)
{
	const SgLedgerRow *head = check->rows.count > 0 ? &check->rows.rows[0] : NULL;
	ListCell   *lc;

	if (head != NULL && sg_name_find(check->known, head->key) != NULL && head->state == SG_LEDGER_FAILED)
		check_failed(check, head);
	else
		check_unknown(check);
	foreach(lc, check->declared->applied)
	{
		const SgMigration *migration = lfirst(lc);

		if (head == NULL || sg_ledger_version_compare(check->layout, head->key, key_of(check, migration->version)) < 0)
			(void) add_problem(check, SG_RULE_MIGRATION_MISSING, migration->version);
	}
}

/* A tool that stores heads, which have no order but that of the declaration. */
static void
check_heads(Check *check)
{
	int			unknown = 0;
	int			newest = -1;
	int			position = 0;
	ListCell   *lc;

	for (int i = 0; i < check->rows.count; i++)
	{
		const SgLedgerRow *row = &check->rows.rows[i];

		if (sg_name_find(check->known, row->key) != NULL)
			continue;
		(void) add_problem(check, SG_RULE_MIGRATION_NEWER, row->version);
		unknown++;
	}
	foreach(lc, check->declared->applied)
	{
		if (row_of(check, ((SgMigration *) lfirst(lc))->version) != NULL)
			newest = position;
		position++;
	}
	/* a head that nobody here knows has all of it behind it */
	if (newest < 0 && unknown > 0)
		return;
	for (position = newest + 1; position < list_length(check->declared->applied); position++)
		(void) add_problem(check, SG_RULE_MIGRATION_MISSING,
						   ((SgMigration *) list_nth(check->declared->applied, position))->version);
}

static void
index_rows(Check *check)
{
	bool		ordered = sg_ledger_version_is_ordered(check->layout);

	check->by_key = sg_name_table("schema_guard ledger");
	check->newest_applied = sg_name_table("schema_guard applied");
	for (int i = 0; i < check->rows.count; i++)
	{
		const SgLedgerRow *row = &check->rows.rows[i];

		*sg_name_enter(check->by_key, row->key) = unconstify(SgLedgerRow *, row);
		if (ordered && row->state != SG_LEDGER_FAILED)
			note_newest(check, check->newest_applied, row->key);
		if (ordered && row->state == SG_LEDGER_BASELINE &&
			(check->baseline == NULL ||
			 sg_ledger_version_compare(check->layout, check->baseline, row->key) < 0))
			check->baseline = row->key;
	}
}

static void
index_declared(Check *check)
{
	bool		ordered = sg_ledger_version_is_ordered(check->layout);
	ListCell   *lc;
	ListCell   *lr;

	check->known = sg_name_table("schema_guard migrations");
	check->newest_declared = sg_name_table("schema_guard declared");
	check->last_applied = -1;
	foreach(lc, check->declared->applied)
	{
		SgMigration *migration = lfirst(lc);
		const char *key = key_of(check, migration->version);

		*sg_name_enter(check->known, key) = migration;
		if (ordered)
			note_newest(check, check->newest_declared, key);
		else if (sg_name_find(check->by_key, key) != NULL)
			check->last_applied = foreach_current_index(lc);
		foreach(lr, migration->replaces)
			*sg_name_enter(check->known, key_of(check, lfirst(lr))) = migration;
	}
}

static void
index_pruned(Check *check)
{
	ListCell   *lc;

	check->newest_pruned = sg_name_table("schema_guard pruned");
	foreach(lc, check->declared->pruned_below)
	{
		const SgLedgerRow *row = row_of(check, lfirst(lc));

		if (sg_ledger_version_is_ordered(check->layout))
			note_newest(check, check->newest_pruned, key_of(check, lfirst(lc)));
		else if (row != NULL)
			check->pruned_position = Max(check->pruned_position, (int) (row - check->rows.rows));
	}
}

/*
 * Adds a problem for a row of version and undone_by, if the contract declares that
 * migration as run.
 */
static void
check_undone(uint64 row, void *arg)
{
	Check	   *check = arg;
	const char *version = sg_spi_text(row, 1);

	if (row_of(check, version) != NULL && sg_name_find(check->known, key_of(check, version)) != NULL)
		add_problem(check, SG_RULE_LEDGER_DISAGREES, version)->found =
			psprintf("journal entry %s", sg_spi_text(row, 2));
}

/* What the journal knows better: the row is there, and the state that it led to is not. */
static void
check_history(Check *check)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(check->ledger->table);

	(void) sg_spi_read("SELECT version, undone_by FROM schema_guard.migration_state"
					   " WHERE ledger = $1 AND undone_by IS NOT NULL", 1, types, &value,
					   check_undone, check);
}

/* Adds what of one tool's migrations does not hold. */
static void
check_ledger(Check *check, bool with_history)
{
	check->layout = check->ledger->layout;
	if (!sg_ledger_read(check->ledger, &check->rows))
	{
		/* whoever has locked it is changing it: not to be waited for, nor a reason to refuse */
		ereport(WARNING,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("ledger %s was not checked: another session has locked it", check->ledger->table)));
		return;
	}
	index_rows(check);
	index_declared(check);
	index_pruned(check);
	if (check->layout->order == SG_LEDGER_HEADS)
		check_heads(check);
	else if (check->layout->order == SG_LEDGER_HEAD)
		check_head(check);
	else
	{
		check_declared(check);
		check_unknown(check);
	}
	if (with_history)
		check_history(check);
}

/* Says that there is no ledger, or that it is not clear which it is. */
static void
add_ledger_missing(List **problems, const SgMigrationList *declared, const List *found)
{
	SgProblem  *problem = sg_problem_add(problems, SG_RULE_LEDGER_MISSING, "ledger",
										 declared->table != NULL ? declared->table : declared->tool);
	StringInfoData names;
	ListCell   *lc;

	problem->needed = declared->tool;
	if (found == NIL)
		return;
	initStringInfo(&names);
	foreach(lc, found)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", ((SgLedger *) lfirst(lc))->table);
	problem->found = names.data;
}

/*
 * Returns what of the declared migrations does not hold: a List of SgProblem *.  As
 * the owner.  "with_history" has the journal asked as well, which takes longer.
 */
List *
sg_migrations_check(const List *declared, bool with_history)
{
	List	   *problems = NIL;
	ListCell   *lc;

	foreach(lc, declared)
	{
		Check		check = {.declared = lfirst(lc),.migrator = -1};
		List	   *ledgers = sg_ledger_find_of(check.declared->tool, check.declared->table);

		if (list_length(ledgers) != 1)
		{
			add_ledger_missing(&problems, check.declared, ledgers);
			continue;
		}
		check.ledger = linitial(ledgers);
		check_ledger(&check, with_history);
		problems = list_concat(problems, check.problems);
	}
	return problems;
}
