/*
 * description/scope.c
 *		The scope: which objects and facets count.
 *
 * Users configure exclusion rules, which are LIKE patterns for the identities of
 * objects, and the guarded facets.  System schemas, temporary schemas
 * (classes/describer.c) and members of extensions (classes/outside.c) are never in
 * scope.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "description/scope.h"
#include "support/table.h"
#include "support/text.h"

static const SgTableShape guarded_facet_shape = {"guarded_facet", 1, {TEXTOID}};
static const SgTableShape exclusion_shape = {"exclusion", 4, {TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID}};

/* Returns the guarded facets. */
SgFacetSet
sg_scope_facets(void)
{
	SgFacetSet	facets = 0;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &guarded_facet_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		SgFacet		facet;

		if (sg_facet_parse(sg_table_required_text(&table, tuple, 1), &facet))
			facets |= SG_FACET_BIT(facet);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return facets != 0 ? facets : SG_FACETS_DEFAULT;
}

/* Returns the patterns of the exclusion rules in the order of a schema file, a List of char *. */
List *
sg_scope_exclusions(void)
{
	List	   *patterns = NIL;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &exclusion_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
		patterns = lappend(patterns, sg_table_required_text(&table, tuple, 1));
	systable_endscan(scan);
	sg_table_close(&table);
	list_sort(patterns, sg_text_compare_cells);
	return patterns;
}
