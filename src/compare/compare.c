/*
 * compare/compare.c
 *		Comparing whole schemas: snapshots, states of the journal, the live schema.
 *
 * If both sides have the same scope, digests are compared first and only what
 * differs is loaded.  Otherwise digests say nothing: then all objects that neither
 * side excludes are compared, in the facets that both sides have, and a warning
 * says so.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compare/compare.h"
#include "description/scope.h"
#include "format/diff.h"
#include "format/fingerprint.h"
#include "format/scope_rules.h"
#include "journal/reference.h"
#include "state/live_describe.h"
#include "state/store.h"
#include "support/grow.h"

/* the scope in which the two sides are compared */
typedef struct CommonScope
{
	bool		same;			/* both sides have the same scope */
	SgFacetSet	facets;
	const List *exclusions[2];
} CommonScope;

/* objects that are to be compared */
typedef struct ObjectSet
{
	int			count;
	int			capacity;
	SgObject  **objects;
} ObjectSet;

static void
add_object(ObjectSet *set, SgObject *object)
{
	SG_GROW(set->objects, set->count, set->capacity);
	set->objects[set->count++] = object;
}

static char *
scope_text(SgFacetSet facets, const List *exclusions)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	appendStringInfo(&buf, "facets %s", sg_facet_set_text(facets));
	foreach(cell, exclusions)
		appendStringInfo(&buf, "%s%s", cell == list_head(exclusions) ? ", without " : ", ",
						 (char *) lfirst(cell));
	return buf.data;
}

/*
 * Returns the scope in which two sides can be compared.  With "warns", raises a
 * warning if that is not all of both.
 */
static CommonScope
common_scope(SgFacetSet from_facets, const List *from_exclusions,
			 SgFacetSet to_facets, const List *to_exclusions, bool warns)
{
	CommonScope scope;

	scope.facets = from_facets & to_facets;
	scope.exclusions[0] = from_exclusions;
	scope.exclusions[1] = to_exclusions;
	scope.same = from_facets == to_facets && sg_scope_same_exclusions(from_exclusions, to_exclusions);
	if (scope.facets == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the two sides have no facet in common"),
				 errdetail("One has %s, the other has %s.",
						   sg_facet_set_text(from_facets), sg_facet_set_text(to_facets))));
	if (!scope.same && warns)
		ereport(WARNING,
				(errmsg("the two sides have different scopes, only what both cover is compared"),
				 errdetail("One has %s; the other has %s.",
						   scope_text(from_facets, from_exclusions),
						   scope_text(to_facets, to_exclusions))));
	return scope;
}

/* Removes the items of other facets. */
static void
restrict_object(SgObject *object, SgFacetSet facets)
{
	int			kept = 0;

	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) != 0)
			object->items[kept++] = object->items[i];
	}
	object->nitems = kept;
}

/* Adds the object, if it is in the common scope, with its items in that scope. */
static void
add_in_scope(ObjectSet *set, SgObject *object, const CommonScope *scope)
{
	if (!scope->same &&
		(sg_scope_excludes(scope->exclusions[0], object->identity) ||
		 sg_scope_excludes(scope->exclusions[1], object->identity)))
		return;
	restrict_object(object, scope->facets);
	add_object(set, object);
}

static void
load_objects(ObjectSet *set, const SgDigestSet *digests, const CommonScope *scope)
{
	SgObject  **objects = sg_store_load_objects(digests->members, digests->count);

	for (int i = 0; i < digests->count; i++)
		add_in_scope(set, objects[i], scope);
}

static int
compare_names(const void *a, const void *b)
{
	const SgObject *left = *(SgObject *const *) a;
	const SgObject *right = *(SgObject *const *) b;
	int			order = strcmp(left->type, right->type);

	return order != 0 ? order : strcmp(left->identity, right->identity);
}

/*
 * Removes objects of which only the name is left, unless "others", which is sorted,
 * has them. A stored object that only has items of other facets may or may not have
 * existed without them.
 */
static void
drop_undetermined(ObjectSet *set, const ObjectSet *others)
{
	int			kept = 0;

	for (int i = 0; i < set->count; i++)
	{
		SgObject   *object = set->objects[i];

		if (object->structural || object->nitems > 0 ||
			(others->count > 0 &&
			 bsearch(&object, others->objects, others->count, sizeof(SgObject *), compare_names)))
			set->objects[kept++] = object;
	}
	set->count = kept;
}

/* Returns what differs between the objects of the two sides. */
static List *
diff_sets(ObjectSet *before, ObjectSet *after, const CommonScope *scope)
{
	if (!scope->same)
	{
		if (before->count > 0)
			qsort(before->objects, before->count, sizeof(SgObject *), compare_names);
		if (after->count > 0)
			qsort(after->objects, after->count, sizeof(SgObject *), compare_names);
		drop_undetermined(before, after);
		drop_undetermined(after, before);
	}
	return sg_diff_objects(before->objects, before->count, after->objects, after->count);
}

