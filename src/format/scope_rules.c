/*
 * format/scope_rules.c
 *		What the rules of a scope say: facets by name, exclusions by pattern.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "format/object.h"
#include "format/scope_rules.h"
#include "support/text.h"

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
sg_facet_set_of_array(ArrayType *array)
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

/* Are these the same rules?  Both as sg_scope_exclusions() has them, in byte order. */
bool
sg_scope_same_exclusions(const List *a, const List *b)
{
	if (list_length(a) != list_length(b))
		return false;
	for (int i = 0; i < list_length(a); i++)
	{
		if (strcmp(list_nth(a, i), list_nth(b, i)) != 0)
			return false;
	}
	return true;
}

/* Does the identity, as it is shown, match the LIKE pattern? */
bool
sg_scope_pattern_matches(const char *pattern, const char *identity)
{
	return DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID,
												sg_text_datum(identity),
												CStringGetTextDatum(pattern)));
}

/* Does one of the rules leave the object out? */
bool
sg_scope_excludes(const List *exclusions, const char *identity)
{
	ListCell   *lc;

	foreach(lc, exclusions)
	{
		if (sg_scope_pattern_matches(lfirst(lc), identity))
			return true;
	}
	return false;
}
