/*
 * deparse/relations.h
 *		Keeps the deparser from opening the relations that a query names.
 */
#ifndef SG_DEPARSE_RELATIONS_H
#define SG_DEPARSE_RELATIONS_H

#include "nodes/pg_list.h"

#include "catalogs/names.h"

extern List *sg_relations_opened(SgNames *names, Node *tree);
extern List *sg_relations_hide(SgNames *names, Node *tree);
extern char *sg_relations_show(const char *text, List *hidden);

#endif							/* SG_DEPARSE_RELATIONS_H */
