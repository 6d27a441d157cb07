/*
 * format/scope_rules.h
 *		The exclusion rules of a scope.
 */
#ifndef SG_FORMAT_SCOPE_RULES_H
#define SG_FORMAT_SCOPE_RULES_H

#include "nodes/pg_list.h"

extern bool sg_scope_same_exclusions(const List *a, const List *b);
extern bool sg_scope_pattern_matches(const char *pattern, const char *identity);
extern bool sg_scope_excludes(const List *exclusions, const char *identity);

#endif							/* SG_FORMAT_SCOPE_RULES_H */
