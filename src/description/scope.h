/*
 * description/scope.h
 *		The scope: which objects and facets count.
 */
#ifndef SG_DESCRIPTION_SCOPE_H
#define SG_DESCRIPTION_SCOPE_H

#include "nodes/pg_list.h"

#include "format/facet.h"

extern SgFacetSet sg_scope_facets(void);
extern List *sg_scope_exclusions(void);

#endif							/* SG_DESCRIPTION_SCOPE_H */
