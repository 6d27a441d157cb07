/*
 * metrics/metric.h
 *		Metrics: their names, meanings and values.
 */
#ifndef SG_METRICS_METRIC_H
#define SG_METRICS_METRIC_H

#include "nodes/pg_list.h"

typedef enum SgMetricType
{
	SG_METRIC_GAUGE,
	SG_METRIC_COUNTER,			/* its name ends in _total */
	SG_METRIC_INFO				/* its name ends in _info, its value is 1 */
} SgMetricType;

/* metrics of one name, which differ in their labels */
typedef struct SgMetricFamily
{
	const char *name;
	SgMetricType type;
	const char *help;
} SgMetricFamily;

/* one value */
typedef struct SgMetric
{
	const SgMetricFamily *family;
	List	   *labels;			/* of char *: names and values in turn */
	double		value;
} SgMetric;

extern const SgMetricFamily *sg_metric_family(const char *name);
extern const char *sg_metric_type_name(SgMetricType type);
extern void sg_metric_add(List **metrics, const char *name, List *labels, double value);
extern List *sg_metric_sort(List *metrics);

#endif							/* SG_METRICS_METRIC_H */
