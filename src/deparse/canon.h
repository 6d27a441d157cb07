/*
 * deparse/canon.h
 *		One text for each meaning for which the server's deparser has several.
 */
#ifndef SG_DEPARSE_CANON_H
#define SG_DEPARSE_CANON_H

#include "nodes/nodes.h"

#include "deparse/deparser.h"

extern Node *sg_canon_tree(Node *tree);
extern bool sg_canon_is_no_default(SgDeparser *deparser, const Node *node, Oid type);

#endif							/* SG_DEPARSE_CANON_H */
