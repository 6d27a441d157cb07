/*
 * rules/rule.c
 *		Migration rules: what a change does to a database in use.
 *
 * A rule reports what has happened, or is the case, when the transaction is about
 * to commit: a table has a new file, an index is new, a lock is held.  It ignores
 * small tables and those that the transaction has created. docs/preview.md has each
 * rule with its reason.
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
	bool		warning;		/* others had to wait, or data was lost; otherwise a notice */
}			rules[] = {
	[SG_RULE_TABLE_REWRITTEN] = {"table_rewritten", true},
	[SG_RULE_INDEX_BUILT] = {"index_built", true},
	[SG_RULE_TABLE_SCANNED] = {"table_scanned", true},
	[SG_RULE_SESSIONS_WAITING] = {"sessions_waiting", true},
	[SG_RULE_LOCK_HELD_LONG] = {"lock_held_long", true},
	[SG_RULE_STATEMENTS_UNDER_LOCK] = {"statements_under_lock", true},
	[SG_RULE_DATA_DROPPED] = {"data_dropped", true},
	[SG_RULE_TRANSACTION_IN_THE_WAY] = {"transaction_in_the_way", false},
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

/* Returns true if migration_rules = error refuses a change because of the rule. */
bool
sg_rule_is_warning(SgMigrationRule rule)
{
	return rules[rule].warning;
}

/* Adds a finding.  The texts are not copied. */
void
sg_rule_add(List **findings, SgMigrationRule rule, const char *type, const char *identity,
			const char *message)
{
	SgRuleFinding *finding = palloc0(sizeof(SgRuleFinding));

	finding->rule = rule;
	finding->type = type;
	finding->identity = identity;
	finding->message = message;
	*findings = lappend(*findings, finding);
}

/* Returns the findings that are more than a notice. */
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

/* Returns true if the rules concern the relation: not the server's, ours, or a temporary one. */
bool
sg_rule_concerns(const FormData_pg_class *relation)
{
	return !IsCatalogNamespace(relation->relnamespace) &&
		!IsToastNamespace(relation->relnamespace) &&
		!isAnyTempNamespace(relation->relnamespace) &&
		relation->relnamespace != sg_extension_schema();
}

/* Returns the size of a table in kB, without indexes and TOAST. */
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

/* Stores the findings with an entry of the journal. */
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
