/*
 * incidents/explain.h
 *		Which change of the schema an error comes of.
 */
#ifndef SG_INCIDENTS_EXPLAIN_H
#define SG_INCIDENTS_EXPLAIN_H

extern void sg_explain_error(ErrorData *error);

#endif							/* SG_INCIDENTS_EXPLAIN_H */
