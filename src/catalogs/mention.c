/*
 * catalogs/mention.c
 *		Which other objects' names are in the text of the object at hand.
 *
 * Whoever puts a name into a text looks it up (catalogs/names.c, classes/references.c),
 * and the look-up notes the object here.  sg_describer_emit() attaches what was noted
 * to the object; the live state keeps it (state/live_mention.c), so that whoever
 * renames or moves an object finds the texts to write anew.
 *
 * The names in expressions come from the server's deparser, which looks them up
 * itself.  Of these the server keeps account in pg_depend, with one exception:
 * what is within a constant.  It notes the objects of a plain regclass and so on,
 * and the type of any constant, but looks into no array, range or row; and it
 * notes nothing of a partition's bound.  So that is looked for here.
 *
 * Objects that come with the server are not noted: see state/touched.c.  The OID is
 * noted alone.  If two catalogs have the same one, an object is described in
 * vain.
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
#include "support/compat.h"

/* Notes that the text at hand has the object's name in it. */
void
sg_mention(SgNames *names, Oid object)
{
	SgMentions *mentions = sg_names_mentions(names);

	if (object < FirstNormalObjectId && object != SG_MENTION_ANY)
		return;
	/* a type or a function is often named several times in a row */
	if (mentions->count > 0 && mentions->oids[mentions->count - 1] == object)
		return;
	if (mentions->count >= mentions->capacity)
	{
		mentions->capacity = Max(mentions->capacity * 2, 16);
		mentions->oids = mentions->oids == NULL ?
			MemoryContextAlloc(mentions->context, sizeof(Oid) * mentions->capacity) :
			repalloc(mentions->oids, sizeof(Oid) * mentions->capacity);
	}
	mentions->oids[mentions->count++] = object;
}

/* A mark for sg_mentions_forget(). */
int
sg_mentions_mark(SgNames *names)
{
	return sg_names_mentions(names)->count;
}

/* Forgets what was noted since the mark; 0: everything. */
void
sg_mentions_forget(SgNames *names, int mark)
{
	sg_names_mentions(names)->count = mark;
}

/*
 * What was noted but "own", ascending, in the current memory context; and forgets
 * it.  NULL if that is nothing.
 */
Oid *
sg_mentions_take(SgNames *names, Oid own, int *count)
{
	SgMentions *mentions = sg_names_mentions(names);
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

/* Is it one of the types whose values are printed as names? */
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

/* what the walker needs to know, and finds out */
typedef struct ConstantsContext
{
	SgNames    *names;
	bool		in_bound;		/* of a partition */
	bool		found;
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

/* the types of a row's columns, without opening its relation, which could have to wait */
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
 * Notes what the text of a value of the type depends on and the server keeps no
 * account of.  "within": the value is within another one, or in a bound.
 */
static void
mention_type(ConstantsContext *context, Oid type, bool within)
{
	check_stack_depth();
	if (within)
	{
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

/* before 14 the server's walkers do not know the parts of a bound */
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

/* Notes what is in the constants of a tree; false if that is nothing. */
bool
sg_mention_constants(SgNames *names, Node *tree)
{
	ConstantsContext context = {.names = names};

	(void) constants_walker(tree, &context);
	return context.found;
}
