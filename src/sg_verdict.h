/*
 * sg_verdict.h
 *		The kept verdict on a release, for whoever connects.
 */
#ifndef SG_VERDICT_H
#define SG_VERDICT_H

extern bool sg_verdict_fits(const char *application, const char *version);

#endif							/* SG_VERDICT_H */
