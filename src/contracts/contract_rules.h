/*
 * contracts/contract_rules.h
 *		What the files of the rules have in common (contract_*.c).
 */
#ifndef SG_CONTRACTS_CONTRACT_RULES_H
#define SG_CONTRACTS_CONTRACT_RULES_H

#include "nodes/primnodes.h"

#include "contracts/contract.h"
#include "contracts/contract_tree.h"
#include "contracts/problem.h"
#include "format/item_text.h"

/* a check in progress */
typedef struct SgContractCheck
{
	const SgObjectSource *source;
	List	   *problems;		/* of SgProblem * */
	List	   *views;			/* of SgRelationCheck *: those that are written, to be looked into last */
	struct HTAB *types;			/* those looked at, by name; or NULL */
	struct HTAB *overloads;		/* functions looked at, likewise */
	struct HTAB *type_oids;		/* OIDs of types looked up, likewise */
	struct HTAB *missing_labels;	/* those reported, likewise */
} SgContractCheck;

/* a relation under check */
typedef struct SgRelationCheck
{
	SgContractCheck *check;
	const SgContractRelation *needed;
	const SgObject *object;		/* what bears the name */
	const SgObject *source;		/* the same with what a partition has from its parent */
	struct HTAB *items;			/* of "source", by attribute */
	struct HTAB *missing;		/* names of columns reported as missing; or NULL */
} SgRelationCheck;

/* how the server reads a call: the types given, and those of the parameters that they go to */
typedef struct SgCall
{
	int			nargs;
	Oid		   *given;
	Oid		   *declared;
} SgCall;

/* contract_object.c */
extern SgProblem *sg_contract_missing(SgContractCheck *check, SgRule rule, SgContractKind kind,
									  const char *identity);
extern SgProblem *sg_contract_relation_problem(SgRelationCheck *state, SgRule rule,
											   const char *attribute);
extern void sg_contract_check_writable(SgRelationCheck *state, const char *attribute,
									   const SgColumnParts *column);
extern void sg_contract_check_given(SgRelationCheck *state, const char *name, const SgColumnParts *column);
extern void sg_contract_check_labels(SgContractCheck *check, const SgObject *type, const char *identity, const List *labels);
extern bool sg_contract_is_table(const SgObject *object);
extern char *sg_contract_name_list(const List *names);
extern int	sg_contract_compare_names(const ListCell *a, const ListCell *b);
extern const SgObject *sg_contract_complete(SgContractCheck *check, const SgObject *object);

/* contract_null.c */
extern const SgObject *sg_contract_may_be_null(SgContractCheck *check, const SgObject *table,
											   const char *attribute);
extern bool sg_contract_must_be_given(SgContractCheck *check, const SgItem *item);
extern void sg_contract_check_insert(SgRelationCheck *state);
extern void sg_contract_check_all_given(SgRelationCheck *state);
extern void sg_contract_check_default(SgRelationCheck *state, const SgItem *item);
extern void sg_contract_check_set_null(SgRelationCheck *state, const SgItem *item);

/* contract_conflict.c */
extern void sg_contract_check_arbiters(SgRelationCheck *state);
extern void sg_contract_check_conflicts(SgRelationCheck *state);

/* contract_type.c */
extern const SgObject *sg_contract_type(SgContractCheck *check, const char *type);
extern const SgObject *sg_contract_domain(SgContractCheck *check, const char *type);
extern const SgObject *sg_contract_enum(SgContractCheck *check, const char *type);
extern const char *sg_contract_base_type(SgContractCheck *check, const char *type);
extern bool sg_contract_type_fits(SgContractCheck *check, const char *needed, const char *found);
extern bool sg_contract_type_is(SgContractCheck *check, const char *needed, const char *found,
								const SgContractUses *uses);
extern void sg_contract_check_type(SgContractCheck *check, const SgContractType *needed);
extern Oid	sg_contract_type_oid(const char *type);
extern char *sg_contract_without_modifier(const char *type);

/* contract_result.c */
extern void sg_contract_check_returned(SgContractCheck *check, const SgContractFunction *needed,
									   const SgObject *function, const SgCall *call);

/* contract_use.c */
extern bool sg_contract_accepts(SgContractCheck *check, const char *type, const char *given);
extern bool sg_contract_position_holds(SgContractCheck *check, const SgContractPosition *position, const char *type);
extern bool sg_contract_use_holds(SgContractCheck *check, const SgContractUse *use, const char *type);
extern bool sg_contract_use_reads_text(const SgContractUse *use, const char *before, const char *now);
extern struct HTAB *sg_contract_index_uses(const List *all);

/* contract_use_call.c */
extern bool sg_contract_is_marked(const char *type);
extern bool sg_contract_is_text(Oid type);
extern bool sg_contract_literal_fits(Oid before, Oid now);
extern bool sg_contract_mark_holds(const char *type, Oid now, Oid value);
extern Oid	sg_contract_given_type(const char *type, Oid value);
extern bool sg_contract_can_be_cast(Oid from, Oid to, CoercionContext context);
extern Oid	sg_contract_use_result(const SgContractUse *use, Oid value);
extern const char *sg_contract_builtin_result(const char *function, List *arguments);
extern const char *sg_contract_builtin_takes(const char *function, const char *type);

/* contract_use_text.c */
extern char *sg_contract_types_text(const List *types);
extern char *sg_contract_use_text(const SgContractUse *use);

/* contract_row.c */
extern List *sg_contract_columns(const SgObject *object, SgItemKind kind, bool with_generated);
extern const char *sg_contract_column_type(const SgRelationCheck *state, const char *name);
extern void sg_contract_check_rows(SgRelationCheck *state);

/* contract_place.c */
extern const SgContractRelation *sg_contract_present(const SgRelationCheck *state);

/* contract_scope.c */
extern void sg_contract_check_scope(SgContractCheck *check, const SgContract *contract);
extern void sg_contract_check_hidden(SgRelationCheck *state);

/* contract_named.c */
extern void sg_contract_check_named(SgContractCheck *check, const SgContract *contract);

/* contract_referring.c */
extern void sg_contract_check_referring(SgRelationCheck *state);
extern void sg_contract_check_published(SgRelationCheck *state, const SgObject *table, const char *command);

/* contract_view.c */
extern void sg_contract_check_view(SgRelationCheck *state);

/* contract_rewrite.c */
extern void sg_contract_check_rewriting(SgRelationCheck *state, const SgObject *object);
extern const SgItem *sg_contract_conflict_rule(const SgObject *object);

/* contract_call.c */
extern void sg_contract_check_function(SgContractCheck *check, const SgContractFunction *needed);

#endif							/* SG_CONTRACTS_CONTRACT_RULES_H */
