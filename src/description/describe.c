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
#include "description/run.h"
#include "description/scope.h"
#include "format/digest.h"
#include "format/scope_rules.h"
#include "format/sql.h"
#include "support/errors.h"
#include "support/spi.h"

/*
 * What one object takes, with few exceptions: so much is kept when the context is
 * reset, where less would be asked of the system again for each object.
 */
#define OBJECT_CONTEXT_SIZES 64 * 1024, 64 * 1024, ALLOCSET_DEFAULT_MAXSIZE

typedef struct ObjectKey
{
	Oid			classid;
	Oid			objid;
} ObjectKey;

/* a member of an extension that its script has not made as it is */
typedef struct HandMade
{
	ObjectKey	key;
	Oid			extension;
} HandMade;

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

/*
 * Adds what the server would drop with the object, as far as that are whole
 * objects.
 */
static void
add_dependents(HTAB *objects, Relation depend, Snapshot snapshot, Oid classid, Oid objid)
{
	List	   *todo = NIL;
	ListCell   *lc;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	check_stack_depth();
	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(classid));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(objid));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, snapshot, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectKey	key = {.classid = form->classid, .objid = form->objid};
		bool		found;

		if (form->objsubid != 0)
			continue;
		(void) hash_search(objects, &key, HASH_ENTER, &found);
		if (!found)
		{
			ObjectKey  *next = palloc(sizeof(ObjectKey));

			*next = key;
			todo = lappend(todo, next);
		}
	}
	systable_endscan(scan);
	foreach(lc, todo)
	{
		ObjectKey  *key = lfirst(lc);

		add_dependents(objects, depend, snapshot, key->classid, key->objid);
	}
	list_free_deep(todo);
}

