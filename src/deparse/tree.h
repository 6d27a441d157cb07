/*
 * deparse/tree.h
 *		Reads and prints stored trees, which may be damaged.
 */
#ifndef SG_DEPARSE_TREE_H
#define SG_DEPARSE_TREE_H

#include "nodes/pg_list.h"

#include "deparse/deparser.h"

typedef char *(*SgTreePrinter) (SgDeparser *deparser, Node *tree, void *arg);

extern Node *sg_tree_required(const char *text);
extern Node *sg_tree_read(SgDeparser *deparser, const char *text);
extern List *sg_tree_read_list(SgDeparser *deparser, const char *text);
extern Node *sg_tree_nth(const List *trees, int n);
extern char *sg_tree_print(SgDeparser *deparser, SgTreePrinter printer, Node *tree, void *arg);

#endif							/* SG_DEPARSE_TREE_H */
