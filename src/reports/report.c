/*
 * reports/report.c
 *		Reports: what a function found, as one list, independent of any format.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "format/digest.h"
#include "reports/report.h"
#include "support/settings.h"
#include "support/text.h"

/* maximum length of a rule's name that is made from an attribute, in bytes */
#define MAX_RULE_LEN 63

static const char *const level_names[SG_NUM_LEVELS] = {
	[SG_LEVEL_NOTE] = "note",
	[SG_LEVEL_WARNING] = "warning",
	[SG_LEVEL_ERROR] = "error"
};

/* Returns the name of a level, a constant. */
const char *
sg_report_level_name(SgLevel level)
{
	return level_names[level];
}

/* Returns a copy that can be sent to every client, or NULL for NULL. */
static const char *
sendable(const char *text)
{
	return text == NULL ? NULL : sg_text_escape_unmappable(text);
}

/* Begins a report without findings. */
SgReport *
sg_report_begin(const char *what)
{
	SgReport   *report = palloc0(sizeof(SgReport));

	report->what = what;
	report->file = sendable(sg_schema_file);
	sg_report_fact(report, "database", "Database", get_database_name(MyDatabaseId));
	return report;
}

/* Adds a fact about the report as a whole, unless its value is NULL. */
void
sg_report_fact(SgReport *report, const char *key, const char *label, const char *value)
{
	SgFact	   *fact;

	if (value == NULL)
		return;
	fact = palloc(sizeof(SgFact));
	fact->key = key;
	fact->label = label;
	fact->value = sendable(value);
	report->facts = lappend(report->facts, fact);
}

/* Adds a finding, for the caller to fill in. */
SgFinding *
sg_report_finding(SgReport *report, const char *rule, SgLevel level)
{
	SgFinding  *finding = palloc0(sizeof(SgFinding));

	finding->rule = rule;
	finding->level = level;
	finding->place = list_length(report->findings);
	report->findings = lappend(report->findings, finding);
	return finding;
}

/*
 * Returns the rule of a change: the words of the attribute, or else of the object's
 * type, and the kind of change, such as column_removed.
 */
static const char *
change_rule(const SgItemChange *change)
{
	const char *words = change->attribute != NULL ? change->attribute : change->type;
	StringInfoData rule;

	initStringInfo(&rule);
	for (; (*words >= 'a' && *words <= 'z') || *words == ' ' || *words == '-'; words++)
	{
		if (rule.len < MAX_RULE_LEN)
			appendStringInfoChar(&rule, *words == ' ' || *words == '-' ? '_' : *words);
	}
	while (rule.len > 0 && rule.data[rule.len - 1] == '_')
		rule.data[--rule.len] = '\0';
	appendStringInfo(&rule, "%s%s", rule.len > 0 ? "_" : "item_", sg_change_kind_name(change->kind));
	return rule.data;
}

/* Adds a finding for a change. */
SgFinding *
sg_report_change(SgReport *report, const SgItemChange *change)
{
	SgFinding  *finding = sg_report_finding(report, change_rule(change), SG_LEVEL_NOTE);

	finding->change = sg_change_kind_name(change->kind);
	finding->type = change->type;
	finding->identity = change->identity;
	finding->facet = change->attribute == NULL ? NULL : sg_facet_name(change->facet);
	finding->attribute = change->attribute;
	finding->before = change->before;
	finding->after = change->after;
	finding->message = sg_change_text(change);
	return finding;
}

/* Returns the finding's object with its type, or the empty string. */
const char *
sg_report_object(const SgFinding *finding)
{
	if (finding->type == NULL)
		return "";
	return finding->identity == NULL ? finding->type :
		psprintf("%s %s", finding->type, finding->identity);
}

/* Returns the time in ISO 8601 format, in UTC. */
const char *
sg_report_time(TimestampTz time)
{
	const int	utc = 0;
	char		text[MAXDATELEN + 1];

	return pstrdup(JsonEncodeDateTime(text, TimestampTzGetDatum(time), TIMESTAMPTZOID, &utc));
}