/* Finds what only one of two stored schemas of the same scope has. */
static void
stored_difference(SgReference *from, SgReference *to,
				  SgDigestSet *only_from, SgDigestSet *only_to)
{
	SgDigest	from_root;
	SgDigest	to_root;

	if (from->is_snapshot && to->is_snapshot)
	{
		sg_fingerprint_root(from->fingerprint, &from_root);
		sg_fingerprint_root(to->fingerprint, &to_root);
		sg_store_load_tree_difference(&from_root, &to_root, only_from, only_to);
		return;
	}
	sg_reference_load_digests(from);
	sg_reference_load_digests(to);
	*only_from = from->digests;
	*only_to = to->digests;
	sg_digest_sets_drop_common(only_from, only_to);
}

/* Returns what differs between two stored schemas: a List of SgItemChange *. */
List *
sg_compare_stored(SgReference *from, SgReference *to, bool warns)
{
	CommonScope scope = common_scope(from->facets, from->exclusions, to->facets, to->exclusions, warns);
	SgDigestSet only_from;
	SgDigestSet only_to;
	ObjectSet	before = {0};
	ObjectSet	after = {0};

	if (scope.same)
		stored_difference(from, to, &only_from, &only_to);
	else
	{
		sg_reference_load_digests(from);
		sg_reference_load_digests(to);
		only_from = from->digests;
		only_to = to->digests;
	}
	load_objects(&before, &only_from, &scope);
	load_objects(&after, &only_to, &scope);
	return diff_sets(&before, &after, &scope);
}

/* a comparison with the live schema */
typedef struct LiveComparison
{
	MemoryContext context;		/* where copies of objects go */
	CommonScope scope;
	const SgDigestSet *stored;
	bool	   *seen;			/* for each of "stored": it is live */
	ObjectSet	after;
	StringInfoData buf;
} LiveComparison;

/*
 * Returns true if an object with this digest is stored that was not found before.
 * Objects that lack a part of their names may have equal digests.
 */
static bool
find_stored(LiveComparison *comparison, const SgDigest *digest)
{
	const SgDigestSet *stored = comparison->stored;
	SgDigest   *found = bsearch(digest, stored->members, stored->count, sizeof(SgDigest),
								sg_digest_compare);
	int			place;

	if (found == NULL)
		return false;
	place = found - stored->members;
	while (place > 0 && sg_digest_compare(&stored->members[place - 1], digest) == 0)
		place--;
	while (comparison->seen[place] && place + 1 < stored->count &&
		   sg_digest_compare(&stored->members[place + 1], digest) == 0)
		place++;
	if (comparison->seen[place])
		return false;
	comparison->seen[place] = true;
	return true;
}

/* SgLiveRestart */
static void
forget_live(void *arg)
{
	LiveComparison *comparison = arg;

	comparison->after.count = 0;
	memset(comparison->seen, false, sizeof(bool) * comparison->stored->count);
}

/* SgObjectReceiver: keeps the objects that the stored side does not have in the same form. */
static void
receive_live(SgObject *object, void *arg)
{
	LiveComparison *comparison = arg;
	MemoryContext old;

	if (comparison->scope.same)
	{
		SgDigest	digest;

		sg_block_render(&comparison->buf, object, comparison->scope.facets, &digest);
		if (find_stored(comparison, &digest))
			return;
	}
	old = MemoryContextSwitchTo(comparison->context);
	add_in_scope(&comparison->after, sg_object_copy(object), &comparison->scope);
	MemoryContextSwitchTo(old);
}

/*
 * Returns what differs between a stored schema and the live one: a List of
 * SgItemChange *.  Locks like sg_describe_all().
 */
List *
sg_compare_live(SgReference *from)
{
	MemoryContext caller = CurrentMemoryContext;
	SgDescribeOptions options = {0};
	LiveComparison comparison = {0};
	ObjectSet	before = {0};
	SgDigestSet missing;
	SgFacetSet	facets = sg_scope_facets();
	List	   *exclusions = sg_scope_exclusions();

	sg_reference_load_digests(from);

	comparison.context = caller;
	comparison.scope = common_scope(from->facets, from->exclusions, facets, exclusions, true);
	comparison.stored = &from->digests;
	comparison.seen = palloc(sizeof(bool) * Max(from->digests.count, 1));
	initStringInfo(&comparison.buf);
	options.facets = comparison.scope.facets;
	sg_live_describe(&options, receive_live, forget_live, &comparison);

	sg_digest_set_init(&missing);
	for (int i = 0; i < from->digests.count; i++)
	{
		if (!comparison.seen[i])
			sg_digest_set_add(&missing, &from->digests.members[i]);
	}
	load_objects(&before, &missing, &comparison.scope);
	return diff_sets(&before, &comparison.after, &comparison.scope);
}
