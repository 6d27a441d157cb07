/*
 * support/shared_memory.h
 *		Shared memory of the library, where shared_preload_libraries has it.
 */
#ifndef SG_SUPPORT_SHARED_MEMORY_H
#define SG_SUPPORT_SHARED_MEMORY_H

#include "storage/lwlock.h"

/* A module's part of it: a static variable that the module asks for in _PG_init(). */
typedef struct SgSharedArea
{
	const char *name;			/* as pg_shmem_allocations shows it */
	Size		size;
	void		(*prepare) (void *memory);	/* when the server has started, or started again after a crash;
											 * NULL: zeros are right */
	void	   *memory;			/* NULL: the library was not preloaded */
	LWLock	   *lock;			/* of the area alone; set if the memory is */
} SgSharedArea;

extern void sg_shared_memory_ask(SgSharedArea *area);
extern void sg_shared_memory_request(void);
extern void sg_shared_memory_startup(void);

#endif							/* SG_SUPPORT_SHARED_MEMORY_H */