/* Returns when it was changed, by whom, and in which journal entry, in words. */
const char *
sg_report_origin(const SgFinding *finding)
{
	const SgAttribution *origin = finding->origin;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, sg_report_time(origin->changed_at));
	if (origin->changed_by != NULL)
		appendStringInfo(&buf, " by role %s", sendable(origin->changed_by));
	if (origin->journal_id != 0)
		appendStringInfo(&buf, ", journal entry " INT64_FORMAT, origin->journal_id);
	return buf.data;
}

/* Returns "1 difference", "2 differences". */
const char *
sg_report_count(int count, const char *singular, const char *plural)
{
	return psprintf("%d %s", count, count == 1 ? singular : plural);
}

/* Appends a part of what identifies a finding. */
static void
append_part(StringInfo buf, const char *part)
{
	appendStringInfoString(buf, part != NULL ? part : "");
	appendStringInfoChar(buf, '\0');
}

/*
 * Computes the fingerprint by which a finding is recognized: from the place that it
 * is about, not from what was found there, which may change.  "number" distinguishes
 * findings that are otherwise the same.
 */
static void
compute_fingerprint(const SgReport *report, SgFinding *finding, int number)
{
	StringInfoData key;
	SgDigest	digest;

	initStringInfo(&key);
	append_part(&key, report->what);
	append_part(&key, finding->rule);
	append_part(&key, finding->type);
	append_part(&key, finding->identity);
	append_part(&key, finding->attribute);
	append_part(&key, finding->release);
	append_part(&key, finding->severity != NULL ? finding->before : NULL);
	if (number > 0)
		append_part(&key, psprintf("%d", number));
	sg_digest_sha256(key.data, key.len, &digest);
	sg_digest_to_hex(&digest, finding->fingerprint);
	pfree(key.data);
}

static int
compare_fingerprints(const void *a, const void *b)
{
	const SgFinding *left = *(SgFinding *const *) a;
	const SgFinding *right = *(SgFinding *const *) b;

	int			order = strcmp(left->fingerprint, right->fingerprint);

	return order != 0 ? order : left->place - right->place;
}

/* Gives each finding a fingerprint that no other finding of the report has. */
static void
compute_fingerprints(SgReport *report)
{
	int			count = list_length(report->findings);
	SgFinding **sorted = palloc(sizeof(SgFinding *) * Max(count, 1));
	int			same = 0;

	for (int i = 0; i < count; i++)
	{
		sorted[i] = list_nth(report->findings, i);
		compute_fingerprint(report, sorted[i], 0);
	}
	qsort(sorted, count, sizeof(SgFinding *), compare_fingerprints);
	for (int i = 0; i < count; i++)
	{
		bool		again = i + 1 < count &&
			strcmp(sorted[i]->fingerprint, sorted[i + 1]->fingerprint) == 0;

		if (same > 0)
			compute_fingerprint(report, sorted[i], same);
		same = again ? same + 1 : 0;
	}
}

/* Sorts the worst findings first, and otherwise keeps the order in which they were found. */
static int
compare_levels(const ListCell *a, const ListCell *b)
{
	const SgFinding *left = lfirst(a);
	const SgFinding *right = lfirst(b);

	return left->level != right->level ? (int) right->level - (int) left->level :
		left->place - right->place;
}

/* Ends a report that has all its findings. */
void
sg_report_end(SgReport *report, const char *verdict)
{
	ListCell   *lc;

	report->verdict = sendable(verdict);
	report->release = sendable(report->release);
	report->passed = true;
	list_sort(report->findings, compare_levels);
	compute_fingerprints(report);
	foreach(lc, report->findings)
	{
		SgFinding  *finding = lfirst(lc);

		report->counts[finding->level]++;
		if (finding->counts)
			report->passed = false;
		finding->identity = sendable(finding->identity);
		finding->attribute = sendable(finding->attribute);
		finding->before = sendable(finding->before);
		finding->after = sendable(finding->after);
		finding->approved_in = sendable(finding->approved_in);
		finding->release = sendable(finding->release);
		finding->state = sendable(finding->state);
		finding->message = sendable(finding->message);
	}
}
