/*
 * worker/job.c
 *		What the launcher and its worker tell each other, in shared memory.
 */
#include "postgres.h"

#include "support/shared_memory.h"
#include "worker/job.h"

static SgSharedArea area = {"schema_guard job", sizeof(SgJob)};

/* Called by _PG_init(), with shared_preload_libraries. */
void
sg_job_init(void)
{
	sg_shared_memory_ask(&area);
}

static void
set_job(bool done, TimestampTz due)
{
	SgJob	   *job = area.memory;

	LWLockAcquire(area.lock, LW_EXCLUSIVE);
	job->done = done;
	job->due = due;
	LWLockRelease(area.lock);
}

/* Called when the launcher is about to start a worker. */
void
sg_job_begin(void)
{
	set_job(false, 0);
}

/* Called when the worker has done everything. */
void
sg_job_end(TimestampTz due)
{
	set_job(true, due);
}

/* Returns the result, for the launcher. */
SgJob
sg_job_result(void)
{
	SgJob		job;

	LWLockAcquire(area.lock, LW_SHARED);
	job = *(SgJob *) area.memory;
	LWLockRelease(area.lock);
	return job;
}
