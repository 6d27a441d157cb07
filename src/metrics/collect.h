/*
 * metrics/collect.h
 *		Reading the values of the metrics.
 */
#ifndef SG_METRICS_COLLECT_H
#define SG_METRICS_COLLECT_H

#include "nodes/pg_list.h"

extern List *sg_collect_metrics(void);

#endif							/* SG_METRICS_COLLECT_H */
