/*
 * worker/launcher.h
 *		The launcher: starts a worker in each database that has something to do.
 */
#ifndef SG_WORKER_LAUNCHER_H
#define SG_WORKER_LAUNCHER_H

#include "support/compat.h"

extern void sg_launcher_init(void);
SG_EXPORT extern void sg_launcher_main(Datum arg);

#endif							/* SG_WORKER_LAUNCHER_H */
