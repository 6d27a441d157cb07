/*
 * compare/explained.h
 *		Which entries of the journal explain what is wrong now.
 */
#ifndef SG_COMPARE_EXPLAINED_H
#define SG_COMPARE_EXPLAINED_H

extern int64 sg_explained_since(void);

#endif							/* SG_COMPARE_EXPLAINED_H */
