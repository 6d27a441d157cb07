/*
 * gate/commit.c
 *		What the gate does when a transaction that ran DDL commits.
 *
 * Under the publish lock (state/live_state.c): whatever the live state had missed
 * before this transaction is journaled without an author; the catalogs, with this
 * transaction's changes, are compared with the live state; gate/judge.c decides;
 * the new state is published and the journal written.  All of it happens in the
 * transaction itself, so that state, journal and schema cannot disagree.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "format/diff.h"
#include "gate/case.h"
#include "gate/commit.h"
#include "gate/ledgers.h"
#include "gate/phase.h"
#include "gate/refusal.h"
#include "incidents/posting.h"
#include "journal/journal.h"
#include "releases/fit.h"
#include "releases/impact.h"
#include "rules/rule.h"
#include "state/live_bucket.h"
#include "state/live_publish.h"
#include "state/member_list.h"
#include "state/refused.h"
#include "state/touched.h"
#include "support/declaration.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/settings.h"
#include "support/text.h"

/* Returns true if only invalid indexes differ: those that a command with CONCURRENTLY is building. */
static bool
only_invalid_indexes(const List *changes)
{
	ListCell   *lc;

	foreach(lc, changes)
	{
		const SgItemChange *change = lfirst(lc);

		if (change->attribute == NULL || !sg_item_attribute_is(change->attribute, SG_ITEM_INVALID_INDEX))
			return false;
	}
	return true;
}

/*
 * The mode to judge in.  A command that has committed before can no longer be
 * undone: refusing the rest of it would leave a state that nobody wanted.
 */
static SgMode
applicable_mode(const SgCommit *transaction, const SgDelta *outcome)
{
	if (transaction->unfinished && sg_mode != SG_MODE_OFF)
		return only_invalid_indexes(outcome->changes) ? SG_MODE_OBSERVE : Min(sg_mode, SG_MODE_WARN);
	return (SgMode) sg_mode;
}

/* Returns the text with which the change is refused or warned of. */
static SgRefusal *
refusal_of(const SgCommit *transaction, const SgJudgedCase *judged)
{
	if (judged->judgement.reason == SG_REASON_BREAKS_RELEASE)
		return sg_refusal_broken(judged->outcome, judged->broken);
	if (judged->judgement.reason == SG_REASON_OUT_OF_ORDER)
		return sg_refusal_out_of_order(judged->outcome, transaction->statements);
	return sg_refusal_unapproved(judged->outcome, transaction->statements);
}

/* Counts, keeps and logs a refusal. */
static void
record_refusal(const SgCommit *transaction, const SgJudgedCase *judged, const SgRefusal *refusal)
{
	sg_refused_note(SG_REFUSED_CHANGE, transaction->role, refusal->sqlstate, refusal->message);
	ereport(LOG,
			(errmsg("schema change refused: %s, role \"%s\", session role \"%s\"",
					sg_judge_reason_name(judged->judgement.reason),
					transaction->role != NULL ? sg_text_escape_unmappable(transaction->role) : "",
					sg_text_escape_unmappable(GetUserNameFromId(GetSessionUserId(), false))),
			 errdetail_log("The resulting schema would have been %s, %d items differ.",
						   judged->outcome->after,
						   list_length(judged->outcome->changes))));
}

/* Returns what the migration rules say of the transaction, unless they are off. */
static List *
check_rules(const SgCommit *transaction, const SgDelta *outcome)
{
	List	   *relids = NIL;
	int			count;
	SgTouched  *touched;

	if (sg_migration_rules == SG_MIGRATION_RULES_OFF)
		return NIL;
	touched = sg_touched_objects(&count);
	for (int i = 0; i < count; i++)
	{
		const ObjectAddress *address = &touched[i].address;

		if (address->classId == RelationRelationId && OidIsValid(address->objectId) &&
			touched[i].source != SG_TOUCHED_CREATED)
			relids = lappend_oid(relids, address->objectId);
	}
	list_sort(relids, list_oid_cmp);
	list_deduplicate_oid(relids);
	return sg_rule_check(relids, outcome, transaction->builds_index || transaction->unfinished,
						 GetCurrentTimestamp());
}

/* Tells the client what the migration rules say. */
static void
tell_rules(const List *findings)
{
	ListCell   *lc;

	foreach(lc, findings)
	{
		const SgRuleFinding *finding = lfirst(lc);

		if (finding->told)
			continue;
		ereport(sg_rule_is_warning(finding->rule) ? WARNING : NOTICE,
				(errcode(ERRCODE_SG_MIGRATION_RULE),
				 errmsg("migration rule \"%s\": %s", sg_rule_name(finding->rule),
						sg_text_escape_unmappable(finding->message))));
	}
}

/*
 * Returns true if the migration rules refuse the transaction: unless it is bypassed,
 * or cannot be undone any more.
 */
