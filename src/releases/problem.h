/*
 * releases/problem.h
 *		Problems: what of a contract the schema lacks.
 */
#ifndef SG_RELEASES_PROBLEM_H
#define SG_RELEASES_PROBLEM_H

#include "nodes/pg_list.h"

#define SG_SEVERITY_BROKEN "broken"	/* some statement of the release fails */
#define SG_SEVERITY_RISKY "risky"	/* it may fail; what decides cannot be seen */

typedef struct SgProblem
{
	const char *severity;		/* one of the two above */
	const char *rule;			/* the rule's name: column_missing ... */
	const char *type;			/* object type; the contract's kind if missing */
	const char *identity;
	const char *attribute;		/* or NULL: the object as a whole */
	const char *needed;			/* or NULL */
	const char *found;			/* or NULL */
} SgProblem;

extern SgProblem *sg_problem_add(List **problems, const char *rule, const char *type,
								 const char *identity);
extern char *sg_problem_text(const SgProblem *problem);
extern List *sg_problems_broken(const List *problems);
extern char *sg_problems_reason(const List *problems);
extern char *sg_problems_detail(const List *problems);

#endif							/* SG_RELEASES_PROBLEM_H */
