/*
 * compare/explained.h
 *		Which entries of the journal explain what is wrong now.
 */
#ifndef SG_COMPARE_EXPLAINED_H
#define SG_COMPARE_EXPLAINED_H

extern char *sg_explained_basis(void);
extern int64 sg_explained_since(void);
extern bool sg_explained_hold(const char *basis);

#endif							/* SG_COMPARE_EXPLAINED_H */