static bool
rules_refuse(const SgCommit *transaction, const SgJudgedCase *judged)
{
	return sg_migration_rules == SG_MIGRATION_RULES_ERROR && !transaction->unfinished &&
		!judged->facts.bypassed && !judged->facts.restoring && sg_mode != SG_MODE_OFF &&
		sg_rule_warnings(judged->rule_findings) != NIL;
}

/* Returns the refusal, in memory that outlives the gate's. */
static SgRefusal *
refuse(const SgCommit *transaction, const SgJudgedCase *judged)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	SgRefusal  *refusal;

	refusal = judged->judgement.verdict == SG_REFUSE ? refusal_of(transaction, judged) :
		sg_refusal_rules(sg_rule_warnings(judged->rule_findings));
	record_refusal(transaction, judged, refusal);
	MemoryContextSwitchTo(old);
	return refusal;
}

/* Journals the delta.  The clues to errors that it may cause are posted when it is committed. */
static void
write_entry(SgJournalEntry *entry, const SgDelta *delta, const List *rule_findings)
{
	SgClueOrigin origin = {0};

	entry->changed_at = GetCurrentTimestamp();
	origin.journal_id = sg_journal_write(entry, delta);
	sg_rule_journal(origin.journal_id, rule_findings);
	if (!entry->anonymous)
		sg_ledgers_written(entry, origin.journal_id);
	origin.changed_at = entry->changed_at;
	origin.changed_by = entry->role;
	origin.application_name = entry->anonymous ? NULL : application_name;
	/* the first state is no change */
	if (delta->before[0] != '\0')
		sg_posting_note(delta->changes, &origin);
}

/*
 * Makes the change the live state and journals it, except during a restore.  Returns
 * true if it was journaled.
 */
static bool
publish(const SgCommit *transaction, const SgJudgedCase *judged, const SgDelta *actual,
		SgPhase phase)
{
	SgJournalEntry entry = {0};
	const char *breaks;

	sg_live_publish(actual);
	if (phase == SG_PHASE_RESTORING)
	{
		(void) sg_phase_reached(actual->after);
		return false;
	}
	if (phase == SG_PHASE_RESTORED && strcmp(actual->before, actual->after) != 0)
		sg_phase_arm();
	sg_fit_carry_over(actual);
	if (strcmp(actual->before, actual->after) == 0)
		return false;
	entry.outcome = judged->judgement.verdict == SG_WARN ? SG_OUTCOME_WARNED :
		sg_judge_reason_name(judged->judgement.reason);
	entry.mode = (SgMode) sg_mode;
	if (judged->judgement.verdict == SG_WARN)
		entry.reason = sg_judge_reason_name(judged->judgement.reason);
	else if (judged->judgement.reason == SG_REASON_BYPASS)
		entry.reason = sg_bypass;
	else if (judged->judgement.reason == SG_REASON_WINDOW)
	{
		entry.reason = judged->window_reason;
		entry.window_id = judged->window_id;
	}
	breaks = sg_impact_text(judged->broken);
	if (breaks != NULL)
		entry.reason = entry.reason == NULL ? breaks : psprintf("%s; %s", entry.reason, breaks);
	entry.role = transaction->role;
	entry.release = sg_declaration()[0] != '\0' ? sg_declaration() : NULL;
	entry.statements = transaction->statements;
	sg_ledgers_journal_found(transaction->migrations, actual->before);
	sg_ledgers_fill(&entry, transaction->migrations);
	write_entry(&entry, actual, judged->rule_findings);
	sg_ledgers_renew(transaction->migrations, actual->after);
	return true;
}

/* Returns true if all tables of the live state say what the catalogs say. */
static bool
is_as_published(const SgDelta *delta)
{
	SgDigest	buckets[SG_BUCKETS];

	sg_live_bucket_digests(buckets);
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		SgDigestSet members;

		if (!sg_live_bucket_members(i, &delta->buckets[i], &members))
			return false;
		pfree(members.members);
	}
	return delta->objects == NIL && delta->rekeyed == NIL &&
		strcmp(delta->before, delta->after) == 0 &&
		memcmp(buckets, delta->buckets, sizeof(buckets)) == 0;
}

/* Journals missed changes without an author, because nobody knows who made them. */
static void
journal_missed(const SgDelta *missed, const char *outcome)
{
	SgJournalEntry entry = {0};

	if (strcmp(missed->before, missed->after) == 0)
		return;
	entry.outcome = outcome;
	entry.mode = (SgMode) sg_mode;
	entry.anonymous = true;
	write_entry(&entry, missed, NIL);
}

/* Makes what was missed the live state, without a judgement; reads the state again. */
static void
publish_missed(const SgDelta *missed, SgLiveState *state)
{
	sg_live_publish(missed);
	if (state->phase == SG_PHASE_RESTORING)
		(void) sg_phase_reached(missed->after);
	else
	{
		sg_fit_carry_over(missed);
		journal_missed(missed, state->exists ? SG_OUTCOME_UNOBSERVED : SG_OUTCOME_BASELINE);
	}
	sg_live_state(state);
}

