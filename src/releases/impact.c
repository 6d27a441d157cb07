/*
 * releases/impact.c
 *		Which live releases a change would break.
 *
 * Every live release is checked twice, against the objects before and after the
 * change, unless it is known to fit before and is not touched.  What is broken
 * afterwards and was not before is blamed on the change; what was broken already is
 * not.  Objects that did not change are taken from the store by way of the live
 * state, not from the catalogs: nothing here waits for a table lock.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "contracts/contract_cache.h"
#include "contracts/contract_source.h"
#include "contracts/problem.h"
#include "format/block.h"
#include "format/item_text.h"
#include "releases/fit.h"
#include "releases/impact.h"
#include "releases/release.h"
#include "releases/session_count.h"
#include "state/digest_column.h"
#include "state/live_bucket.h"
#include "support/errors.h"
#include "support/spi.h"
#include "support/text.h"

/* one side of the change, for lookups */
typedef struct Side
{
	const SgDelta *delta;
	bool		after;
	SgObjectSource source;
} Side;

static bool
answers(const SgObject *object, SgContractKind kind, const char *identity)
{
	return object != NULL && strcmp(object->identity, identity) == 0 &&
		sg_contract_kind_matches(kind, object->type);
}

/* Returns true if the block in that row is the one of an object of the live state. */
static bool
is_live(uint64 row)
{
	SgDigest	digest;
	bool		isnull;
	Datum		value = sg_spi_value(row, 1, &isnull);

	return !isnull && sg_digest_from_datum(value, &digest) && sg_live_bucket_contains(&digest);
}

/* an object of the live state that the change does not touch, or NULL */
static SgObject *
unchanged_object(SgContractKind kind, const char *identity)
{
	static const Oid types[1] = {TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		values[1];
	uint64		rows;
	SgObject   *result = NULL;

	values[0] = sg_text_datum(identity);
	sg_spi_connect();
	rows = sg_spi_query("SELECT digest, block FROM schema_guard.object_text"
						" WHERE object_identity = $1", 1, types, values, NULL);
	for (uint64 i = 0; i < rows && result == NULL; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(caller);
		char	   *block = is_live(i) ? sg_spi_text(i, 2) : NULL;
		SgObject   *object = block == NULL ? NULL : sg_block_parse(block, strlen(block));

		if (answers(object, kind, identity))
			result = object;
		MemoryContextSwitchTo(old);
	}
	sg_spi_finish();
	return result;
}

/* SgObjectSource of one side of the change */
static SgObject *
lookup(SgContractKind kind, const char *identity, void *arg)
{
	Side	   *side = arg;
	bool		touched = false;
	ListCell   *lc;

	foreach(lc, side->delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObject   *here = side->after ? change->after : change->before;
		SgObject   *there = side->after ? change->before : change->after;

		if (answers(here, kind, identity))
			return here;
		touched |= answers(there, kind, identity);
	}
	return touched ? NULL : unchanged_object(kind, identity);
}

/*
 * Adds the object of that identity to the list unless it has it.  What the
 * catalogs name, after the change, and what the change has on this side,
 * together are all that can be there on this side.
 */
static List *
append_here(Side *side, List *objects, SgContractKind kind, const char *identity)
{
	SgObject   *object = lookup(kind, identity, side);
	ListCell   *lc;

	foreach(lc, objects)
	{
		if (strcmp(((SgObject *) lfirst(lc))->identity, identity) == 0)
			return objects;
	}
	return object == NULL ? objects : lappend(objects, object);
}

static List *
children(const char *identity, void *arg)
{
	Side	   *side = arg;
	const SgObjectSource *live = sg_contract_live_source();
	List	   *found = NIL;
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, live->children(identity, live->arg))
		found = append_here(side, found, SG_CONTRACT_RELATION, ((SgObject *) lfirst(lc))->identity);
	foreach(lc, side->delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObject   *here = side->after ? change->after : change->before;

		if (here != NULL && sg_item_inherits_from(here, identity))
			found = append_here(side, found, SG_CONTRACT_RELATION, here->identity);
	}
	foreach(lc, found)
	{
		if (sg_item_inherits_from(lfirst(lc), identity))
			result = lappend(result, lfirst(lc));
	}
	return result;
}

