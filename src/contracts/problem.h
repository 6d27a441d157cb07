/*
 * contracts/problem.h
 *		Problems: what the schema lacks of what a contract needs.
 */
#ifndef SG_CONTRACTS_PROBLEM_H
#define SG_CONTRACTS_PROBLEM_H

#include "nodes/pg_list.h"

typedef enum SgSeverity
{
	SG_BROKEN,					/* some statement of the release fails */
	SG_RISKY,					/* one may fail; contract and schema do not tell */
	SG_INFORMATION				/* nothing is wrong */
} SgSeverity;

/* the rules, in the order of the table in problem.c */
typedef enum SgRule
{
	SG_RULE_RELATION_MISSING,
	SG_RULE_RELATION_KIND_CHANGED,
	SG_RULE_COLUMN_MISSING,
	SG_RULE_TYPE_CHANGED,
	SG_RULE_BECAME_NULLABLE,
	SG_RULE_INSERT_NEW_MANDATORY_COLUMN,
	SG_RULE_INSERT_FAILS_CHECK,
	SG_RULE_COLUMN_GENERATED,
	SG_RULE_CONFLICT_TARGET_MISSING,
	SG_RULE_FUNCTION_MISSING,
	SG_RULE_FUNCTION_AMBIGUOUS,
	SG_RULE_FUNCTION_ARGUMENTS_CHANGED,
	SG_RULE_FUNCTION_RESULT_CHANGED,
	SG_RULE_ENUM_MISSING,
	SG_RULE_ENUM_LABEL_MISSING,
	SG_RULE_ARBITER_CONSTRAINT_MISSING,
	SG_RULE_FOREIGN_KEY_ADDED,
	SG_RULE_REPLICA_IDENTITY_MISSING,
	SG_RULE_VIEW_NOT_WRITABLE,
	SG_RULE_COLUMN_AMBIGUOUS,
	SG_RULE_NATURAL_JOIN_CHANGED,
	SG_RULE_RELATION_HIDDEN,
	SG_RULE_NAME_HIDDEN,
	SG_RULE_STAR_RESULT_CHANGED,
	SG_RULE_ROW_TYPE_CHANGED,
	SG_RULE_INSERT_POSITIONS_CHANGED,
	SG_RULE_CHECK_ADDED,
	SG_RULE_TRIGGER_ADDED,
	SG_RULE_ARGUMENT_DEFAULT_MISSING,
	SG_RULE_ARGUMENT_NAME_CHANGED,
	SG_RULE_TYPE_MISSING,
	SG_RULE_ATTRIBUTE_MISSING,
	SG_RULE_SEQUENCE_MISSING,
	SG_RULE_OPERATOR_MISSING,
	SG_RULE_COLLATION_MISSING,
	SG_RULE_CONFIG_MISSING,
	SG_RULE_DICTIONARY_MISSING,
	SG_RULE_CAST_MISSING,
	SG_RULE_GROUP_KEY_MISSING,
	SG_RULE_FUNCTION_KIND_CHANGED,
	SG_RULE_RULE_ADDED,
	SG_RULE_COLUMN_DEFAULT_MISSING,
	SG_RULE_PRIVILEGE_MISSING,
	SG_RULE_LEDGER_MISSING,		/* of ledgers, from here on */
	SG_RULE_MIGRATION_MISSING,
	SG_RULE_MIGRATION_SKIPPED,
	SG_RULE_MIGRATION_FAILED,
	SG_RULE_MIGRATION_EDITED,
	SG_RULE_MIGRATION_UNEXPECTED,
	SG_RULE_LEDGER_DISAGREES,
	SG_RULE_MIGRATION_NEWER
} SgRule;

typedef struct SgProblem
{
	SgRule		rule;
	SgSeverity	severity;
	const char *type;			/* object type; the contract's kind if missing */
	const char *identity;
	const char *attribute;		/* or NULL: the object as a whole */
	const char *needed;			/* or NULL */
	const char *found;			/* or NULL */
	const char *state;			/* where, if several schemas were checked; or NULL */
} SgProblem;

extern SgProblem *sg_problem_add(List **problems, SgRule rule, const char *type,
								 const char *identity);
extern SgProblem *sg_problem_copy(const SgProblem *problem);
extern const char *sg_problem_rule(const SgProblem *problem);
extern const char *sg_problem_severity(const SgProblem *problem);
extern bool sg_problem_is_of_ledger(const SgProblem *problem);
extern const char *sg_problem_advice(const SgProblem *problem);
extern bool sg_problem_same(const SgProblem *left, const SgProblem *right);
extern List *sg_problem_add_unknown(List *known, const List *problems);
extern char *sg_problem_text(const SgProblem *problem);
extern List *sg_problems_broken(const List *problems);
extern List *sg_problems_wrong(const List *problems);
extern char *sg_problems_reason(const List *problems);
extern char *sg_problems_detail(const List *problems);

#endif							/* SG_CONTRACTS_PROBLEM_H */
