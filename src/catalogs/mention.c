/*
 * catalogs/mention.c
 *		Which other objects the text of the current object names.
 *
 * Whatever puts a name into a text looks it up (catalogs/names.h,
 * classes/identity.c), and the look-up mentions the object here.
 * sg_describer_emit() attaches the mentions to the object, and the live state keeps
 * them (state/live_mention.c).  So after a rename or a move we find the texts that
 * must be written anew.
 *
 * Names in expressions are looked up by the server's deparser.  The server records
 * the objects that expressions depend on in pg_depend, except for what is in a
 * constant: it records the object of a plain regclass and the like, and the type
 * of any constant, but does not look into arrays, ranges and rows.  It records
 * nothing about a partition's bound.  Therefore this file looks into both.
 *
 * Objects that come with the server are not mentioned: see state/touched.c.  A
 * mention is an OID without its catalog.  If two catalogs use the same OID, an
 * object is described needlessly, which does no harm.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "catalogs/mention.h"
#include "catalogs/names_cache.h"
#include "support/compat.h"
#include "support/grow.h"

/* Records that the current text names the object. */
void
sg_mention(SgNames *names, Oid object)
{
	SgMentions *mentions = &names->mentions;

	if (object < FirstNormalObjectId && object != SG_MENTION_ANY)
		return;
	/* types and functions are often named several times in a row */
	if (mentions->count > 0 && mentions->oids[mentions->count - 1] == object)
		return;
	SG_GROW(mentions->oids, mentions->count, mentions->capacity);
	mentions->oids[mentions->count++] = object;
}

/* Returns a mark for sg_mentions_forget(). */
int
sg_mentions_mark(SgNames *names)
{
	return names->mentions.count;
}

/* Forgets the mentions since the mark, or all of them if that is 0. */
void
sg_mentions_forget(SgNames *names, int mark)
{
	names->mentions.count = mark;
}

/*
 * Returns the mentions except "own", ascending, in the current memory context, or
 * NULL if there are none; and forgets them.
 */
Oid *
sg_mentions_take(SgNames *names, Oid own, int *count)
{
	SgMentions *mentions = &names->mentions;
	Oid		   *taken;
	int			kept = 0;

	*count = 0;
	if (mentions->count == 0)
		return NULL;
	taken = palloc(sizeof(Oid) * mentions->count);
	qsort(mentions->oids, mentions->count, sizeof(Oid), oid_cmp);
	for (int i = 0; i < mentions->count; i++)
	{
		Oid			oid = mentions->oids[i];

		if (oid != own && (kept == 0 || taken[kept - 1] != oid))
			taken[kept++] = oid;
	}
	mentions->count = 0;
	*count = kept;
	return taken;
}

/* Returns true for the types whose values are OIDs that are printed as names. */
static bool
prints_a_name(Oid type)
{
	switch (type)
	{
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGTYPEOID:
		case REGCOLLATIONOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
		case REGNAMESPACEOID:
			return true;
		default:
			return false;
	}
}

/* context of constants_walker() */
typedef struct ConstantsContext
{
	SgNames    *names;
	bool		in_bound;		/* within a partition's bound */
	List	   *seen;			/* types of values within others, each once */
	bool		found;			/* was anything mentioned? */
} ConstantsContext;

static void
mention_from_constant(ConstantsContext *context, Oid object)
{
	if (object < FirstNormalObjectId && object != SG_MENTION_ANY)
		return;
	sg_mention(context->names, object);
	context->found = true;
}

static void mention_type(ConstantsContext *context, Oid type, bool within);

/* Mentions the types of a row's columns.  Does not open the relation: that might have to wait for a lock. */
static void
mention_columns(ConstantsContext *context, Oid relid)
{
	Relation	rel = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
				Int16GetDatum(0));
	scan = systable_beginscan(rel, AttributeRelidNumIndexId, true, NULL, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (!form->attisdropped)
			mention_type(context, form->atttypid, true);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/*
 * Mentions what the text of a value of the type depends on, unless the server
 * records that.  "within": the value is within another one, or in a bound.  Each
 * such type is visited once, because row types can contain each other in
 * exponentially many ways.
 */
static void
mention_type(ConstantsContext *context, Oid type, bool within)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (within)
	{
		if (list_member_oid(context->seen, type))
			return;
		context->seen = lappend_oid(context->seen, type);
		mention_from_constant(context, type);
		if (prints_a_name(type))
			mention_from_constant(context, SG_MENTION_ANY);
	}
	if (OidIsValid(get_element_type(type)))
		mention_type(context, get_element_type(type), true);
	else if (OidIsValid(get_typ_typrelid(type)))
		mention_columns(context, get_typ_typrelid(type));
	else if (OidIsValid(get_range_subtype(type)))
		mention_type(context, get_range_subtype(type), true);
	else if (OidIsValid(sg_compat_range_of_multirange(type)))
		mention_type(context, sg_compat_range_of_multirange(type), true);
	else if (getBaseType(type) != type)
		mention_type(context, getBaseType(type), within);
}

static bool constants_walker(Node *node, void *arg);

/* Before 14, expression_tree_walker() does not know what a bound consists of. */
static void
walk_bounds(List *bounds, ConstantsContext *context)
{
	ListCell   *lc;

	foreach(lc, bounds)
	{
		Node	   *node = lfirst(lc);

		if (IsA(node, PartitionRangeDatum))
			node = ((PartitionRangeDatum *) node)->value;
		(void) constants_walker(node, context);
	}
}

static bool
constants_walker(Node *node, void *arg)
{
	ConstantsContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Const))
	{
		if (!((Const *) node)->constisnull)
			mention_type(context, ((Const *) node)->consttype, context->in_bound);
		return false;
	}
	if (IsA(node, PartitionBoundSpec))
	{
		PartitionBoundSpec *bound = (PartitionBoundSpec *) node;

		context->in_bound = true;
		walk_bounds(bound->listdatums, context);
		walk_bounds(bound->lowerdatums, context);
		walk_bounds(bound->upperdatums, context);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, constants_walker, arg, 0);
	return expression_tree_walker(node, constants_walker, arg);
}

/* Mentions what the constants of a tree contain.  Returns false if there is nothing. */
bool
sg_mention_constants(SgNames *names, Node *tree)
{
	ConstantsContext context = {.names = names};

	(void) constants_walker(tree, &context);
	list_free(context.seen);
	return context.found;
}