/* Those that are there after the change, as they are on this side. */
static List *
partitions(const char *identity, void *arg)
{
	const SgObjectSource *live = sg_contract_live_source();
	List	   *found = NIL;
	ListCell   *lc;

	foreach(lc, live->partitions(identity, live->arg))
		found = append_here(arg, found, SG_CONTRACT_RELATION, ((SgObject *) lfirst(lc))->identity);
	return found;
}

static List *
overloads(const char *name, void *arg)
{
	Side	   *side = arg;
	const SgObjectSource *live = sg_contract_live_source();
	List	   *found = NIL;
	ListCell   *lc;

	foreach(lc, live->overloads(name, live->arg))
		found = append_here(side, found, SG_CONTRACT_FUNCTION, ((SgObject *) lfirst(lc))->identity);
	foreach(lc, side->delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObject   *here = side->after ? change->after : change->before;

		if (here != NULL && sg_contract_kind_matches(SG_CONTRACT_FUNCTION, here->type) &&
			strcmp(sg_contract_function_called(here->identity), name) == 0)
			found = append_here(side, found, SG_CONTRACT_FUNCTION, here->identity);
	}
	return found;
}

static List *
referring(const char *identity, void *arg)
{
	Side	   *side = arg;
	const SgObjectSource *live = sg_contract_live_source();
	List	   *found = NIL;
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, live->referring(identity, live->arg))
		found = append_here(side, found, SG_CONTRACT_RELATION, ((SgObject *) lfirst(lc))->identity);
	foreach(lc, side->delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObject   *here = side->after ? change->after : change->before;

		if (here != NULL && sg_item_refers_to(here, identity))
			found = append_here(side, found, SG_CONTRACT_RELATION, here->identity);
	}
	foreach(lc, found)
	{
		if (sg_item_refers_to(lfirst(lc), identity))
			result = lappend(result, lfirst(lc));
	}
	return result;
}

static bool
is_publication(const SgObject *object, const char *identity)
{
	return object != NULL && strcmp(object->type, "publication") == 0 &&
		(identity == NULL || strcmp(object->identity, identity) == 0);
}

/* Those that the change does not touch are as they are now. */
static List *
publications(const char *name, void *arg)
{
	Side	   *side = arg;
	const SgObjectSource *live = sg_contract_live_source();
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *cell;

	foreach(cell, live->publications(name, live->arg))
	{
		const char *identity = ((SgObject *) lfirst(cell))->identity;
		bool		touched = false;

		foreach(lc, side->delta->objects)
		{
			const SgObjectChange *change = lfirst(lc);

			touched |= is_publication(change->before, identity) || is_publication(change->after, identity);
		}
		if (!touched)
			result = lappend(result, lfirst(cell));
	}
	foreach(lc, side->delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);
		SgObject   *here = side->after ? change->after : change->before;

		if (is_publication(here, NULL))
			result = lappend(result, here);
	}
	return result;
}

/*
 * Returns true if the problem is one of them.  *next is where to begin, and becomes
 * where the next one is likely to be: both sides are in the contract's order.
 */
static bool
has_problem(const List *problems, const SgProblem *problem, int *next)
{
	int			count = list_length(problems);

	for (int i = 0; i < count; i++)
	{
		int			n = (*next + i) % count;

		if (sg_problem_same(list_nth(problems, n), problem))
		{
			*next = n + 1;
			return true;
		}
	}
	return false;
}

/*
 * Returns true if this change made the problem, since the release fitted: what the
 * rule asks the server is answered by the catalogs as they are now, for both sides.
 * These are names and types of arguments, casts, and what can be done with a type.
 */
static bool
is_lost(const SgProblem *problem, bool fitted)
{
	return fitted && (problem->rule == SG_RULE_FUNCTION_MISSING ||
					  problem->rule == SG_RULE_FUNCTION_AMBIGUOUS ||
					  problem->rule == SG_RULE_TYPE_CHANGED);
}

/* Begins a side of the change; returns its objects, for the checks of all releases. */
static const SgObjectSource *
open_side(Side *side, const SgDelta *delta, bool after)
{
	side->delta = delta;
	side->after = after;
	side->source.lookup = lookup;
	side->source.children = children;
	side->source.partitions = partitions;
	side->source.overloads = overloads;
	side->source.referring = referring;
	side->source.publications = publications;
	side->source.arg = side;
	return sg_contract_cache(&side->source);
}

