/*
 * rules/rule.h
 *		Migration rules: what a change does to a database in use.
 */
#ifndef SG_RULES_RULE_H
#define SG_RULES_RULE_H

#include "catalog/pg_class.h"
#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

#include "state/delta.h"

/* The first three say that the table was read from end to end. */
typedef enum SgMigrationRule
{
	SG_RULE_TABLE_REWRITTEN,
	SG_RULE_INDEX_BUILT,
	SG_RULE_TABLE_SCANNED,
	SG_RULE_SESSIONS_WAITING,
	SG_RULE_LOCK_HELD_LONG,
	SG_RULE_STATEMENTS_UNDER_LOCK,
	SG_RULE_DATA_DROPPED,
	SG_RULE_TRANSACTION_IN_THE_WAY,
	SG_RULE_LOCK_WITHOUT_TIMEOUT,
	SG_RULE_FOREIGN_KEY_WITHOUT_INDEX,
	SG_RULE_INVALID_INDEX
} SgMigrationRule;

/* something that a rule has found in a transaction */
typedef struct SgRuleFinding
{
	SgMigrationRule rule;
	const char *type;			/* of the relation */
	const char *identity;
	const char *message;		/* in one line */
	bool		told;			/* to the client, before the command */
} SgRuleFinding;

/* rule.c */
extern const char *sg_rule_name(SgMigrationRule rule);
extern bool sg_rule_is_warning(SgMigrationRule rule);
extern void sg_rule_add(List **findings, SgMigrationRule rule, const char *type, const char *identity,
						const char *message);
extern List *sg_rule_warnings(const List *findings);
extern char *sg_rule_lines(const List *findings);
extern void sg_rule_journal(int64 journal_id, const List *findings);
extern bool sg_rule_concerns(const FormData_pg_class *relation);
extern char *sg_rule_size(int64 kilobytes, double rows);
extern int64 sg_rule_kilobytes(Relation rel);

/* rule_check.c */
extern List *sg_rule_check(const List *relids, const SgDelta *delta, bool unfinished, TimestampTz until);

/* rule_relation.c: what was done to a relation as a whole */
extern void sg_rule_check_relation(List **findings, Oid relid, bool unfinished, TimestampTz until);

/* rule_change.c: what was done to its columns and constraints */
extern void sg_rule_check_change(List **findings, const SgObjectChange *change);

/* rule_dropped.c: what data is gone */
extern void sg_rule_check_dropped(List **findings, const SgObjectChange *change);
extern void sg_rule_check_dropped_columns(List **findings, Relation rel, const char *type,
										  const char *identity, const char *size);

#endif							/* SG_RULES_RULE_H */
