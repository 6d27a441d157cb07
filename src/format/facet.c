/*
 * format/facet.c
 *		Facets, and sets of them, by name.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "format/facet.h"
#include "support/text.h"

static const char *const facet_names[SG_NUM_FACETS] = {
	[SG_FACET_STRUCTURE] = "structure",
	[SG_FACET_INDEX] = "index",
	[SG_FACET_PARTITIONS] = "partitions",
	[SG_FACET_ACCESS] = "access",
	[SG_FACET_STORAGE] = "storage",
	[SG_FACET_COMMENT] = "comment",
	[SG_FACET_SETTINGS] = "settings"
};

const char *
sg_facet_name(SgFacet facet)
{
	return facet_names[facet];
}

/* Returns false if there is no facet of that name. */
bool
sg_facet_parse(const char *name, SgFacet *facet)
{
	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		if (strcmp(name, facet_names[i]) == 0)
		{
			*facet = (SgFacet) i;
			return true;
		}
	}
	return false;
}

/* Returns the names of the facets in the set, comma-separated, palloc'd. */
char *
sg_facet_set_text(SgFacetSet facets)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		if ((facets & SG_FACET_BIT(i)) == 0)
			continue;
		if (buf.len > 0)
			appendStringInfoString(&buf, ", ");
		appendStringInfoString(&buf, facet_names[i]);
	}
	return buf.data;
}

/* Returns the facet of that name; all facets for "all". */
static SgFacetSet
facet_element(const char *name)
{
	SgFacet		facet;

	if (strcmp(name, "all") == 0)
		return SG_FACETS_ALL;
	if (!sg_facet_parse(name, &facet))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("facet \"%s\" does not exist", sg_text_escape_unmappable(name)),
				 errhint("Facets are %s; all stands for every one.",
						 sg_facet_set_text(SG_FACETS_ALL))));
	return SG_FACET_BIT(facet);
}

/*
 * Returns the set of facets that an SQL array names; "all" stands for every one.
 * Errors name the invalid element.
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
