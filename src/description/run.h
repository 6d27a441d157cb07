/*
 * description/run.h
 *		A run of a description, as those see it who direct it.
 */
#ifndef SG_DESCRIPTION_RUN_H
#define SG_DESCRIPTION_RUN_H

#include "utils/hsearch.h"

#include "classes/class.h"
#include "description/describe.h"
#include "description/member.h"

/* a second look at one object: undescribed.c's */
typedef struct SgLook SgLook;

/* a run: what the handlers see, and what only its directors need */
struct SgDescribeRun
{
	SgDescriber describer;		/* must be first */
	Oid			own_schema;		/* the schema of schema_guard */
	HTAB	   *outside;		/* what load_outside() finds; NULL for one object */
	SgMembers  *members;		/* NULL: not loaded */
	HTAB	   *by_hand;		/* members of extensions that no script has made so; or NULL */
	bool		no_dependents;	/* nothing DEPENDS ON EXTENSION */
	List	   *exclusions;
	int			guc_level;
	const SgObject *current;	/* for the error context */
	Oid			last;			/* of the class at hand, the last object that was handed on */
	SgLook	   *look;			/* the run is a second look; or NULL */
	SgObjectReceiver receive;
	void	   *arg;
};

/* describe.c */
extern void sg_hand_on(SgDescribeRun *run, SgObject *object);

/* undescribed.c */
extern void sg_describe_class(SgDescribeRun *run, const SgClass *class);
extern bool sg_note_missing(SgDescribeRun *run, SgObject *object, SgFacet facet);
extern void sg_look_at(SgLook *look, const SgObject *object);
extern void sg_look_busy(SgLook *look);

#endif							/* SG_DESCRIPTION_RUN_H */
