/*
 * contracts/contract_parse_derived.h
 *		The keys of contracts that are derived from queries.
 */
#ifndef SG_CONTRACTS_CONTRACT_PARSE_DERIVED_H
#define SG_CONTRACTS_CONTRACT_PARSE_DERIVED_H

#include "contracts/contract_read.h"

extern void sg_contract_read_conflict_constraints(const SgContractReader *reader);
extern void sg_contract_read_conflict_updates(const SgContractReader *reader);
extern void sg_contract_read_uses(const SgContractReader *reader);
extern void sg_contract_read_conflict_keys(const SgContractReader *reader);
extern void sg_contract_read_grouped_by(const SgContractReader *reader);
extern void sg_contract_read_star(const SgContractReader *reader);
extern void sg_contract_read_row(const SgContractReader *reader);
extern void sg_contract_read_row_used(const SgContractReader *reader);
extern void sg_contract_read_copied(const SgContractReader *reader);
extern void sg_contract_read_first(const SgContractReader *reader);
extern void sg_contract_read_unnamed(const SgContractReader *reader);
extern void sg_contract_read_positional(const SgContractReader *reader);
extern void sg_contract_read_commands(const SgContractReader *reader);
extern void sg_contract_read_truncated(const SgContractReader *reader);
extern void sg_contract_read_checks(const SgContractReader *reader);
extern void sg_contract_read_triggers(const SgContractReader *reader);
extern void sg_contract_read_not_in(const SgContractReader *reader);
extern void sg_contract_read_type_uses(const SgContractReader *reader, SgContractType *type);
extern void sg_contract_read_operators(const SgContractReader *reader);
extern void sg_contract_read_sequences(const SgContractReader *reader);
extern void sg_contract_read_sequence_calls(const SgContractReader *reader);
extern void sg_contract_read_casts(const SgContractReader *reader);
extern void sg_contract_read_collations(const SgContractReader *reader);
extern void sg_contract_read_configurations(const SgContractReader *reader);
extern void sg_contract_read_dictionaries(const SgContractReader *reader);
extern void sg_contract_read_bare(const SgContractReader *reader);
extern void sg_contract_read_hidden(const SgContractReader *reader);
extern void sg_contract_read_natural(const SgContractReader *reader);
extern void sg_contract_read_typed_column(const SgContractReader *reader);

/* contract_parse_use.c */
extern void sg_contract_read_true(const SgContractReader *reader);
extern void sg_contract_read_given(const SgContractReader *reader);
extern void sg_contract_read_origin(const SgContractReader *reader);
extern void sg_contract_require_as_many(const SgContractReader *reader, const List *columns, int count);
extern void sg_contract_read_one_use(const SgContractReader *reader);
extern void sg_contract_read_all_uses(const SgContractReader *reader, List **uses);

/* contract_parse_call.c */
extern void sg_contract_read_call(const SgContractReader *reader, SgContractFunction *function);

#endif							/* SG_CONTRACTS_CONTRACT_PARSE_DERIVED_H */
