/*
 * description/undescribed.c
 *		Objects that cannot be described, and how the others still are.
 *
 * Catalogs can be damaged, and need not be for an object to name one that is
 * not there: CREATE FUNCTION takes no lock on the types of its arguments, so
 * that another session can drop one meanwhile.  There are three kinds of damage:
 *
 * - A look-up of ours leads nowhere.  It gives "???" instead of a name
 *	 (catalogs/names.c), and the object gets an item that says so:
 *
 *		function public.f(???)
 *		  arguments: ???
 *		  cannot be described: missing type
 *
 * - The server cannot read or print a stored tree.  The same stands for its text
 *	 (deparse/tree.c):
 *
 *		table public.t
 *		  column "a": integer DEFAULT ???
 *		  cannot be described: damaged expression
 *
 * - The server's own code fails elsewhere.  Then there is no more than the
 *	 object's name:
 *
 *		function public.g()
 *		  cannot be described: its definition is damaged
 *
 * The texts have neither OIDs nor the server's messages, which are not the same
 * everywhere.  What cannot be described for no lasting reason must never be
 * said to be damaged: that would be a false alarm.  So a second look is taken,
 * at this object alone, under a new snapshot: an object that can be described
 * then, or is gone, was dropped or changed while the first look was taken.  That
 * is an error, as it always was.  Expressions can also be nested too deeply for
 * max_stack_depth: the second look may use the stack that there is.  It is the one
 * with care, for which each text takes a subtransaction.
 *
 * All objects of a class are described in one subtransaction, for the server's
 * errors leave locks and pins behind.  After an error those that are left of the
 * class are described one by one, each in a subtransaction of its own.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "catalogs/mention.h"
#include "description/run.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/encoding.h"

#define CANNOT_BE_DESCRIBED "cannot be described"

/* a stack without bounds has some all the same */
#define MAX_STACK_KILOBYTES (32 * 1024)

struct SgLook
{
	const char *type;			/* of the object, once it has a name; or NULL */
	const char *identity;
	SgObject   *object;			/* a copy of what was handed on */
	bool		done;			/* it was there, and could be described */
	bool		missing;		/* ... but names something that is not there */
	bool		busy;
};

/* a class to describe in a run: all objects, or the describer's "only" */
typedef struct ClassWork
{
	SgDescribeRun *run;
	const SgClass *class;
} ClassWork;

/* Describes the objects of a class; errors are thrown. */
static void
describe_class(void *arg)
{
	const ClassWork *work = arg;
	SgDescriber *describer = &work->run->describer;
	MemoryContext old = MemoryContextSwitchTo(describer->object_context);

	if (work->class->describe != NULL)
		work->class->describe(describer);
	else
		sg_describe_rows(describer, work->class);
	MemoryContextSwitchTo(old);
}

/* SgObjectReceiver: keeps what a second look shows */
static void
keep(SgObject *object, void *arg)
{
	SgDescribeRun *again = arg;
	MemoryContext old = MemoryContextSwitchTo(again->describer.run_context);

	again->look->object = sg_object_copy(object);
	MemoryContextSwitchTo(old);
}

/* Notes that a second look is at this object. */
void
sg_look_at(SgLook *look, const SgObject *object)
{
	look->type = object->type;
	look->identity = object->identity;
}

/* Notes that the object cannot be described without waiting. */
void
sg_look_busy(SgLook *look)
{
	look->busy = true;
}

/*
 * The most that may be used of the stack, which is what a superuser could set: it
 * is enough for whatever was parsed with the usual max_stack_depth.
 */
static void
use_whole_stack(void)
{
	int			kilobytes = Min(sg_compat_stack_kilobytes(), MAX_STACK_KILOBYTES);

	if (kilobytes > max_stack_depth)
		(void) set_config_option("max_stack_depth", psprintf("%d", kilobytes), PGC_SUSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Hands on what is left of an object that the server failed at: its name. */
static void
hand_on_undescribed(SgDescribeRun *run, const SgClass *class, Oid objid, const SgLook *look,
					ErrorData *error)
{
	SgObject	object;
	Oid			any = SG_MENTION_ANY;

	if (look->identity == NULL)
		ReThrowError(error);
	ereport(DEBUG1,
			(errmsg_internal("%s %s cannot be described: %s", look->type, look->identity,
							 error->message)));
	sg_object_init(&object, look->type, look->identity, class->catalog, objid);
	sg_object_add(&object, SG_FACET_STRUCTURE, 0, CANNOT_BE_DESCRIBED,
				  error->sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX ?
				  "an expression is nested too deeply" : "its definition is damaged");
	object.mentions = &any;
	object.nmentions = 1;
	sg_hand_on(run, &object);
}

/* The object was dropped or changed between two look-ups: "error" is what came of it, or NULL. */
static void
raise_changed(const SgLook *look, ErrorData *error)
{
	if (error != NULL)
		ReThrowError(error);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("%s %s was changed while the schema was being described",
					look->type != NULL ? look->type : "an object",
					look->identity != NULL ? sg_convertible(look->identity) : "that is gone"),
			 errhint("Try again.")));
}

