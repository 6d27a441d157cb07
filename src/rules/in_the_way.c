/*
 * rules/in_the_way.c
 *		Whose transactions a command is going to wait for.
 *
 * While a command waits for a lock, whoever wants the table later queues behind
 * it.  So this is looked at and told before the command begins, when somebody can
 * still do something about it; once the command has its lock, nobody is in its
 * way any more.  Whether somebody else has locked a table costs little to
 * find out; who that is, and since when, is asked only then.
 *
 * A command with CONCURRENTLY waits for old snapshots as well, whether or not
 * their owners have looked at the table.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalogs/relation_kind.h"
#include "rules/in_the_way.h"
#include "rules/locking.h"
#include "rules/rule.h"
#include "state/touched.h"
#include "support/array.h"
#include "support/errors.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

/* what was found of a command; it is forgotten if its subtransaction is rolled back */
typedef struct Note
{
	SubTransactionId subid;
	SgRuleFinding finding;
} Note;

static struct
{
	List	   *suspects;		/* of SgLocking *: what the command that begins may wait for */
	SubTransactionId subid;		/* in which it runs */
	List	   *notes;			/* of Note * */
	MemoryContext context;		/* theirs, or NULL */
}			way;

static bool
is_locked_by_others(const SgLocking *table)
{
	LOCKTAG		tag;
	int			count;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, table->relid);
	pfree(GetLockConflicts(&tag, table->mode, &count));
	return count > 0;
}

/*
 * Returns true if a command that is about to lock these tables, a List of SgLocking *,
 * may have to wait for others;
 * then sg_in_the_way_look() finds out for whom.
 */
bool
sg_in_the_way_suspected(const List *tables)
{
	ListCell   *lc;

	way.suspects = NIL;
	way.subid = GetCurrentSubTransactionId();
	foreach(lc, tables)
	{
		SgLocking  *table = lfirst(lc);

		if (table->concurrent || is_locked_by_others(table))
			way.suspects = lappend(way.suspects, table);
	}
	return way.suspects != NIL;
}

/* Returns the names of the lock modes that conflict with this one, a text[]. */
static Datum
conflicting_modes(LOCKMODE mode)
{
	List	   *names = NIL;

	for (LOCKMODE other = AccessShareLock; other <= AccessExclusiveLock; other++)
	{
		if (DoLockModesConflict(mode, other))
			names = lappend(names, unconstify(char *, GetLockmodeName(DEFAULT_LOCKMETHOD, other)));
	}
	return sg_array_of_list(names);
}

/*
 * Returns the oldest transaction in the way, in words, or NULL if there is no old one.  Since when
 * it is open, pg_stat_activity shows only to some: likewise here.
 */
static char *
oldest(const SgLocking *table)
{
	Oid			types[] = {OIDOID, TEXTARRAYOID, BOOLOID, INT4OID, OIDOID};
	Datum		values[] = {
		ObjectIdGetDatum(table->relid), conflicting_modes(table->mode), BoolGetDatum(table->concurrent),
		Int32GetDatum(sg_migration_rules_time), ObjectIdGetDatum(GetOuterUserId())
	};
	char	   *text;

	/* what the transaction has seen of them may be old */
	pgstat_clear_snapshot();
	text = sg_spi_fetch_text(
		"WITH lock AS MATERIALIZED ("
		" SELECT pid, virtualtransaction FROM pg_locks"
		"  WHERE granted AND locktype = 'relation' AND relation = $1 AND mode = ANY ($2)"
		"    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
		"    AND pid IS DISTINCT FROM pg_backend_pid()), "
		"holder AS ("
		" SELECT format('the transaction of session %s (%s)', a.pid, coalesce('role ' || a.usename, a.backend_type)) AS who,"
		"        a.xact_start AS since,"
		"        pg_has_role($5, 'pg_read_all_stats', 'USAGE') OR coalesce(pg_has_role($5, a.usesysid, 'USAGE'), false) AS shown"
		"   FROM pg_stat_activity a"
		"  WHERE a.pid IN (SELECT pid FROM lock)"
		"     OR $3 AND a.backend_xmin IS NOT NULL AND a.datname = current_database()"
		"        AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()"
		" UNION ALL"
		" SELECT format('the prepared transaction %L', gid), prepared, true FROM pg_prepared_xacts"
		"  WHERE transaction IN (SELECT x.transactionid FROM pg_locks x JOIN lock USING (virtualtransaction)"
								"                         WHERE lock.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid')) "
		"SELECT format('%s%s%s', who,"
		"              CASE WHEN shown THEN format(', open for %s s', floor(extract(epoch FROM clock_timestamp() - since))) END,"
		"              CASE WHEN count(*) OVER () > 1 THEN format(' (and %s more)', count(*) OVER () - 1) END)"
		"  FROM holder WHERE clock_timestamp() - since >= make_interval(secs => $4 / 1000.0) ORDER BY since LIMIT 1",
		lengthof(types), types, values);
	pgstat_clear_snapshot();
	return text;
}

