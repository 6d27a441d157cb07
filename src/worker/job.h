/*
 * worker/job.h
 *		What the launcher and its worker tell each other.
 */
#ifndef SG_WORKER_JOB_H
#define SG_WORKER_JOB_H

#include "datatype/timestamp.h"

/* the result of a worker; there is one worker at a time */
typedef struct SgJob
{
	bool		done;			/* otherwise it failed or was terminated */
	TimestampTz due;			/* when to look again; DT_NOEND: when a session asks for it */
} SgJob;

extern void sg_job_init(void);
extern void sg_job_begin(void);
extern void sg_job_end(TimestampTz due);
extern SgJob sg_job_result(void);

#endif							/* SG_WORKER_JOB_H */
