/*
 * gate/integrity.h
 *		Whether the guard itself is as it was installed.
 */
#ifndef SG_GATE_INTEGRITY_H
#define SG_GATE_INTEGRITY_H

#include "nodes/pg_list.h"

extern List *sg_integrity_changes(void);

#endif							/* SG_GATE_INTEGRITY_H */
