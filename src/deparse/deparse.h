/*
 * deparse/deparse.h
 *		Turns expressions into text without opening the relation that they belong to.
 */
#ifndef SG_DEPARSE_DEPARSE_H
#define SG_DEPARSE_DEPARSE_H

#include "nodes/pg_list.h"

#include "deparse/deparser.h"

/* the columns of the relation that expressions are over */
typedef struct SgColumnNames
{
	Oid			relid;
	const char *relation;		/* name, not quoted: whole-row references are printed with it */
	int			count;			/* highest attribute number */
	const char **names;			/* [attnum - 1], NULL where dropped */
	List	   *context;		/* made by the first expression that needs it */
} SgColumnNames;

extern void sg_deparse_column_names(SgNames *names, Oid relid, SgColumnNames *columns);
extern char *sg_deparse_node(SgDeparser *deparser, Node *node, SgColumnNames *columns);
extern char *sg_deparse_policy(SgDeparser *deparser, Node *node, SgColumnNames *columns);
extern char *sg_deparse_with_old_new(SgDeparser *deparser, Node *node, SgColumnNames *columns);

#endif							/* SG_DEPARSE_DEPARSE_H */
