/*
 * description/scope.h
 *		Which objects and facets count.
 */
#ifndef SG_DESCRIPTION_SCOPE_H
#define SG_DESCRIPTION_SCOPE_H

#include "nodes/pg_list.h"
#include "utils/array.h"

#include "format/object.h"

extern SgFacetSet sg_facets_from_array(ArrayType *array);
extern SgFacetSet sg_scope_facets(void);
extern List *sg_scope_exclusions(void);
extern bool sg_scope_same_exclusions(const List *a, const List *b);
extern bool sg_pattern_matches(const char *pattern, const char *identity);
extern bool sg_scope_excludes(const List *exclusions, const char *identity);

#endif							/* SG_DESCRIPTION_SCOPE_H */
