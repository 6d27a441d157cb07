/*
 * deparse/expression.h
 *		Turns stored expressions into text, each different one once per run.
 */
#ifndef SG_DEPARSE_EXPRESSION_H
#define SG_DEPARSE_EXPRESSION_H

#include "deparse/deparse.h"

extern char *sg_deparse_expression(SgDeparser *deparser, const char *tree,
								   SgColumnNames *columns);

#endif							/* SG_DEPARSE_EXPRESSION_H */
