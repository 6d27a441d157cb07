/*
 * incidents/explain.h
 *		Which change of the schema caused an error.
 */
#ifndef SG_INCIDENTS_EXPLAIN_H
#define SG_INCIDENTS_EXPLAIN_H

extern void sg_explain_error(ErrorData *error);

#endif							/* SG_INCIDENTS_EXPLAIN_H */
