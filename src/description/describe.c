/*
 * description/describe.c
 *		Describes the live catalogs: every object in scope, or one.
 *
 * The handlers in src/classes do the work; this file calls them, within a run
 * (run.c).
 *
 * Our catalog scans use one snapshot, but syscache look-ups and the deparser see
 * the newest state.  If an object is dropped in between, the result is an error
 * (undefined object, or an internal "cache lookup failed"), not a wrong
 * description.  An object that cannot be described at all does not cause an error:
 * see describe_class.c.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#include "catalogs/names.h"
#include "classes/annotations.h"
#include "classes/outside.h"
#include "description/describe.h"
#include "description/describe_class.h"
#include "description/run.h"
#include "format/block.h"
#include "format/digest.h"
#include "format/token.h"
#include "support/attempt.h"
#include "support/errors.h"
#include "support/text.h"

static void
describe_context(void *arg)
{
	const SgObject *object = ((SgDescriber *) arg)->current;

	if (object != NULL)
		errcontext(SG_DESCRIBING " %s %s", object->type, sg_text_escape_unmappable(object->identity));
}

/*
 * Begins a run; sg_describe_end() ends it.  In between, settings are pinned, and
 * "options" must stay valid.  After an error there is nothing to do: aborting the
 * (sub)transaction restores everything.
 */
SgDescriber *
sg_describe_begin(const SgDescribeOptions *options, SgObjectReceiver receive, void *arg)
{
	SgDescriber *describer = sg_run_begin(options, receive, arg);

	describer->member_digest = sg_describe_digest;
	describer->look_again = sg_describe_again;
	return describer;
}

/*
 * Describes the objects of all classes, or of one catalog, or just one object.
 * A run can describe an object more than once, but everything that it has looked
 * up, above all names, stays as it was at the first look-up.
 */
static void
describe(SgDescriber *describer, Oid classid, Oid objid)
{
	ErrorContextCallback callback = {.callback = describe_context, .arg = describer,
	.previous = error_context_stack};
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);

	error_context_stack = &callback;
	sg_describer_set_only(describer, objid);
	for (int i = 0; sg_classes[i] != NULL; i++)
	{
		if (!OidIsValid(classid) || sg_classes[i]->catalog == classid)
			sg_describe_class(describer, sg_classes[i]);
	}
	error_context_stack = callback.previous;
	MemoryContextSwitchTo(old);
}

/*
 * Describes an object within a run, or all objects of a catalog if "objid" is
 * invalid: calls "receive" once for each object that exists and is in scope.
 */
void
sg_describe_object(SgDescriber *describer, Oid classid, Oid objid)
{
	describe(describer, classid, objid);
}

/* Ends a run and frees what it holds. */
void
sg_describe_end(SgDescriber *describer)
{
	sg_run_end(describer);
}

/*
 * Describes the current state of every object in scope, including changes by this
 * transaction; calls "receive" once for each, in no particular order.  Takes
 * AccessShareLock on catalogs and, until the end of the transaction, on the relations
 * of the few views, rules, policies and functions for which the deparser must open
 * them (deparse/relations.c).
 */
void
sg_describe_all(const SgDescribeOptions *options, SgObjectReceiver receive, void *arg)
{
	SgDescriber *describer = sg_describe_begin(options, receive, arg);
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);

	sg_outside_load(describer);
	sg_names_load_relations(describer->names);
	sg_annotations_load(describer->annotations, options->facets);
	MemoryContextSwitchTo(old);
	describe(describer, InvalidOid, InvalidOid);
	sg_describe_end(describer);
}

typedef struct CopyTarget
{
	MemoryContext context;
	SgObject   *object;
} CopyTarget;

static void
receive_copy(SgObject *object, void *arg)
{
	CopyTarget *target = arg;
	MemoryContext old = MemoryContextSwitchTo(target->context);

	target->object = sg_object_copy(object);
	MemoryContextSwitchTo(old);
}

/*
 * Describes one object, or returns NULL if there is none or it is not in
 * scope.  The result is in the current memory context.
 */
SgObject *
sg_describe_one(const SgDescribeOptions *options, Oid classid, Oid objid)
{
	CopyTarget	target = {.context = CurrentMemoryContext, .object = NULL};

	SgDescriber *describer = sg_describe_begin(options, receive_copy, &target);

	describe(describer, classid, objid);
	sg_describe_end(describer);
	return target.object;
}

/* SgObjectReceiver: computes the digest of a member */
static void
receive_digest(SgObject *object, void *arg)
{
	StringInfoData block;

	initStringInfo(&block);
	sg_block_render(&block, object, SG_FACETS_DEFAULT, arg);
}

