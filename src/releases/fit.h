/*
 * releases/fit.h
 *		Which releases are known to fit the live state.
 *
 * All functions but sg_fit_is_known() run as the extension's owner with a pinned search_path.
 */
#ifndef SG_RELEASES_FIT_H
#define SG_RELEASES_FIT_H

#include "contracts/contract.h"
#include "releases/release.h"
#include "state/delta.h"

extern bool sg_fit_is_known(const char *application, const char *version);
extern List *sg_fit_problems(const SgContract *contract, const char *role);
extern void sg_fit_assert(const char *application, const char *version, const char *role);
extern void sg_fit_record(const char *application, const char *version, const char *fingerprint,
						  bool covered, const SgContract *contract);
extern bool sg_fit_was_known(const SgRelease *release, const SgDelta *delta);
extern bool sg_fit_of_extension(const SgRelease *release, const SgDelta *delta);
extern bool sg_fit_is_untouched(const SgRelease *release, const SgDelta *delta);
extern void sg_fit_carry_over(const SgDelta *delta);
extern void sg_fit_check_anew(const SgDelta *delta);

#endif							/* SG_RELEASES_FIT_H */
