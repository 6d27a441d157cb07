/*
 * format/facet.h
 *		Facets: the groups that items belong to.
 */
#ifndef SG_FORMAT_FACET_H
#define SG_FORMAT_FACET_H

#include "utils/array.h"

typedef enum SgFacet
{
	SG_FACET_STRUCTURE,
	SG_FACET_INDEX,
	SG_FACET_PARTITIONS,
	SG_FACET_ACCESS,
	SG_FACET_STORAGE,
	SG_FACET_COMMENT,
	SG_FACET_SETTINGS
} SgFacet;

#define SG_NUM_FACETS (SG_FACET_SETTINGS + 1)

/* a set of facets, one bit each */
typedef uint32 SgFacetSet;

#define SG_FACET_BIT(facet) ((SgFacetSet) 1 << (facet))
#define SG_FACETS_ALL (SG_FACET_BIT(SG_NUM_FACETS) - 1)
#define SG_FACETS_DEFAULT (SG_FACET_BIT(SG_FACET_STRUCTURE) | SG_FACET_BIT(SG_FACET_INDEX))

extern const char *sg_facet_name(SgFacet facet);
extern bool sg_facet_parse(const char *name, SgFacet *facet);
extern char *sg_facet_set_text(SgFacetSet facets);
extern SgFacetSet sg_facet_set_of_array(ArrayType *array);

#endif							/* SG_FORMAT_FACET_H */
