/*
 * description/run.h
 *		A run of a description: its snapshot, memory and settings.
 */
#ifndef SG_DESCRIPTION_RUN_H
#define SG_DESCRIPTION_RUN_H

#include "classes/describer.h"

extern int	sg_run_pin_settings(Oid schema);
extern SgDescriber *sg_run_begin(const SgDescribeOptions *options, SgObjectReceiver receive,
								 void *arg);
extern void sg_run_end(SgDescriber *describer);

#endif							/* SG_DESCRIPTION_RUN_H */
