/*
 * recording/statement_key.h
 *		The key by which a statement is recognized that was seen before.
 */
#ifndef SG_RECORDING_STATEMENT_KEY_H
#define SG_RECORDING_STATEMENT_KEY_H

#include "nodes/parsenodes.h"

extern uint64 sg_statement_key(const char *source, Query *query);

#endif							/* SG_RECORDING_STATEMENT_KEY_H */
