/*
 * approvals/path_fit.h
 *		Whether a contract fits the states of a path.
 */
#ifndef SG_APPROVALS_PATH_FIT_H
#define SG_APPROVALS_PATH_FIT_H

#include "approvals/path.h"
#include "contracts/contract.h"

extern List *sg_path_fit_problems(const SgPath *path, const SgContract *contract);
extern List *sg_path_fit_reference(const SgContract *contract, const char *role,
								   const char *reference);

#endif							/* SG_APPROVALS_PATH_FIT_H */