/*
 * Brings the live state up to date in a transaction without changes of its own,
 * which need not be told from missed ones.  Returns the missed changes.  Call under
 * the publish lock.
 */
SgDelta *
sg_commit_catch_up(void)
{
	SgDelta    *missed;
	SgLiveState state;

	sg_member_list_adopt();
	missed = sg_delta_full(sg_image_of_live_state(), false);
	sg_live_state(&state);
	if (!state.exists || state.stale || !is_as_published(missed))
		publish_missed(missed, &state);
	return missed;
}

/*
 * Returns true if the live state matches the catalogs.  Needs no publish lock:
 * whoever publishes meanwhile changes the version of the live state.
 */
bool
sg_commit_is_current(void)
{
	SgLiveState before;
	SgLiveState after;
	SgDelta    *delta;

	sg_live_state(&before);
	if (!before.exists || before.stale)
		return false;
	delta = sg_delta_full(sg_image_of_live_state(), false);
	if (!is_as_published(delta))
		return false;
	AcceptInvalidationMessages();
	sg_live_state(&after);
	return !after.stale && sg_live_same_version(before.version, after.version);
}

/*
 * Brings a stale live state up to date with what others have changed.  "missed" is
 * what was found before this transaction changed anything, or NULL; it is useless
 * if somebody has published since, or noted that more was missed.  Later changes are
 * those of objects that this transaction has not touched; where that is unknown,
 * they count as this transaction's.
 */
static void
catch_up_with_others(const SgDelta *missed, SgLiveState *state)
{
	if (missed != NULL && sg_live_same_version(state->version, missed->version))
		publish_missed(missed, state);
	if (state->exists && state->stale)
	{
		missed = sg_delta_by_others(state);
		if (missed != NULL)
			publish_missed(missed, state);
	}
}

/* Returns what the transaction changes, from what it has touched if that is enough to tell. */
static SgDelta *
compare(const SgLiveState *state, bool as_if_complete)
{
	SgDelta    *delta = sg_delta_touched(state, as_if_complete);

	if (delta != NULL)
		return delta;
	delta = sg_delta_full(sg_image_of_live_state(), as_if_complete);
	delta->fallback = true;
	return delta;
}

/*
 * The gate.  Returns NULL if the transaction may commit, after publishing and
 * journaling what it changed (*published says whether there was anything);
 * otherwise returns the refusal to raise, in the transaction's memory.  Runs as the
 * owner (sg_owner_enter), in a subtransaction of its own.
 */
SgRefusal *
sg_commit_judge(const SgCommit *transaction, SgPublished *published)
{
	SgDelta    *outcome;
	SgDelta    *actual;
	SgLiveState state;
	SgCircumstances circumstances = {0};
	SgJudgedCase judged;
	SgLiveVersion found;
	bool		changed;
	bool		journaled = false;

	*published = SG_PUBLISHED_NOTHING;
	sg_extension_require_version();
	CommandCounterIncrement();
	sg_live_lock();
	sg_live_state(&state);
	found = state.version;
	if (!state.exists || state.stale)
		sg_member_list_adopt();
	catch_up_with_others(transaction->missed, &state);
	outcome = compare(&state, transaction->builds_index);
	circumstances.mode = applicable_mode(transaction, outcome);
	circumstances.phase = state.phase;
	/* CREATE INDEX CONCURRENTLY passes through an intermediate state */
	circumstances.steps = transaction->builds_index ? 2 : 1;
	judged = sg_case_judge(outcome, &circumstances);
	if (judged.judgement.verdict == SG_REFUSE)
		return refuse(transaction, &judged);
	judged.rule_findings = check_rules(transaction, outcome);
	if (rules_refuse(transaction, &judged))
		return refuse(transaction, &judged);
	tell_rules(judged.rule_findings);
	/* before anything is published, so that the text is the one that enforce would give */
	if (judged.judgement.verdict == SG_WARN)
		sg_refusal_raise(WARNING, refusal_of(transaction, &judged));
	else if (judged.judgement.reason == SG_REASON_NOTHING_APPROVED)
		sg_phase_warn_unarmed();
	actual = transaction->builds_index ? compare(&state, false) : outcome;
	changed = actual->objects != NIL || actual->rekeyed != NIL;
	if (changed)
		*published = SG_PUBLISHED_OWN;
	else if (!state.exists || state.stale || !sg_live_same_version(found, state.version))
		*published = SG_PUBLISHED_MISSED;
	if (changed || !state.exists || state.stale)
		journaled = publish(transaction, &judged, actual, state.phase);
	if (!journaled && transaction->migrations != NIL)
	{
		sg_ledgers_journal_alone(transaction->migrations, transaction->role);
		*published = SG_PUBLISHED_OWN;
	}
	return NULL;
}
