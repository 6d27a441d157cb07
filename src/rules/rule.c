/*
 * rules/rule.c
 *		Migration rules: what a change does to a database that is at work.
 *
 * A rule says something that has happened or is so when the transaction is about
 * to commit: a file that is another one, an index that is new, a lock that is
 * held.  About small tables, and those that the transaction has made, it says
 * nothing.  docs/preview.md has each rule with its reason.
 *
 * All functions run as the extension's owner (sg_owner_enter).
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"

#include "format/detail.h"
#include "rules/rule.h"
#include "support/extension.h"
#include "support/table.h"
#include "support/text.h"

static const struct
{
	const char *name;
	bool		warning;		/* others had to wait, or data is gone; otherwise a notice */
}			rules[] = {
	[SG_RULE_TABLE_REWRITTEN] = {"table_rewritten", true},
	[SG_RULE_INDEX_BUILT] = {"index_built", true},
	[SG_RULE_TABLE_SCANNED] = {"table_scanned", true},
	[SG_RULE_SESSIONS_WAITING] = {"sessions_waiting", true},
	[SG_RULE_LOCK_HELD_LONG] = {"lock_held_long", true},
	[SG_RULE_STATEMENTS_UNDER_LOCK] = {"statements_under_lock", true},
	[SG_RULE_DATA_DROPPED] = {"data_dropped", true},
	[SG_RULE_LOCK_WITHOUT_TIMEOUT] = {"lock_without_timeout", false},
	[SG_RULE_FOREIGN_KEY_WITHOUT_INDEX] = {"foreign_key_without_index", false},
	[SG_RULE_INVALID_INDEX] = {"invalid_index", false}
};

/* the columns of migration_finding, as in the install script */
enum
{
	FINDING_JOURNAL_ID = 1,
	FINDING_RULE,
	FINDING_OBJECT_TYPE,
	FINDING_OBJECT_IDENTITY,
	FINDING_MESSAGE,
	FINDING_COLUMNS = FINDING_MESSAGE
};

static const SgTableShape finding_shape = {
	"migration_finding", FINDING_COLUMNS, {INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* Returns the rule's name, a constant. */
const char *
sg_rule_name(SgMigrationRule rule)
{
	return rules[rule].name;
}

/* Returns true if setting migration_rules to error refuses what the rule says. */
bool
sg_rule_is_warning(SgMigrationRule rule)
{
	return rules[rule].warning;
}

/* Adds a finding; the texts are kept as they are. */
void
sg_rule_add(List **findings, SgMigrationRule rule, const char *type, const char *identity,
			const char *message)
{
	SgRuleFinding *finding = palloc(sizeof(SgRuleFinding));

	finding->rule = rule;
	finding->type = type;
	finding->identity = identity;
	finding->message = message;
	*findings = lappend(*findings, finding);
}

/* Returns those of the findings that are more than a notice. */
List *
sg_rule_warnings(const List *findings)
{
	List	   *warnings = NIL;
	ListCell   *lc;

	foreach(lc, findings)
	{
		SgRuleFinding *finding = lfirst(lc);

		if (sg_rule_is_warning(finding->rule))
			warnings = lappend(warnings, finding);
	}
	return warnings;
}

static char *
finding_line(const void *member)
{
	const SgRuleFinding *finding = member;

	return psprintf("%s: %s", sg_rule_name(finding->rule), finding->message);
}

/* Returns a line for each finding, SG_MAX_DETAIL_ITEMS at most; palloc'd. */
char *
sg_rule_lines(const List *findings)
{
	return sg_detail(findings, finding_line);
}

/* Returns true if locks and files of the relation count: not the server's, ours, or temporary. */
bool
sg_rule_concerns(const FormData_pg_class *relation)
{
	return !IsCatalogNamespace(relation->relnamespace) &&
		!IsToastNamespace(relation->relnamespace) &&
		!isAnyTempNamespace(relation->relnamespace) &&
		relation->relnamespace != sg_extension_schema();
}

/* Returns how large a table is, without indexes and TOAST. */
int64
sg_rule_kilobytes(Relation rel)
{
	return (int64) RelationGetNumberOfBlocks(rel) * (BLCKSZ / 1024);
}

/* Returns a size in words, for a message. */
char *
sg_rule_size(int64 kilobytes, double rows)
{
	if (rows <= 0)
		return psprintf(INT64_FORMAT " kB", kilobytes);
	return psprintf(INT64_FORMAT " kB, about %.0f rows", kilobytes, rows);
}

/* Keeps the findings with an entry of the journal. */
void
sg_rule_journal(int64 journal_id, const List *findings)
{
	SgTable		table;
	ListCell   *lc;

	if (findings == NIL)
		return;
	sg_table_open(&table, &finding_shape, RowExclusiveLock);
	foreach(lc, findings)
	{
		const SgRuleFinding *finding = lfirst(lc);
		bool		nulls[FINDING_COLUMNS] = {false};
		Datum		values[] = {
			Int64GetDatum(journal_id), sg_text_datum(sg_rule_name(finding->rule)),
			sg_text_datum(finding->type), sg_text_datum(finding->identity), sg_text_datum(finding->message)
		};

		sg_table_insert(&table, values, nulls);
	}
	sg_table_close(&table);
}
