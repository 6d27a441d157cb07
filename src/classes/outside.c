/*
 * classes/outside.c
 *		Objects that are not described, because extensions' scripts made them.
 *
 * A member that is not as its extension's script made it is described, with an
 * item that says so.  Temporary objects are omitted because of their schema
 * (describer.c); objects in other schemas that depend on them are described,
 * since others can use them, and they survive a crash.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "classes/outside.h"
#include "format/sql.h"

/* a member of an extension that was added or changed by hand */
typedef struct HandMade
{
	SgObjectKey key;
	Oid			extension;
} HandMade;

static void
note_hand_made(SgDescriber *describer, Oid classid, Oid objid, Oid extension)
{
	HandMade   *entry;
	SgObjectKey key = {.classid = classid, .objid = objid};

	if (describer->by_hand == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = sizeof(SgObjectKey);
		ctl.entrysize = sizeof(HandMade);
		ctl.hcxt = describer->run_context;
		describer->by_hand = hash_create("schema_guard hand-made members", 16, &ctl,
								   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(describer->by_hand, &key, HASH_ENTER, NULL);
	entry->extension = extension;
}

/* Returns true if the member is as the extension's script made it; notes it as hand-made if not. */
static bool
is_script_made(SgDescriber *describer, Oid extension, Oid classid, Oid objid)
{
	bool		made;

	if (describer->members == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(describer->run_context);

		describer->members = sg_members_load();
		MemoryContextSwitchTo(old);
	}
	made = sg_member_is_made(describer->members, extension, classid, objid,
							 describer->member_digest);
	if (!made)
		note_hand_made(describer, classid, objid, extension);
	return made;
}

/* Adds which extension the object is a member of, if it was added or changed by hand. */
void
sg_outside_add_membership(const SgDescriber *describer, SgObject *object)
{
	SgObjectKey key = {.classid = object->classid, .objid = object->objid};
	const HandMade *entry = describer->by_hand == NULL ? NULL :
		hash_search(describer->by_hand, &key, HASH_FIND, NULL);
	const char *extension = entry == NULL ? NULL : get_extension_name(entry->extension);

	if (extension != NULL)
		sg_object_add_structure(object, "member of extension", sg_sql_identifier(extension));
}

/*
 * Loads the members of all extensions that are as the scripts made them, and
 * whether anything depends on an extension (ALTER ... DEPENDS ON EXTENSION).
 * Must be called in the run's context.
 */
void
sg_outside_load(SgDescriber *describer)
{
	HASHCTL		ctl = {0};
	Relation	rel = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ctl.keysize = sizeof(SgObjectKey);
	ctl.entrysize = sizeof(SgObjectKey);
	ctl.hcxt = CurrentMemoryContext;
	describer->outside = hash_create("schema_guard outside", 256, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	describer->no_dependents = true;
	ScanKeyInit(&key, Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	scan = systable_beginscan(rel, DependReferenceIndexId, true, describer->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		SgObjectKey member = {.classid = form->classid, .objid = form->objid};

		if (form->deptype == DEPENDENCY_EXTENSION)
		{
			if (is_script_made(describer, form->refobjid, form->classid, form->objid))
				(void) hash_search(describer->outside, &member, HASH_ENTER, NULL);
		}
		else if (form->deptype == DEPENDENCY_AUTO_EXTENSION)
			describer->no_dependents = false;
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* Returns true if the object is such a member, without sg_outside_load(). */
static bool
look_up(SgDescriber *describer, Oid classid, Oid objid)
{
	Oid			extension = getExtensionOfObject(classid, objid);

	return OidIsValid(extension) && is_script_made(describer, extension, classid, objid);
}

/* Returns true if the object is a member of an extension, and as the script made it. */
bool
sg_outside_has(SgDescriber *describer, Oid classid, Oid objid)
{
	SgObjectKey key = {.classid = classid, .objid = objid};

	if (describer->outside == NULL)
		return look_up(describer, classid, objid);
	return hash_search(describer->outside, &key, HASH_FIND, NULL) != NULL;
}
