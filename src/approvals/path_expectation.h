/*
 * approvals/path_expectation.h
 *		Where the approved paths lead on from a state.
 *
 * All functions run as the extension's owner (sg_owner_enter), connect to SPI
 * themselves, and leave their results in the caller's memory context.
 */
#ifndef SG_APPROVALS_PATH_EXPECTATION_H
#define SG_APPROVALS_PATH_EXPECTATION_H

#include "nodes/pg_list.h"

#include "format/object.h"

/* a step that an approved path expects next */
typedef struct SgNextStep
{
	char	   *path;			/* its name */
	int			step;
	int			last;			/* the path's last step */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	List	   *statements;		/* of char *; NIL where they are not known */
} SgNextStep;

/* the steps that the approved paths expect next */
typedef struct SgExpectation
{
	List	   *steps;			/* of SgNextStep *, that of the path approved last first */
	int			more;			/* how many there are besides */
} SgExpectation;

extern SgExpectation *sg_path_expectation(const char *before);
extern char *sg_path_expectation_text(const SgExpectation *expectation, const char *before,
									  const List *statements);

#endif							/* SG_APPROVALS_PATH_EXPECTATION_H */
