/*
 * deparse/temporary.h
 *		The same text for what is temporary, whichever session prints it.
 */
#ifndef SG_DEPARSE_TEMPORARY_H
#define SG_DEPARSE_TEMPORARY_H

#include "nodes/pg_list.h"

extern List *sg_temporary_relations(Node *tree);
extern char *sg_temporary_show(char *text, const List *relations);

#endif							/* SG_DEPARSE_TEMPORARY_H */
