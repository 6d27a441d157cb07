/*
 * queries/statement.h
 *		What a statement needs, be it a query or a command.
 */
#ifndef SG_QUERIES_STATEMENT_H
#define SG_QUERIES_STATEMENT_H

#include "queries/analysis.h"
#include "queries/outline.h"

extern void sg_statement_check(Node *statement);
extern bool sg_statement_is_recorded(Node *statement);
extern void sg_statement_need(SgOutline *contract, const SgAnalysis *analysis);

#endif							/* SG_QUERIES_STATEMENT_H */
