/*
 * description/describe.c
 *		Describes the live catalogs: every object of the scope, or one.
 *
 * The classes (src/classes) do the describing; here is what they have in
 * common: one snapshot for all catalogs, settings under which the same schema
 * gives the same text, which objects are in scope, and where the results go.
 *
 * The catalogs are read under one snapshot, the deparser reads them under its
 * own: an object that is dropped in between is an error (undefined object or
 * an internal "cache lookup failed"), not a wrong description.  One that cannot
 * be described at all is no error: undescribed.c.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"
#include "utils/varlena.h"

#include "catalogs/mention.h"
#include "classes/annotations.h"
#include "classes/class.h"
#include "description/describe.h"
#include "description/outside.h"
#include "description/run.h"
#include "description/scope.h"
#include "format/digest.h"
#include "format/scope_rules.h"
#include "support/encoding.h"
#include "support/errors.h"
#include "support/spi.h"

/*
 * What one object takes, with few exceptions: so much is kept when the context is
 * reset, where less would be asked of the system again for each object.
 */
#define OBJECT_CONTEXT_SIZES 64 * 1024, 64 * 1024, ALLOCSET_DEFAULT_MAXSIZE

/*
 * The settings that the deparser's and the output functions' texts depend on.
 * GMT, as it is the one time zone that is in no file.
 */
static const struct
{
	const char *name;
	const char *value;
}			pinned_settings[] = {
	{"quote_all_identifiers", "off"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "GMT"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"lc_monetary", "C"},
	{"standard_conforming_strings", "on"}
};

static void
pin_setting(const char *name, const char *value)
{
	const char *current = GetConfigOption(name, false, false);

	if (current == NULL || strcmp(current, value) != 0)
		(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Sets what texts depend on until AtEOXact_GUC of the level returned.  With
 * everything out of the search path but pg_catalog all other names come out
 * qualified; the names of "schema", where valid, come out bare.
 */
static int
pin_settings(Oid schema)
{
	int			level = NewGUCNestLevel();
	char	   *path = "pg_catalog, pg_temp";

	for (int i = 0; i < lengthof(pinned_settings); i++)
		pin_setting(pinned_settings[i].name, pinned_settings[i].value);
	if (OidIsValid(schema))
		path = psprintf("%s, pg_catalog, pg_temp", quote_identifier(get_namespace_name(schema)));
	pin_setting("search_path", path);
	return level;
}

static bool
in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema)
{
	SgDescribeRun *run = (SgDescribeRun *) describer;
	Oid			only_schema = describer->options->schema;

	if (describer->options->all_objects && OidIsValid(describer->only))
		return true;
	if (OidIsValid(only_schema) && schema != only_schema)
		return false;
	if (OidIsValid(schema))
	{
		if (schema == run->own_schema || sg_schema_name(describer->names, schema)->system)
			return false;
	}
	else if (objid < FirstNormalObjectId)
		return false;
	return !sg_outside_has(run, classid, objid, sg_describe_digest);
}

/*
 * Is the object part of what is described?  "schema" is the schema it is in
 * (or, of a schema, itself), or InvalidOid if it is in none.  What was missing
 * before is forgotten: it was no look-up for this object.
 */
bool
sg_in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema)
{
	bool		result = in_scope(describer, classid, objid, schema);

	sg_forget_gaps(describer->names);
	return result;
}

/* Is the facet asked for?  Handlers leave out what would cost and not show. */
bool
sg_wants_facet(const SgDescriber *describer, SgFacet facet)
{
	return (describer->options->facets & SG_FACET_BIT(facet)) != 0;
}

/* Is it asked for what DEPENDS ON EXTENSION, and may there be something? */
bool
sg_wants_dependencies(const SgDescriber *describer)
{
	return sg_wants_facet(describer, SG_FACET_STORAGE) &&
		!((const SgDescribeRun *) describer)->no_dependents;
}

/* Does an exclusion rule match what belongs to an object, as pg_identify_object names it? */
bool
sg_rule_matches(const SgDescriber *describer, const char *identity)
{
	return sg_scope_excludes(((const SgDescribeRun *) describer)->exclusions, identity);
}

