/*
 * format/scope_rules.h
 *		What the rules of a scope say: facets by name, exclusions by pattern.
 */
#ifndef SG_FORMAT_SCOPE_RULES_H
#define SG_FORMAT_SCOPE_RULES_H

#include "nodes/pg_list.h"
#include "utils/array.h"

#include "format/object.h"

extern SgFacetSet sg_facet_set_of_array(ArrayType *array);
extern bool sg_scope_same_exclusions(const List *a, const List *b);
extern bool sg_scope_pattern_matches(const char *pattern, const char *identity);
extern bool sg_scope_excludes(const List *exclusions, const char *identity);

#endif							/* SG_FORMAT_SCOPE_RULES_H */
