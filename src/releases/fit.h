/*
 * releases/fit.h
 *		The kept verdict on a release, for whoever connects.
 */
#ifndef SG_RELEASES_FIT_H
#define SG_RELEASES_FIT_H

extern bool sg_verdict_fits(const char *application, const char *version);

#endif							/* SG_RELEASES_FIT_H */