static void
describe_context(void *arg)
{
	const SgObject *object = ((SgDescribeRun *) arg)->current;

	if (object != NULL)
		errcontext(SG_DESCRIBING " %s %s", object->type, sg_convertible(object->identity));
}

/* Names the object that is being described to whoever reads an error. */
void
sg_describing(SgDescriber *describer, const SgObject *object)
{
	SgDescribeRun *run = (SgDescribeRun *) describer;

	run->current = object;
	if (run->look != NULL && object != NULL)
		sg_look_at(run->look, object);
}

/* Adds what objects of any class can have. */
static void
add_annotations(SgDescriber *describer, SgObject *object)
{
	if (sg_wants_facet(describer, SG_FACET_ACCESS))
		sg_add_access(describer, object);
	if (sg_wants_facet(describer, SG_FACET_COMMENT))
		sg_add_comments(describer, object);
	if (sg_wants_dependencies(describer))
		sg_add_dependency(object);
}

/* Hands an object on, unless the scope leaves it out. */
void
sg_hand_on(SgDescribeRun *run, SgObject *object)
{
	run->current = NULL;
	run->last = object->objid;
	if (!sg_object_in_facets(object, run->describer.options->facets) ||
		sg_scope_excludes(run->exclusions, object->identity))
		return;
	sg_object_sort(object);
	run->receive(object, run->arg);
}

/*
 * Hands a complete object on, unless the scope leaves it out.  What was
 * allocated for it is gone afterwards: the object context is reset.
 */
void
sg_described(SgDescriber *describer, SgObject *object)
{
	SgDescribeRun *run = (SgDescribeRun *) describer;

	sg_outside_add_membership(run, object);
	if (sg_note_missing(run, object, SG_FACET_STRUCTURE))
	{
		add_annotations(describer, object);
		if (sg_note_missing(run, object, SG_FACET_ACCESS))
		{
			/* its own name is in its header */
			object->mentions = sg_mentions_take(describer->names, object->objid,
												&object->nmentions);
			sg_hand_on(run, object);
		}
	}
	sg_mentions_forget(describer->names, 0);
	MemoryContextReset(describer->object_context);
	CHECK_FOR_INTERRUPTS();
}

/* Ends an object that there is nothing to say of, or that was reported to be busy. */
void
sg_not_described(SgDescriber *describer)
{
	((SgDescribeRun *) describer)->current = NULL;
	sg_mentions_forget(describer->names, 0);
	MemoryContextReset(describer->object_context);
}

/* Reports an object that cannot be described without waiting (options->busy). */
void
sg_describe_busy(SgDescriber *describer, const SgObject *object)
{
	SgDescribeRun *run = (SgDescribeRun *) describer;

	run->last = object->objid;
	if (run->look != NULL)
		sg_look_busy(run->look);
	else
		describer->options->busy(object->type, object->identity, object->classid, object->objid,
								 run->arg);
}

/*
 * Begins a run; sg_describe_end() ends it.  In between the settings are those
 * of a description and "options" must stay.  An error needs no end: aborting
 * the (sub)transaction restores everything.
 */
SgDescribeRun *
sg_describe_begin(const SgDescribeOptions *options, SgObjectReceiver receive, void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "schema_guard description",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SgDescribeRun *run = palloc0(sizeof(SgDescribeRun));

	run->guc_level = pin_settings(options->schema);
	run->describer.options = options;
	run->describer.snapshot = RegisterSnapshot(GetLatestSnapshot());
	run->describer.names = sg_names_create(options->schema, run->describer.snapshot);
	run->describer.annotations = sg_annotations_create(run->describer.snapshot);
	run->describer.run_context = context;
	run->describer.object_context = AllocSetContextCreate(context, "schema_guard object",
														  OBJECT_CONTEXT_SIZES);
	run->own_schema = sg_extension_schema();
	run->exclusions = options->all_objects ? NIL : sg_scope_exclusions();
	run->receive = receive;
	run->arg = arg;
	MemoryContextSwitchTo(old);
	return run;
}

