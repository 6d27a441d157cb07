/*
 * worker/worker.h
 *		The worker: does what is due in one database, and exits.
 */
#ifndef SG_WORKER_WORKER_H
#define SG_WORKER_WORKER_H

#include "postmaster/bgworker.h"

#include "support/compat.h"

extern BackgroundWorkerHandle *sg_worker_start(Oid database);
SG_EXPORT extern void sg_worker_main(Datum arg);

#endif							/* SG_WORKER_WORKER_H */
