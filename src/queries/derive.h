/*
 * queries/derive.h
 *		What queries need of the schema: a contract, derived from their texts.
 */
#ifndef SG_QUERIES_DERIVE_H
#define SG_QUERIES_DERIVE_H

#include "nodes/pg_list.h"

#include "queries/outline.h"

extern SgOutline *sg_derive_queries(const List *texts);

#endif							/* SG_QUERIES_DERIVE_H */