/* what is broken after the change and was not before; NIL: nothing */
static List *
new_problems(const SgRelease *release, const SgDelta *delta,
			 const SgObjectSource *objects_before, const SgObjectSource *objects_after)
{
	const SgContract *contract = sg_contract_parse(release->contract);
	List	   *after = sg_contract_check(contract, objects_after);
	bool		fitted = sg_fit_was_known(release, delta);
	bool		of_extension = sg_fit_of_extension(release, delta);
	List	   *before;
	List	   *result = NIL;
	int			next = 0;
	ListCell   *lc;

	if (after == NIL)
		return NIL;
	before = sg_contract_check(contract, objects_before);
	foreach(lc, after)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_BROKEN &&
			(of_extension || is_lost(problem, fitted) || !has_problem(before, problem, &next)))
			result = lappend(result, problem);
	}
	return result;
}

static SgBrokenRelease *
broken_release(const SgRelease *release, const List *problems)
{
	SgBrokenRelease *broken = palloc0(sizeof(SgBrokenRelease));
	ListCell   *lc;

	broken->application = release->application;
	broken->version = release->version;
	broken->sessions = sg_session_count_of(release->application, release->version);
	foreach(lc, problems)
		broken->problems = lappend(broken->problems, sg_problem_copy(lfirst(lc)));
	return broken;
}

/*
 * The live releases that the change breaks, a list of SgBrokenRelease * in the
 * caller's memory context.  Before the change is published; as the owner.
 */
List *
sg_impact_releases(const SgDelta *delta)
{
	Side		sides[2];
	const SgObjectSource *before = open_side(&sides[0], delta, false);
	const SgObjectSource *after = open_side(&sides[1], delta, true);
	MemoryContext of_one = AllocSetContextCreate(CurrentMemoryContext, "schema_guard release",
												 ALLOCSET_DEFAULT_SIZES);
	List	   *broken = NIL;
	ListCell   *lc;

	foreach(lc, sg_release_live())
	{
		const SgRelease *release = lfirst(lc);
		MemoryContext old;
		List	   *problems;

		CHECK_FOR_INTERRUPTS();
		if (sg_fit_is_untouched(release, delta))
			continue;
		old = MemoryContextSwitchTo(of_one);
		problems = new_problems(release, delta, before, after);
		MemoryContextSwitchTo(old);
		if (problems != NIL)
			broken = lappend(broken, broken_release(release, problems));
		MemoryContextReset(of_one);
	}
	MemoryContextDelete(of_one);
	return broken;
}

/* A line for each problem of each release, at most SG_MAX_DETAIL_ITEMS. */
char *
sg_impact_detail(const List *broken)
{
	StringInfoData buf;
	int			count = 0;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, broken)
	{
		const SgBrokenRelease *release = lfirst(lc);
		ListCell   *lp;

		foreach(lp, release->problems)
		{
			if (++count > SG_MAX_DETAIL_ITEMS)
				continue;
			appendStringInfo(&buf, "%srelease %s/%s: %s", buf.len > 0 ? "\n" : "",
							 release->application, release->version,
							 sg_problem_text(lfirst(lp)));
		}
	}
	if (count > SG_MAX_DETAIL_ITEMS)
		appendStringInfo(&buf, "\nand %d more", count - SG_MAX_DETAIL_ITEMS);
	foreach(lc, broken)
	{
		const SgBrokenRelease *release = lfirst(lc);

		if (release->sessions > 0 && foreach_current_index(lc) < SG_MAX_DETAIL_ITEMS)
			appendStringInfo(&buf, "\nrelease %s/%s: %s", release->application, release->version,
							 sg_session_count_text(release->sessions));
	}
	return buf.data;
}

/*
 * "breaks release api/1.4.2 (3 sessions), ...", for the journal: SG_MAX_DETAIL_ITEMS of
 * them at most.  NULL if there are none.
 */
char *
sg_impact_text(const List *broken)
{
	StringInfoData buf;
	int			more = list_length(broken) - SG_MAX_DETAIL_ITEMS;

	initStringInfo(&buf);
	for (int i = 0; i < Min(list_length(broken), SG_MAX_DETAIL_ITEMS); i++)
	{
		const SgBrokenRelease *release = list_nth(broken, i);

		appendStringInfo(&buf, "%srelease %s/%s (%d session%s)", buf.len > 0 ? ", " : "breaks ",
						 release->application, release->version, release->sessions,
						 release->sessions == 1 ? "" : "s");
	}
	if (more > 0)
		appendStringInfo(&buf, " and %d more", more);
	return buf.len > 0 ? buf.data : NULL;
}