/*
 * Returns the size of a table, without waiting for anybody: where somebody has locked
 * it against reading, that of its last ANALYZE.
 */
static int64
kilobytes_now(const FormData_pg_class *relation)
{
	int64		kilobytes = (int64) relation->relpages * (BLCKSZ / 1024);
	Relation	rel;

	if (!ConditionalLockRelationOid(relation->oid, AccessShareLock))
		return kilobytes;
	rel = RelationIdGetRelation(relation->oid);
	if (RelationIsValid(rel))
	{
		kilobytes = sg_rule_kilobytes(rel);
		RelationClose(rel);
	}
	UnlockRelationOid(relation->oid, AccessShareLock);
	return kilobytes;
}

/* Adds a note, and tells the client. */
static void
add_note(SgRuleFinding *finding)
{
	MemoryContext old;
	Note	   *note;

	if (way.context == NULL)
		way.context = AllocSetContextCreate(TopMemoryContext, "schema_guard in the way", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(way.context);
	note = palloc(sizeof(Note));
	note->subid = way.subid;
	note->finding.rule = SG_RULE_TRANSACTION_IN_THE_WAY;
	note->finding.type = finding->type;
	note->finding.identity = pstrdup(finding->identity);
	note->finding.message = pstrdup(finding->message);
	note->finding.told = true;
	way.notes = lappend(way.notes, note);
	MemoryContextSwitchTo(old);
	ereport(NOTICE,
			(errcode(ERRCODE_SG_MIGRATION_RULE),
			 errmsg("migration rule \"%s\": %s", sg_rule_name(note->finding.rule),
					sg_text_escape_unmappable(note->finding.message))));
}

static void
look_at(const SgLocking *table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table->relid));
	Form_pg_class relation;
	SgRuleFinding finding = {0};
	int64		kilobytes;
	char	   *who;

	if (!HeapTupleIsValid(tuple))
		return;
	relation = (Form_pg_class) GETSTRUCT(tuple);
	kilobytes = sg_rule_concerns(relation) && RELKIND_HAS_STORAGE(relation->relkind) ? kilobytes_now(relation) : -1;
	who = kilobytes >= sg_migration_rules_size ? oldest(table) : NULL;
	if (who != NULL)
	{
		finding.type = sg_relation_kind_name(relation->relkind);
		finding.identity = quote_qualified_identifier(get_namespace_name(relation->relnamespace),
													  NameStr(relation->relname));
		finding.message = psprintf("the command on %s %s (%s) waits for %s",
								   finding.type, finding.identity, sg_rule_size(kilobytes, relation->reltuples), who);
		add_note(&finding);
	}
	ReleaseSysCache(tuple);
}

/* SgGuardedWork: looks for old transactions that the command will wait for.  Keeps nothing locked. */
bool
sg_in_the_way_look(void)
{
	ListCell   *lc;

	foreach(lc, way.suspects)
		look_at(lfirst(lc));
	return false;
}

/* Adds what was found of the commands of this transaction. */
void
sg_in_the_way_findings(List **findings)
{
	ListCell   *lc;

	foreach(lc, way.notes)
		*findings = lappend(*findings, &((Note *) lfirst(lc))->finding);
}

/* Forgets the notes of a transaction, unless a command goes on, which is journaled at its end. */
void
sg_in_the_way_transaction_event(XactEvent event)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	if (way.context == NULL || (event == XACT_EVENT_COMMIT && sg_touched_in_command()))
		return;
	MemoryContextDelete(way.context);
	way.context = NULL;
	way.notes = NIL;
}

/* Notes of a subtransaction become its parent's, or are forgotten. */
void
sg_in_the_way_subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent)
{
	ListCell   *lc;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach(lc, way.notes)
	{
		Note	   *note = lfirst(lc);

		if (note->subid != subid)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			note->subid = parent;
		else
			way.notes = foreach_delete_current(way.notes, lc);
	}
}
