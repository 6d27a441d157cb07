/*
 * queries/faults.h
 *		Collecting what is wrong with the elements of an array, for one error.
 */
#ifndef SG_QUERIES_FAULTS_H
#define SG_QUERIES_FAULTS_H

#include "lib/stringinfo.h"

typedef struct SgFaults
{
	const char *what;			/* the elements: "queries" */
	int			count;
	char	   *first;			/* the message of the first */
	int			sqlstate;		/* likewise */
	StringInfoData detail;
} SgFaults;

extern void sg_faults_init(SgFaults *faults, const char *what);
extern void sg_faults_add(SgFaults *faults, const char *element, const ErrorData *error,
						  const char *text);
extern void sg_faults_add_text(SgFaults *faults, const char *element, int sqlstate, const char *message);
extern void sg_faults_raise(const SgFaults *faults, int total);

#endif							/* SG_QUERIES_FAULTS_H */
