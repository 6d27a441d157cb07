/*
 * deparse/tree.h
 *		Reading and printing stored trees, which may be damaged.
 */
#ifndef SG_DEPARSE_TREE_H
#define SG_DEPARSE_TREE_H

#include "nodes/pg_list.h"

#include "deparse/deparser.h"

typedef char *(*SgTreePrinter) (SgDeparser *deparser, Node *tree, void *arg);

extern Node *sg_read_tree(SgDeparser *deparser, const char *text);
extern List *sg_read_trees(SgDeparser *deparser, const char *text);
extern Node *sg_nth_tree(const List *trees, int n);
extern char *sg_print_tree(SgDeparser *deparser, SgTreePrinter printer, Node *tree, void *arg);

#endif							/* SG_DEPARSE_TREE_H */
