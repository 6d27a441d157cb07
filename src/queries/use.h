/*
 * queries/use.h
 *		What is done with a value, as contracts write it.
 */
#ifndef SG_QUERIES_USE_H
#define SG_QUERIES_USE_H

#include "queries/analysis.h"

/* uses of what an expression returns are kept up to this length: each may be in many others */
#define SG_USE_MAX_NESTED 800

extern Node *sg_use_strip(Node *node);
extern Var *sg_use_column(Node *node);
extern List *sg_use_alternatives(Node *node);
extern bool sg_use_is_untyped(const SgPlaces *places, Node *node);
extern bool sg_use_is_null(const SgPlaces *places, Node *node);
extern bool sg_use_is_label(const SgPlaces *places, Node *literal, Oid type);
extern char *sg_use_given(const SgPlaces *places, Node *node);
extern char *sg_use_element(const char *use);
extern char *sg_use_of_element(const char *use);
extern char *sg_use_type(const char *kind, Oid type);
extern char *sg_use_framed(const SgPlaces *places, Node *offset);

#endif							/* SG_QUERIES_USE_H */
