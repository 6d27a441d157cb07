/*
 * sg_scope.c
 *		Which objects and facets count.
 *
 * What can be configured: exclusion rules, which are LIKE patterns over the
 * identities of objects, and the guarded facets.  What cannot: system schemas,
 * temporary objects, members of extensions (sg_describe.c).
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "sg_scope.h"
#include "sg_spi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/* The facet of that name, or all of them. */
static SgFacetSet
facet_element(const char *name)
{
	SgFacet		facet;

	if (strcmp(name, "all") == 0)
		return SG_FACETS_ALL;
	if (!sg_facet_parse(name, &facet))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("facet \"%s\" does not exist", name),
				 errhint("Facets are %s; all stands for every one.",
						 sg_facet_set_text(SG_FACETS_ALL))));
	return SG_FACET_BIT(facet);
}

/*
 * The set of facets that an SQL array of names stands for; "all" is every one.
 * Errors name the element at fault.
 */
SgFacetSet
sg_facets_from_array(ArrayType *array)
{
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	SgFacetSet	facets = 0;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &nelements);
	for (int i = 0; i < nelements; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a facet must not be null")));
		facets |= facet_element(TextDatumGetCString(elements[i]));
	}
	if (facets == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no facet is given"),
				 errhint("Name one or more of %s, or all.", sg_facet_set_text(SG_FACETS_ALL))));
	return facets;
}

/* The guarded facets; as the owner (sg_guard_enter), within SPI. */
SgFacetSet
sg_scope_facets(void)
{
	SgFacetSet	facets = 0;
	uint64		rows = sg_spi_query("SELECT facet FROM schema_guard.guarded_facet", 0, NULL, NULL, NULL);

	for (uint64 i = 0; i < rows; i++)
	{
		SgFacet		facet;

		if (sg_facet_parse(sg_spi_text(i, 1), &facet))
			facets |= SG_FACET_BIT(facet);
	}
	return facets != 0 ? facets : SG_FACETS_DEFAULT;
}

/*
 * The patterns of the exclusion rules in byte order, a list of char * in the
 * memory context "context"; as the owner, within SPI.
 */
List *
sg_scope_exclusions(MemoryContext context)
{
	List	   *patterns = NIL;
	uint64		rows = sg_spi_query("SELECT object_pattern FROM schema_guard.exclusion"
									" ORDER BY object_pattern COLLATE \"C\"", 0, NULL, NULL, NULL);
	MemoryContext old = MemoryContextSwitchTo(context);

	for (uint64 i = 0; i < rows; i++)
		patterns = lappend(patterns, pstrdup(sg_spi_text(i, 1)));
	MemoryContextSwitchTo(old);
	return patterns;
}

/* Does the identity match the LIKE pattern? */
bool
sg_pattern_matches(const char *pattern, const char *identity)
{
	return DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID,
												CStringGetTextDatum(identity),
												CStringGetTextDatum(pattern)));
}

/* Does one of the rules leave the object out? */
bool
sg_scope_excludes(const List *exclusions, const char *identity)
{
	ListCell   *lc;

	foreach(lc, exclusions)
	{
		if (sg_pattern_matches(lfirst(lc), identity))
			return true;
	}
	return false;
}
