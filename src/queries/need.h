/*
 * queries/need.h
 *		What a query needs, item by item, as contracts express it.
 */
#ifndef SG_QUERIES_NEED_H
#define SG_QUERIES_NEED_H

#include "access/attnum.h"
#include "access/htup.h"
#include "nodes/pg_list.h"

#include "queries/outline.h"

extern char *sg_need_type_text(Oid type);
extern bool sg_need_is_builtin(Oid schema);
extern void sg_need_permanent(Oid schema, const char *what, const char *name);
extern bool sg_need_takes(const SgOutline *contract, Oid schema, const char *what,
						  const char *name);
extern char *sg_need_relation_text(Oid relid);
extern SgOutline *sg_need_relation(SgOutline *contract, Oid relid);
extern void sg_need_not_in(SgOutline *contract, Oid relid, const List *path);
extern List *sg_need_path(const List *path, Oid last);
extern void sg_need_use(SgOutline *owner, const char *name, Oid type, const char *use);
extern void sg_need_placed(SgOutline *contract, Oid relid, AttrNumber number, const char *use);
extern void sg_need_first(SgOutline *contract, Oid relid, int count);
extern void sg_need_column(SgOutline *contract, Oid relid, AttrNumber number, const char *use);
extern void sg_need_attribute(SgOutline *contract, Oid type, AttrNumber number, const char *use);
extern void sg_need_row(SgOutline *contract, Oid relid, const char *key);
extern void sg_need_row_type(SgOutline *contract, Oid type, const char *key);
extern void sg_need_returned(SgOutline *contract, Oid type);
extern void sg_need_insert(SgOutline *relation, const List *names);
extern void sg_need_given(SgOutline *relation, Oid relid, AttrNumber number, bool overriding);
extern char *sg_need_columns(Oid relid, int count);
extern void sg_need_type(SgOutline *contract, Oid type);
extern SgOutline *sg_need_type_part(SgOutline *contract, Oid type);
extern void sg_need_label(SgOutline *contract, Oid type, const char *label);
extern void sg_need_value(SgOutline *contract, Oid type, Datum value);
extern char *sg_need_operator_text(HeapTuple tuple);
extern bool sg_need_operator(SgOutline *contract, Oid operator);
extern void sg_need_sequence_call(SgOutline *contract, Oid function, const List *arguments);
extern void sg_need_collation(SgOutline *contract, Oid collation);

#endif							/* SG_QUERIES_NEED_H */
