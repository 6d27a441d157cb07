/*
 * format/scope_rules.c
 *		The exclusion rules of a scope.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "format/scope_rules.h"
#include "support/text.h"

/* Returns true if the rules are the same; both lists are in the order of a schema file. */
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

/* Returns true if the identity, as it is shown, matches the LIKE pattern. */
bool
sg_scope_pattern_matches(const char *pattern, const char *identity)
{
	return DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID,
												sg_text_datum(identity),
												CStringGetTextDatum(pattern)));
}

/* Returns true if one of the rules excludes the object. */
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