/* Adds all temporary objects and what depends on them, as a function may. */
static void
add_temporary(HTAB *objects, Relation depend, Snapshot snapshot)
{
	Relation	rel = table_open(NamespaceRelationId, AccessShareLock);
	NameData	first;
	NameData	beyond;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	namestrcpy(&first, "pg_temp_");
	namestrcpy(&beyond, "pg_temp`");
	ScanKeyInit(&keys[0], Anum_pg_namespace_nspname, BTGreaterEqualStrategyNumber, F_NAMEGE,
				NameGetDatum(&first));
	ScanKeyInit(&keys[1], Anum_pg_namespace_nspname, BTLessStrategyNumber, F_NAMELT,
				NameGetDatum(&beyond));
	scan = systable_beginscan(rel, NamespaceNameIndexId, true, snapshot, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
		add_dependents(objects, depend, snapshot, NamespaceRelationId,
					   ((Form_pg_namespace) GETSTRUCT(tuple))->oid);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

static void
note_hand_made(SgDescribeRun *run, Oid classid, Oid objid, Oid extension)
{
	HandMade   *entry;
	ObjectKey	key = {.classid = classid, .objid = objid};

	if (run->by_hand == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = sizeof(ObjectKey);
		ctl.entrysize = sizeof(HandMade);
		ctl.hcxt = run->describer.run_context;
		run->by_hand = hash_create("schema_guard hand-made members", 16, &ctl,
								   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(run->by_hand, &key, HASH_ENTER, NULL);
	entry->extension = extension;
}

/* Is this member of an extension as the script made it?  Notes it if not. */
static bool
is_script_made(SgDescribeRun *run, Oid extension, Oid classid, Oid objid)
{
	bool		made;

	if (run->members == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(run->describer.run_context);

		run->members = sg_members_load();
		MemoryContextSwitchTo(old);
	}
	made = sg_member_is_made(run->members, extension, classid, objid, sg_describe_digest);
	if (!made)
		note_hand_made(run, classid, objid, extension);
	return made;
}

/* An object that was made a member, or changed as one, by hand says of what. */
static void
add_membership(const SgDescribeRun *run, SgObject *object)
{
	ObjectKey	key = {.classid = object->classid, .objid = object->objid};
	const HandMade *entry = run->by_hand == NULL ? NULL :
		hash_search(run->by_hand, &key, HASH_FIND, NULL);
	const char *extension = entry == NULL ? NULL : get_extension_name(entry->extension);

	if (extension != NULL)
		sg_object_add(object, SG_FACET_STRUCTURE, 0, "member of extension", sg_canon_identifier(extension));
}

/*
 * Finds what is not part of the schema although it is in one: the members of all
 * extensions, as far as their scripts have made them, and what goes when a session ends, as it depends on something
 * temporary.  Finds as well whether anything depends on an extension by ALTER.
 */
static void
load_outside(SgDescribeRun *run)
{
	HASHCTL		ctl = {0};
	Relation	rel = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ctl.keysize = sizeof(ObjectKey);
	ctl.entrysize = sizeof(ObjectKey);
	ctl.hcxt = CurrentMemoryContext;
	run->outside = hash_create("schema_guard outside", 256, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	run->no_dependents = true;
	ScanKeyInit(&key, Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	scan = systable_beginscan(rel, DependReferenceIndexId, true, run->describer.snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectKey	member = {.classid = form->classid, .objid = form->objid};

		if (form->deptype == DEPENDENCY_EXTENSION)
		{
			if (is_script_made(run, form->refobjid, form->classid, form->objid))
				(void) hash_search(run->outside, &member, HASH_ENTER, NULL);
		}
		else if (form->deptype == DEPENDENCY_AUTO_EXTENSION)
			run->no_dependents = false;
	}
	systable_endscan(scan);
	add_temporary(run->outside, rel, run->describer.snapshot);
	table_close(rel, AccessShareLock);
}

/*
 * Appends what the object as a whole depends on; true if that tells that it is
 * outside.  *extension: of which it is a member.
 */
static bool
append_dependencies(List **addresses, const ObjectAddress *object, Relation depend, Oid *extension)
{
	bool		outside = false;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->classId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->objectId));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, keys);
	while (!outside && (tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ListCell   *lc;

		if (form->objsubid != 0)
			continue;
		if (form->deptype == DEPENDENCY_EXTENSION)
		{
			if (object == linitial(*addresses))
				*extension = form->refobjid;
		}
		else if (form->refclassid == NamespaceRelationId)
			outside = isAnyTempNamespace(form->refobjid);
		else if (form->refobjid >= FirstNormalObjectId)
		{
			ObjectAddress *address = palloc(sizeof(ObjectAddress));

			ObjectAddressSet(*address, form->refclassid, form->refobjid);
			foreach(lc, *addresses)
			{
				if (memcmp(lfirst(lc), address, sizeof(ObjectAddress)) == 0)
					break;
			}
			if (lc == NULL)
				*addresses = lappend(*addresses, address);
		}
	}
	systable_endscan(scan);
	return outside;
}

/* The same as load_outside(), of one object. */
static bool
is_outside(SgDescribeRun *run, Oid classid, Oid objid)
{
	ObjectKey	key = {.classid = classid, .objid = objid};
	ObjectAddress object;
	List	   *addresses;
	bool		outside = false;
	Oid			extension = InvalidOid;
	Relation	rel;

	if (run->outside != NULL)
		return hash_search(run->outside, &key, HASH_FIND, NULL) != NULL;
	ObjectAddressSet(object, classid, objid);
	addresses = list_make1(&object);
	rel = table_open(DependRelationId, AccessShareLock);
	for (int i = 0; i < list_length(addresses) && !outside; i++)
		outside = append_dependencies(&addresses, list_nth(addresses, i), rel, &extension);
	table_close(rel, AccessShareLock);
	return outside ||
		(OidIsValid(extension) && is_script_made(run, extension, classid, objid));
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
	return !is_outside(run, classid, objid);
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
		errcontext(SG_DESCRIBING " %s %s", object->type, object->identity);
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
		sg_add_access(describer->names, object);
	if (sg_wants_facet(describer, SG_FACET_COMMENT))
		sg_add_comments(object);
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

	add_membership(run, object);
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

	load_outside(run);
	sg_names_load_relations(run->describer.names);
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
