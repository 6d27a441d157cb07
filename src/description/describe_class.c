/*
 * description/describe_class.c
 *		Describes the objects of a class, and copes with those that cannot be described.
 *
 * Catalogs can be damaged.  And even in intact ones an object can refer to one
 * that does not exist: CREATE FUNCTION takes no lock on the types of its
 * arguments, so another session can drop one in the meantime.  There are three kinds of
 * damage:
 *
 * - A look-up of ours finds nothing.  It returns "???" instead of a name
 *	 (catalogs/names.c), and an item of the object says so:
 *
 *		function public.f(???)
 *		  arguments: ???
 *		  cannot be described: missing type
 *
 * - The server cannot read or print a stored tree.  "???" replaces its text
 *	 (deparse/tree.c):
 *
 *		table public.t
 *		  column "a": integer DEFAULT ???
 *		  cannot be described: damaged expression
 *
 * - The server's own code fails elsewhere.  Then only the object's name is left:
 *
 *		function public.g()
 *		  cannot be described: its definition is damaged
 *
 * The texts contain neither OIDs nor the server's messages, which vary.  A
 * momentary failure must never be reported as damage: that would be a false
 * alarm.  So we take a second look, at this object alone, under a new snapshot.
 * If the object can be described then, or is gone, it was changed or dropped
 * during the first look, and that is an error.  An expression can also be nested
 * too deeply for max_stack_depth, so the second look may use the whole stack.  It
 * uses a careful deparser, which needs a subtransaction for each text.
 *
 * All objects of a class are described in one subtransaction, because an error in
 * the server leaves locks and pins behind.  After an error the rest of the class
 * is described one by one, each object in a subtransaction of its own.
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
#include "classes/row.h"
#include "description/describe_class.h"
#include "description/run.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/text.h"

/* if the kernel sets no limit */
#define MAX_STACK_KILOBYTES (32 * 1024)

/* a class to describe in a run: all objects, or the describer's "only" */
typedef struct ClassWork
{
	SgDescriber *describer;
	const SgClass *class;
} ClassWork;

/* Describes the objects of a class, without handling errors. */
static void
describe_class(void *arg)
{
	const ClassWork *work = arg;
	SgDescriber *describer = work->describer;
	MemoryContext old = MemoryContextSwitchTo(describer->object_context);

	if (work->class->describe != NULL)
		work->class->describe(describer);
	else
		sg_row_describe_all(describer, work->class);
	MemoryContextSwitchTo(old);
}

/* SgObjectReceiver: keeps the result of a second look */
static void
keep(SgObject *object, void *arg)
{
	SgDescriber *again = arg;
	MemoryContext old = MemoryContextSwitchTo(again->run_context);

	again->look->object = sg_object_copy(object);
	MemoryContextSwitchTo(old);
}

/*
 * Raises max_stack_depth to the highest value that a superuser could set, which is
 * enough for anything that was parsed under a usual value.
 */
static void
use_whole_stack(void)
{
	int			kilobytes = Min(sg_compat_stack_kilobytes(), MAX_STACK_KILOBYTES);

	if (kilobytes > max_stack_depth)
		(void) set_config_option("max_stack_depth", psprintf("%d", kilobytes), PGC_SUSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Passes on the name of an object that the server failed to describe. */
static void
hand_on_undescribed(SgDescriber *describer, const SgClass *class, Oid objid, const SgLook *look,
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
	sg_object_add(&object, SG_FACET_STRUCTURE, 0, SG_CANNOT_BE_DESCRIBED,
				  error->sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX ?
				  "an expression is nested too deeply" : "its definition is damaged");
	object.mentions = &any;
	object.nmentions = 1;
	sg_describer_hand_on(describer, &object);
}

/* Raises the error of the first look, if there was one, or an error that the object was changed. */
static void
raise_changed(const SgLook *look, ErrorData *error)
{
	if (error != NULL)
		ReThrowError(error);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("%s %s was changed while the schema was being described",
					look->type != NULL ? look->type : "an object",
					look->identity != NULL ? sg_text_escape_unmappable(look->identity) : "that is gone"),
			 errhint("Try again.")));
}

/*
 * Takes a second look at an object that could not be described, and passes on the
 * result.  "error" is the error of the first look, or NULL if a look-up failed.
 */
static void
look_again(SgDescriber *describer, const SgClass *class, Oid objid, ErrorData *error)
{
	const SgDescribeOptions *options = describer->options;
	SgLook		look = {0};
	SgDescriber *again = sg_run_begin(options, keep, NULL);
	ClassWork	work = {again, class};
	ErrorData  *second;
	bool		was_too_deep = error != NULL && error->sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX;

	again->arg = again;
	again->member_digest = describer->member_digest;
	again->look = &look;
	again->outside = describer->outside;
	again->no_dependents = describer->no_dependents;
	sg_describer_set_only(again, objid);
	again->deparser->careful = true;
	use_whole_stack();
	second = sg_attempt_object(describe_class, &work);
	if (look.locked)
		options->locked_callback(look.type, look.identity, class->catalog, objid, describer->arg);
	else if (second != NULL)
		hand_on_undescribed(describer, class, objid, &look, second);
	else if (!look.done || !(look.missing || was_too_deep))
		raise_changed(&look, error);
	else if (look.object != NULL)
		sg_describer_hand_on(describer, look.object);
	sg_run_end(again);
}

static const SgClass *
class_of(Oid catalog)
{
	int			i = 0;

	while (sg_classes[i]->catalog != catalog)
		i++;
	return sg_classes[i];
}

/* Takes a second look at an object that names something missing. */
void
sg_describe_again(SgDescriber *describer, const SgObject *object)
{
	look_again(describer, class_of(object->classid), object->objid, NULL);
}

static int
compare_oids(const ListCell *a, const ListCell *b)
{
	return oid_cmp(&a->oid_value, &b->oid_value);
}

/* Returns the OIDs in the catalog that are greater than "last", in ascending order. */
static List *
oids_after(Oid catalog, Oid last, Snapshot snapshot)
{
	Relation	rel = table_open(catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, snapshot, 0, NULL);
	List	   *oids = NIL;
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		/* the first column of a catalog of objects is the OID */
		Oid			oid = *(Oid *) GETSTRUCT(tuple);

		if (oid > last)
			oids = lappend_oid(oids, oid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	list_sort(oids, compare_oids);
	return oids;
}

/* Describes the remaining objects of a class one by one, after one object failed. */
static void
describe_rest(SgDescriber *describer, const SgClass *class)
{
	List	   *oids = oids_after(class->catalog, describer->last, describer->snapshot);
	ListCell   *lc;

	foreach(lc, oids)
	{
		sg_describer_set_only(describer, lfirst_oid(lc));
		sg_describe_class(describer, class);
		CHECK_FOR_INTERRUPTS();
	}
	sg_describer_set_only(describer, InvalidOid);
	list_free(oids);
}

/*
 * Describes the objects of a class, in OID order, or just the describer's "only"
 * object.
 */
void
sg_describe_class(SgDescriber *describer, const SgClass *class)
{
	ClassWork	work = {describer, class};
	ErrorData  *error;

	describer->last = InvalidOid;
	sg_names_forget_gaps(describer->names);
	sg_mentions_forget(describer->names, 0);
	error = sg_attempt_object(describe_class, &work);
	if (error == NULL)
		return;
	/* it points into the memory that is reset next */
	describer->current = NULL;
	MemoryContextReset(describer->object_context);
	if (OidIsValid(describer->only))
		look_again(describer, class, describer->only, error);
	else
		describe_rest(describer, class);
	FreeErrorData(error);
}