/*
 * Describes the objects of all classes; or of one catalog, or of that just
 * one.  The object may be called for again in the same run: what is not the
 * object's own text, names above all, is as at the first look-up.
 */
static void
describe(SgDescribeRun *run, Oid classid, Oid objid)
{
	ErrorContextCallback callback = {.callback = describe_context, .arg = run,
	.previous = error_context_stack};
	MemoryContext old = MemoryContextSwitchTo(run->describer.run_context);

	error_context_stack = &callback;
	run->describer.only = objid;
	for (int i = 0; sg_classes[i] != NULL; i++)
	{
		if (!OidIsValid(classid) || sg_classes[i]->catalog == classid)
			sg_describe_class(run, sg_classes[i]);
	}
	error_context_stack = callback.previous;
	MemoryContextSwitchTo(old);
}

/*
 * Describes an object within a run, or all objects of a catalog if "objid" is
 * invalid: "receive" is called once for each that is there and in scope.
 */
void
sg_describe_object(SgDescribeRun *run, Oid classid, Oid objid)
{
	describe(run, classid, objid);
}

/* Ends a run and frees what it holds. */
void
sg_describe_end(SgDescribeRun *run)
{
	UnregisterSnapshot(run->describer.snapshot);
	AtEOXact_GUC(true, run->guc_level);
	MemoryContextDelete(run->describer.run_context);
}

/*
 * Describes every object of the scope as it is now, this transaction's changes
 * included; "receive" is called once for each, in the order of no particular
 * kind.  Takes AccessShareLock on catalogs and, for the few views, rules,
 * policies and functions whose relations must be opened to print them
 * (deparse/relations.c), on those, to the end of the transaction.
 */
void
sg_describe_all(const SgDescribeOptions *options, SgObjectReceiver receive, void *arg)
{
	SgDescribeRun *run = sg_describe_begin(options, receive, arg);
	MemoryContext old = MemoryContextSwitchTo(run->describer.run_context);

	sg_outside_load(run, sg_describe_digest);
	sg_names_load_relations(run->describer.names);
	sg_annotations_load(run->describer.annotations, options->facets);
	MemoryContextSwitchTo(old);
	describe(run, InvalidOid, InvalidOid);
	sg_describe_end(run);
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

	SgDescribeRun *run = sg_describe_begin(options, receive_copy, &target);

	describe(run, classid, objid);
	sg_describe_end(run);
	return target.object;
}

/* SgObjectReceiver: just the digest of what a script makes */
static void
receive_digest(SgObject *object, void *arg)
{
	StringInfoData block;

	initStringInfo(&block);
	sg_object_render(&block, object, SG_FACETS_DEFAULT);
	sg_digest_block(block.data, block.len, arg);
}

/*
 * The digest of an object by itself, of structure and index, with the schema left
 * out of names.  Zero if there is no such object, or none of a class that is
 * described.
 */
void
sg_describe_digest(Oid schema, Oid classid, Oid objid, SgDigest *digest)
{
	SgDescribeOptions options = {.facets = SG_FACETS_DEFAULT,.schema = schema,.all_objects = true};
	SgDescribeRun *run;

	memset(digest, 0, sizeof(SgDigest));
	run = sg_describe_begin(&options, receive_digest, digest);
	describe(run, classid, objid);
	sg_describe_end(run);
}

/* a to_reg* function's answer, or InvalidOid where it is null */
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

/*
 * The object of that type and identity, or InvalidOid.  "relation" stands for
 * whatever has columns or is a sequence; otherwise types are those of relations,
 * functions, procedures and types.  An identity that is not a name at all is a
 * syntax error.
 */
Oid
sg_describe_find(const char *type, const char *identity, Oid *classid)
{
	int			level = pin_settings(InvalidOid);
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
	else
	{
		*classid = RelationRelationId;
		objid = resolve(to_regclass, identity);
	}
	AtEOXact_GUC(true, level);
	return objid;
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
