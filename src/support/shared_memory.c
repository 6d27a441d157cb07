/*
 * support/shared_memory.c
 *		Shared memory, available if shared_preload_libraries has the library.
 *
 * A module asks for an area in _PG_init(), the server's hooks (schema_guard.c)
 * allocate it, and the area then points to its memory.  If the library is loaded
 * later, there is no shared memory, and each module has to do without it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#include "support/shared_memory.h"

#define MAX_AREAS 8

/* the locks' name in pg_stat_activity */
#define TRANCHE "schema_guard"

static SgSharedArea *areas[MAX_AREAS];
static int	nareas = 0;

/* how many of them have their memory and lock requested */
static int	nrequested = 0;

/*
 * Asks for an area.  Called by _PG_init() while shared_preload_libraries are loaded, before
 * it installs the request hook.
 */
void
sg_shared_memory_ask(SgSharedArea *area)
{
	if (nareas == MAX_AREAS)
		elog(ERROR, "too many areas of shared memory");
	areas[nareas++] = area;
}

/* shmem_request_hook: requests memory and locks for all areas. */
void
sg_shared_memory_request(void)
{
	if (nareas == 0)
		return;
	for (int i = 0; i < nareas; i++)
		RequestAddinShmemSpace(CACHELINEALIGN(areas[i]->size));
	RequestNamedLWLockTranche(TRANCHE, nareas);
	nrequested = nareas;
}

/* Attaches to an area, and initializes it if this is the first process to do so. */
static void
attach(SgSharedArea *area, LWLock *lock)
{
	bool		found;

	area->memory = ShmemInitStruct(area->name, area->size, &found);
	area->lock = lock;
	if (found)
		return;
	memset(area->memory, 0, area->size);
	if (area->prepare != NULL)
		area->prepare(area->memory);
}

/* shmem_startup_hook: attaches to all areas. */
void
sg_shared_memory_startup(void)
{
	LWLockPadded *locks;

	if (nareas == 0)
		return;
	/* a lock beyond those requested would be somebody else's memory */
	if (!IsUnderPostmaster && nrequested != nareas)
		elog(FATAL, "shared memory was requested for %d of %d areas", nrequested, nareas);
	locks = GetNamedLWLockTranche(TRANCHE);
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	for (int i = 0; i < nareas; i++)
		attach(areas[i], &locks[i].lock);
	LWLockRelease(AddinShmemInitLock);
}
