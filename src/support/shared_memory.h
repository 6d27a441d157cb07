/*
 * support/shared_memory.h
 *		Shared memory, available if shared_preload_libraries has the library.
 */
#ifndef SG_SUPPORT_SHARED_MEMORY_H
#define SG_SUPPORT_SHARED_MEMORY_H

#include "storage/lwlock.h"

/* a module's part of it: a static variable, which the module asks for in _PG_init() */
typedef struct SgSharedArea
{
	const char *name;			/* as pg_shmem_allocations shows it */
	Size		size;
	void		(*prepare) (void *memory);	/* initializes the zeroed memory at server start and after a
											 * crash; may be NULL */
	void	   *memory;			/* NULL: the library was not preloaded */
	LWLock	   *lock;			/* of the area alone; set if the memory is */
} SgSharedArea;

extern void sg_shared_memory_ask(SgSharedArea *area);
extern void sg_shared_memory_request(void);
extern void sg_shared_memory_startup(void);

#endif							/* SG_SUPPORT_SHARED_MEMORY_H */
