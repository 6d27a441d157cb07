/*
 * queries/sqlx.h
 *		Contracts from the files that "cargo sqlx prepare" writes.
 */
#ifndef SG_QUERIES_SQLX_H
#define SG_QUERIES_SQLX_H

#include "utils/jsonb.h"

#include "queries/outline.h"

extern SgOutline *sg_sqlx_derive(Jsonb *json);

#endif							/* SG_QUERIES_SQLX_H */
