/*
 * queries/label.h
 *		Literals that are labels of an enum because of the column beside them.
 */
#ifndef SG_QUERIES_LABEL_H
#define SG_QUERIES_LABEL_H

#include "queries/walk.h"

extern char *sg_label_text(const Const *label);
extern char *sg_label_use(const Const *label);
extern bool sg_label_is_of(const SgWalk *walk, Node *literal, Node *value);
extern bool sg_label_is_use(const char *use);
extern void sg_label_walk(SgWalk *walk, Node *value, const char *use);
extern bool sg_label_take(SgWalk *walk, Node *literal, const List *values);
extern bool sg_label_take_array(SgWalk *walk, Node *array, Node *value);

#endif							/* SG_QUERIES_LABEL_H */
