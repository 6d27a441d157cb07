/*
 * queries/use.h
 *		What is done with a value, as contracts write it.
 */
#ifndef SG_QUERIES_USE_H
#define SG_QUERIES_USE_H

#include "queries/analysis.h"
#include "queries/walk.h"

extern Node *sg_use_strip(Node *node);
extern Var *sg_use_column(Node *node);
extern bool sg_use_is_untyped(const SgPlaces *places, Node *node);
extern bool sg_use_is_null(const SgPlaces *places, Node *node);
extern bool sg_use_is_label(const SgPlaces *places, Node *literal, Oid type);
extern bool sg_use_is_label_of(const SgWalk *walk, Node *literal, Node *value);
extern Var *sg_use_label_column(const SgWalk *walk, Node *value);
extern char *sg_use_given(const SgPlaces *places, Node *node);
extern char *sg_use_call(const SgWalk *walk, const char *kind, const char *name,
						 const List *arguments, int which, Oid result, const char *use);
extern char *sg_use_united(const List *types, Oid type, const char *use);
extern char *sg_use_element(const char *use);
extern char *sg_use_type(const char *kind, Oid type);
extern char *sg_use_assigned(const SgPlaces *places, Node *source);
extern char *sg_use_framed(const SgPlaces *places, Node *offset);
extern List *sg_use_compared(const SgWalk *walk, const SubLink *sublink);

#endif							/* SG_QUERIES_USE_H */
