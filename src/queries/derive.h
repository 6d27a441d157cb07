/*
 * queries/derive.h
 *		What queries need of the schema: a contract, derived from their texts.
 */
#ifndef SG_QUERIES_DERIVE_H
#define SG_QUERIES_DERIVE_H

#include "nodes/pg_list.h"

#include "queries/analysis.h"
#include "queries/outline.h"

/* looks at a statement that was analysed */
typedef void (*SgDeriveCheck) (const SgAnalysis *analysis, void *arg);

extern void sg_derive_text(SgOutline *contract, const char *text, SgDeriveCheck check, void *arg);
extern SgOutline *sg_derive_queries(const List *texts);
extern void sg_derive_needs(SgOutline *contract, const SgAnalysis *analysis);

#endif							/* SG_QUERIES_DERIVE_H */
