/*
 * sg_integrity.h
 *		Whether the guard itself is as it was installed.
 */
#ifndef SG_INTEGRITY_H
#define SG_INTEGRITY_H

#include "nodes/pg_list.h"

extern List *sg_integrity_changes(void);

#endif							/* SG_INTEGRITY_H */
