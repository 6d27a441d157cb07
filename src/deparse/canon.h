/*
 * deparse/canon.h
 *		One text for one meaning, where the server's deparser has several.
 */
#ifndef SG_DEPARSE_CANON_H
#define SG_DEPARSE_CANON_H

#include "nodes/nodes.h"

extern Node *sg_canon_tree(Node *tree);
extern char *sg_canon_text(const char *deparsed);
extern const char *sg_canon_identifier(const char *name);
extern const char *sg_canon_skip_quoted(const char *start);
extern bool sg_canon_is_identifier_byte(char c);

#endif							/* SG_DEPARSE_CANON_H */
