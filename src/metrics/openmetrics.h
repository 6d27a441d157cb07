/*
 * metrics/openmetrics.h
 *		Metrics as text.
 */
#ifndef SG_METRICS_OPENMETRICS_H
#define SG_METRICS_OPENMETRICS_H

#include "nodes/pg_list.h"

extern char *sg_openmetrics_text(const List *metrics);

#endif							/* SG_METRICS_OPENMETRICS_H */
