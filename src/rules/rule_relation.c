/*
 * rules/rule_relation.c
 *		What the transaction has done to a relation, and how it holds it.
 *
 * Until the end of the transaction, the relation cache knows what it has created
 * and what has got another file. A relation counts as locked if others cannot write
 * to it: with ShareLock or stronger.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "rules/held_lock.h"
#include "rules/rule.h"
#include "rules/scanned.h"
#include "support/compat.h"
#include "support/settings.h"

static bool
is_rewritten(Relation rel)
{
	return sg_compat_first_file_subid(rel) != InvalidSubTransactionId;
}

/* the table that findings are about */
typedef struct Subject
{
	Relation	rel;
	const char *type;
	const char *identity;
	const char *size;
} Subject;

static void
add(List **findings, SgMigrationRule rule, const Subject *subject, const char *what)
{
	sg_rule_add(findings, rule, subject->type, subject->identity,
				psprintf("%s %s (%s) %s", subject->type, subject->identity, subject->size, what));
}

/* Returns the strongest lock that the transaction holds, if it keeps others from writing. */
static LOCKMODE
blocking_lock(Relation rel)
{
	for (LOCKMODE mode = AccessExclusiveLock; mode >= ShareLock; mode--)
	{
		if (CheckRelationLockedByMe(rel, mode, false))
			return mode;
	}
	return NoLock;
}

/* Returns true if another session waits for a lock that the transaction holds. */
static bool
has_waiters(Relation rel)
{
	for (LOCKMODE mode = AccessExclusiveLock; mode >= ShareLock; mode--)
	{
		if (CheckRelationLockedByMe(rel, mode, false) && LockHasWaitersRelation(rel, mode))
			return true;
	}
	return false;
}

/* Adds findings about indexes that the transaction has built, and about invalid ones. */
static void
check_indexes(List **findings, const Subject *subject, bool rewritten, bool unfinished)
{
	List	   *indexes = RelationGetIndexList(subject->rel);
	ListCell   *lc;

	foreach(lc, indexes)
	{
		Relation	index = RelationIdGetRelation(lfirst_oid(lc));
		char	   *name;

		if (!RelationIsValid(index))
			continue;
		name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(index)),
										  RelationGetRelationName(index));
		if (index->rd_createSubid != InvalidSubTransactionId)
		{
			if (!rewritten && index->rd_index->indisvalid)
				add(findings, SG_RULE_INDEX_BUILT, subject,
					psprintf("could not be written to while index %s was built", name));
		}
		else if (!index->rd_index->indisvalid && !unfinished)
			add(findings, SG_RULE_INVALID_INDEX, subject, psprintf("has an index that is not valid: %s", name));
		RelationClose(index);
	}
}

/*
 * Says that a command has read the table for something that is no item of it, such as
 * the bound of a partition, unless something else that was found says that it was read.
 */
static void
check_scanned(List **findings, const Subject *subject)
{
	ListCell   *lc;

	if (!sg_scanned_by_command(RelationGetRelid(subject->rel)))
		return;
	foreach(lc, *findings)
	{
		const SgRuleFinding *finding = lfirst(lc);

		if (finding->rule <= SG_RULE_TABLE_SCANNED && strcmp(finding->identity, subject->identity) == 0)
			return;
	}
	add(findings, SG_RULE_TABLE_SCANNED, subject,
		"was read from end to end, and nobody could write to it meanwhile");
}

static char *
seconds(int64 microseconds)
{
	return psprintf("%.1f s", microseconds / (double) USECS_PER_SEC);
}

/* For how long the transaction has held AccessExclusiveLock, and what it has run meanwhile. */
static void
check_time(List **findings, const Subject *subject, TimestampTz until)
{
	const SgHeldLock *lock = sg_held_lock_find(RelationGetRelid(subject->rel));
	int64		limit = (int64) sg_migration_rules_time * 1000;

	if (lock == NULL)
		return;
	if (until - lock->since >= limit)
		add(findings, SG_RULE_LOCK_HELD_LONG, subject,
			psprintf("was locked by AccessExclusiveLock for %s", seconds(until - lock->since)));
	if (lock->busy > 0 && lock->busy >= limit)
		add(findings, SG_RULE_STATEMENTS_UNDER_LOCK, subject,
			psprintf("was locked by AccessExclusiveLock while other statements ran for %s, the longest (%s) for %s",
					 seconds(lock->busy), lock->longest_tag, seconds(lock->longest)));
}

static void
check_table(List **findings, const Subject *subject, bool unfinished, TimestampTz until)
{
	LOCKMODE	mode = blocking_lock(subject->rel);
	bool		rewritten = mode == AccessExclusiveLock && is_rewritten(subject->rel);

	if (rewritten)
		add(findings, SG_RULE_TABLE_REWRITTEN, subject,
			"was rewritten, and nobody could read it meanwhile");
	check_indexes(findings, subject, rewritten, unfinished);
	sg_rule_check_dropped_columns(findings, subject->rel, subject->type, subject->identity, subject->size);
	if (mode == AccessExclusiveLock && LockTimeout == 0)
		add(findings, SG_RULE_LOCK_WITHOUT_TIMEOUT, subject,
			"was locked by AccessExclusiveLock without a lock_timeout, behind which everybody queues");
	if (mode >= ShareRowExclusiveLock)
		check_scanned(findings, subject);
	if (mode == AccessExclusiveLock)
		check_time(findings, subject, until);
	if (mode != NoLock && has_waiters(subject->rel))
		add(findings, SG_RULE_SESSIONS_WAITING, subject, "is locked, and other sessions wait for it");
}

/* Checks a relation that the transaction may have touched. */
void
sg_rule_check_relation(List **findings, Oid relid, bool unfinished, TimestampTz until)
{
	Relation	rel = RelationIdGetRelation(relid);
	Subject		subject = {rel};

	if (!RelationIsValid(rel))
		return;
	if ((rel->rd_rel->relkind == RELKIND_RELATION || rel->rd_rel->relkind == RELKIND_MATVIEW) &&
		rel->rd_createSubid == InvalidSubTransactionId && sg_rule_concerns(rel->rd_rel) &&
		CheckRelationLockedByMe(rel, ShareUpdateExclusiveLock, true))
	{
		int64		kilobytes = sg_rule_kilobytes(rel);

		if (kilobytes >= sg_migration_rules_size)
		{
			subject.type = rel->rd_rel->relkind == RELKIND_MATVIEW ? "materialized view" : "table";
			subject.identity = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)),
														  RelationGetRelationName(rel));
			subject.size = sg_rule_size(kilobytes, rel->rd_rel->reltuples);
			check_table(findings, &subject, unfinished, until);
		}
	}
	RelationClose(rel);
}