/*
 * Looks again at an object that could not be described, and hands on what there
 * is to say of it.  "error" is what the first look failed with, or NULL if it
 * found something missing.
 */
static void
look_again(SgDescribeRun *run, const SgClass *class, Oid objid, ErrorData *error)
{
	const SgDescribeOptions *options = run->describer.options;
	SgLook		look = {0};
	SgDescribeRun *again = sg_describe_begin(options, keep, NULL);
	ClassWork	work = {again, class};
	ErrorData  *second;
	bool		was_too_deep = error != NULL && error->sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX;

	again->arg = again;
	again->look = &look;
	again->outside = run->outside;
	again->no_dependents = run->no_dependents;
	again->describer.only = objid;
	again->describer.careful = true;
	use_whole_stack();
	second = sg_attempt(describe_class, &work);
	if (look.busy)
		options->busy(look.type, look.identity, class->catalog, objid, run->arg);
	else if (second != NULL)
		hand_on_undescribed(run, class, objid, &look, second);
	else if (!look.done || !(look.missing || was_too_deep))
		raise_changed(&look, error);
	else if (look.object != NULL)
		sg_hand_on(run, look.object);
	sg_describe_end(again);
}

static const SgClass *
class_of(Oid catalog)
{
	int			i = 0;

	while (sg_classes[i]->catalog != catalog)
		i++;
	return sg_classes[i];
}

/*
 * Adds an item, in the facet of the look-ups, if one of those since the object
 * was begun led nowhere; as that may have been a moment's state, only a second
 * look may say so: false if one had to be taken, and the object is dealt with.
 */
bool
sg_note_missing(SgDescribeRun *run, SgObject *object, SgFacet facet)
{
	char	   *gaps = sg_take_gaps(run->describer.names);

	if (run->look != NULL)
		run->look->done = true;
	if (gaps == NULL)
		return true;
	if (run->look == NULL)
	{
		look_again(run, class_of(object->classid), object->objid, NULL);
		return false;
	}
	run->look->missing = true;
	sg_object_add(object, facet, 0, CANNOT_BE_DESCRIBED, gaps);
	return true;
}

static int
compare_oids(const ListCell *a, const ListCell *b)
{
	return oid_cmp(&a->oid_value, &b->oid_value);
}

/* The OIDs in the catalog from the one after "last" on, in their order. */
static List *
oids_after(Oid catalog, Oid last, Snapshot snapshot)
{
	Relation	rel = table_open(catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, snapshot, 0, NULL);
	List	   *oids = NIL;
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		/* of a catalog of objects, the first column is the OID */
		Oid			oid = *(Oid *) GETSTRUCT(tuple);

		if (oid > last)
			oids = lappend_oid(oids, oid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	list_sort(oids, compare_oids);
	return oids;
}

/* Describes one by one what is left of a class of which one object failed. */
static void
describe_rest(SgDescribeRun *run, const SgClass *class)
{
	List	   *oids = oids_after(class->catalog, run->last, run->describer.snapshot);
	ListCell   *lc;

	foreach(lc, oids)
	{
		run->describer.only = lfirst_oid(lc);
		sg_describe_class(run, class);
		CHECK_FOR_INTERRUPTS();
	}
	run->describer.only = InvalidOid;
	list_free(oids);
}

/*
 * Describes the objects of a class, in the order of their OIDs; or the one that
 * is the describer's "only".
 */
void
sg_describe_class(SgDescribeRun *run, const SgClass *class)
{
	ClassWork	work = {run, class};
	ErrorData  *error;

	run->last = InvalidOid;
	sg_forget_gaps(run->describer.names);
	sg_mentions_forget(run->describer.names, 0);
	error = sg_attempt(describe_class, &work);
	if (error == NULL)
		return;
	/* what it was pointed to is gone */
	run->current = NULL;
	MemoryContextReset(run->describer.object_context);
	if (OidIsValid(run->describer.only))
		look_again(run, class, run->describer.only, error);
	else
		describe_rest(run, class);
	FreeErrorData(error);
}
