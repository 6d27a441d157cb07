/*
 * queries/finish.h
 *		Makes a contract of what was noted while queries were walked.
 */
#ifndef SG_QUERIES_FINISH_H
#define SG_QUERIES_FINISH_H

#include "queries/outline.h"

extern void sg_finish_contract(SgOutline *contract);

#endif							/* SG_QUERIES_FINISH_H */
