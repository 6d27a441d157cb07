/*
 * queries/write.h
 *		What INSERT, UPDATE, DELETE and MERGE need of the relation that they change.
 */
#ifndef SG_QUERIES_WRITE_H
#define SG_QUERIES_WRITE_H

#include "queries/walk.h"

extern void sg_write_need(SgWalk *walk);
extern const List *sg_write_exposed(const SgWalk *walk);
extern void sg_write_command(SgOutline *contract, Oid relid, const char *command);

#endif							/* SG_QUERIES_WRITE_H */
