/*
 * format/name_table.h
 *		Hash tables with strings as keys.
 */
#ifndef SG_FORMAT_NAME_TABLE_H
#define SG_FORMAT_NAME_TABLE_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"

extern HTAB *sg_name_table(const char *what);
extern HTAB *sg_name_table_of(const List *names);
extern void **sg_name_enter(HTAB *table, const char *name);
extern void *sg_name_find(HTAB *table, const char *name);

#endif							/* SG_FORMAT_NAME_TABLE_H */