/*
 * Computes the digest of one object over structure and indexes, with the schema
 * omitted from names.  It is all zeros if there is no such object, or if its class
 * is not described.
 */
void
sg_describe_digest(Oid schema, Oid classid, Oid objid, SgDigest *digest)
{
	SgDescribeOptions options = {.facets = SG_FACETS_DEFAULT,.schema = schema,.all_objects = true};
	SgDescriber *describer;

	memset(digest, 0, sizeof(SgDigest));
	describer = sg_describe_begin(&options, receive_digest, digest);
	describe(describer, classid, objid);
	sg_describe_end(describer);
}

/* Calls a to_reg* function; returns InvalidOid if that returns null. */
static Oid
resolve(PGFunction function, const char *identity)
{
	LOCAL_FCINFO(fcinfo, 1);
	Datum		result;

	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = CStringGetTextDatum(identity);
	fcinfo->args[0].isnull = false;
	result = function(fcinfo);
	return fcinfo->isnull ? InvalidOid : DatumGetObjectId(result);
}

/* Returns the cast "(type AS type)", or InvalidOid. */
static Oid
find_cast(const char *identity)
{
	size_t		len = strlen(identity);
	const char *as;
	Oid			source;
	Oid			target;

	if (len < 2 || identity[0] != '(' || identity[len - 1] != ')')
		return InvalidOid;
	as = sg_token_find(identity + 1, " AS ");
	if (*as == '\0')
		return InvalidOid;
	source = resolve(to_regtype, pnstrdup(identity + 1, as - identity - 1));
	target = resolve(to_regtype, pnstrdup(as + 4, strlen(as) - 5));
	return OidIsValid(source) && OidIsValid(target) ? get_cast_oid(source, target, true) : InvalidOid;
}

/* what sg_describe_find() looks for */
typedef struct Search
{
	const char *type;
	const char *identity;
	Oid		   *classid;
	Oid			objid;
} Search;

static Oid
find(const char *type, const char *identity, Oid *classid)
{
	int			level = sg_run_pin_settings(InvalidOid);
	Oid			objid;

	if (strcmp(type, "type") == 0)
	{
		*classid = TypeRelationId;
		objid = resolve(to_regtype, identity);
	}
	else if (strcmp(type, "function") == 0 || strcmp(type, "procedure") == 0 ||
			 strcmp(type, "aggregate") == 0)
	{
		*classid = ProcedureRelationId;
		objid = resolve(to_regprocedure, identity);
	}
	else if (strcmp(type, "operator") == 0)
	{
		*classid = OperatorRelationId;
		objid = resolve(to_regoperator, identity);
	}
	else if (strcmp(type, "cast") == 0)
	{
		*classid = CastRelationId;
		objid = find_cast(identity);
	}
	else if (strcmp(type, "collation") == 0)
	{
		*classid = CollationRelationId;
		objid = resolve(to_regcollation, identity);
	}
	else if (strcmp(type, "text search configuration") == 0)
	{
		*classid = TSConfigRelationId;
		objid = get_ts_config_oid(textToQualifiedNameList(cstring_to_text(identity)), true);
	}
	else if (strcmp(type, "text search dictionary") == 0)
	{
		*classid = TSDictionaryRelationId;
		objid = get_ts_dict_oid(textToQualifiedNameList(cstring_to_text(identity)), true);
	}
	else
	{
		*classid = RelationRelationId;
		objid = resolve(to_regclass, identity);
	}
	AtEOXact_GUC(true, level);
	return objid;
}

static void
try_to_find(void *arg)
{
	Search	   *search = arg;

	search->objid = find(search->type, search->identity, search->classid);
}

/*
 * Returns the object of that type and identity, or InvalidOid, and sets *classid.
 * "relation" stands for any kind of relation; an unknown type does, too.  An identity
 * that is not a name at all causes a syntax error, unless a damaged catalog may have given it.
 */
Oid
sg_describe_find(const char *type, const char *identity, Oid *classid)
{
	Search		search = {type, identity, classid};

	if (!sg_names_may_lack(identity))
		return find(type, identity, classid);
	return sg_attempt_object(try_to_find, &search) == NULL ? search.objid : InvalidOid;
}

/*
 * Describes the object that sg_describe_find() finds, or returns NULL if there is
 * none or it is not in scope.  The result is in the current memory context.
 */
SgObject *
sg_describe_named(const SgDescribeOptions *options, const char *type, const char *identity)
{
	Oid			classid;
	Oid			objid = sg_describe_find(type, identity, &classid);
	SgObject   *object = NULL;

	if (OidIsValid(objid))
		object = sg_describe_one(options, classid, objid);
	if (object != NULL && strcmp(type, "relation") != 0 && strcmp(type, object->type) != 0)
		return NULL;
	return object;
}
