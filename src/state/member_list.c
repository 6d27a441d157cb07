/*
 * state/member_list.c
 *		Writes the list of objects that extensions' scripts have made (classes/member.c).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "classes/member.h"
#include "description/describe.h"
#include "state/live_state.h"
#include "state/member_list.h"
#include "support/table.h"

/* Returns the members of an extension, a List of ObjectAddress *. */
static List *
members_of(Oid extension)
{
	Relation	rel = table_open(DependRelationId, AccessShareLock);
	List	   *result = NIL;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(rel, DependReferenceIndexId, true, NULL, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *address;

		if (form->deptype != DEPENDENCY_EXTENSION)
			continue;
		address = palloc(sizeof(ObjectAddress));
		ObjectAddressSet(*address, form->classid, form->objid);
		result = lappend(result, address);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* Returns the members of an extension that were made or changed by hand, a List of ObjectAddress *. */
List *
sg_member_list_by_hand(Oid extension)
{
	SgMembers  *members = sg_members_load();
	List	   *all = members_of(extension);
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, all)
	{
		ObjectAddress *address = lfirst(lc);

		if (!sg_member_is_made(members, extension, address->classId, address->objectId,
							   sg_describe_digest))
			result = lappend(result, address);
	}
	return result;
}

static bool
contains(const List *addresses, Oid classid, Oid objid)
{
	ListCell   *lc;

	foreach(lc, addresses)
	{
		const ObjectAddress *address = lfirst(lc);

		if (address->classId == classid && address->objectId == objid)
			return true;
	}
	return false;
}

/*
 * Deletes the rows of an extension and of its members, except those of "kept".
 * A member's row can belong to another extension, if the object was a member of that
 * one before, or the OID has been reused.
 */
static void
delete_members(SgTable *table, Oid extension, const List *all, const List *kept)
{
	SysScanDesc scan = sg_table_scan_all(table);
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Oid			classid = DatumGetObjectId(sg_table_required(table, tuple, MEMBER_CLASSID));
		Oid			objid = DatumGetObjectId(sg_table_required(table, tuple, MEMBER_OBJID));

		if ((DatumGetObjectId(sg_table_required(table, tuple, MEMBER_EXTENSION)) == extension ||
			 contains(all, classid, objid)) && !contains(kept, classid, objid))
			sg_table_delete(table, tuple);
	}
	systable_endscan(scan);
	CommandCounterIncrement();
}

static void
insert_member(SgTable *table, Oid extension, Oid classid, Oid objid, const char *digest)
{
	Datum		values[MEMBER_COLUMNS];
	bool		nulls[MEMBER_COLUMNS] = {false};

	values[MEMBER_CLASSID - 1] = ObjectIdGetDatum(classid);
	values[MEMBER_OBJID - 1] = ObjectIdGetDatum(objid);
	values[MEMBER_EXTENSION - 1] = ObjectIdGetDatum(extension);
	values[MEMBER_DIGEST - 1] = CStringGetTextDatum(digest);
	sg_table_insert(table, values, nulls);
}

/* Lists an extension and the current state of its members, except those "by_hand", whose rows stay. */
static void
list_extension(Oid extension, const List *by_hand)
{
	List	   *all = members_of(extension);
	SgTable		table;
	SgDigest	digest;
	Oid			schema;
	ListCell   *lc;

	if (!sg_member_extension(extension, &schema, &digest))
		return;
	sg_table_open(&table, &sg_member_shape, RowExclusiveLock);
	delete_members(&table, extension, all, by_hand);
	insert_member(&table, extension, ExtensionRelationId, extension, sg_member_digest_text(&digest));
	foreach(lc, all)
	{
		const ObjectAddress *address = lfirst(lc);

		if (contains(by_hand, address->classId, address->objectId))
			continue;
		sg_describe_digest(schema, address->classId, address->objectId, &digest);
		insert_member(&table, extension, address->classId, address->objectId, sg_member_digest_text(&digest));
		CHECK_FOR_INTERRUPTS();
	}
	sg_table_close(&table);
	CommandCounterIncrement();
}

/* Returns all extensions, or those that this transaction has created or altered, a List of OIDs. */
static List *
extensions(bool own)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	List	   *result = NIL;
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (!own || TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)))
			result = lappend_oid(result, ((Form_pg_extension) GETSTRUCT(tuple))->oid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/*
 * Deletes the rows of extensions that no longer exist, and all rows if they belong to
 * another database system.  A list without a row about its system, as written by 1.0,
 * belongs to the same system as the live state.
 */
static void
delete_outdated(void)
{
	SgLiveState state;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		has_system = false;
	bool		other_system;

	sg_live_state(&state);
	other_system = state.of_other_system;
	sg_table_open(&table, &sg_member_shape, RowExclusiveLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Oid			extension = DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_EXTENSION));

		if (!OidIsValid(extension))
		{
			has_system = true;
			other_system = strcmp(sg_table_required_text(&table, tuple, MEMBER_DIGEST),
								  sg_member_system()) != 0;
		}
	}
	systable_endscan(scan);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Oid			extension = DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_EXTENSION));

		if (other_system || (OidIsValid(extension) && get_extension_name(extension) == NULL))
			sg_table_delete(&table, tuple);
	}
	systable_endscan(scan);
	if (other_system || !has_system)
		insert_member(&table, InvalidOid, InvalidOid, InvalidOid, sg_member_system());
	sg_table_close(&table);
	CommandCounterIncrement();
}

/* Lists the extensions that are not listed yet.  The caller holds the publish lock. */
void
sg_member_list_adopt(void)
{
	SgMembers  *members;
	List	   *all = extensions(false);
	ListCell   *lc;

	delete_outdated();
	members = sg_members_load();
	foreach(lc, all)
	{
		if (!sg_member_extension_is_listed(members, lfirst_oid(lc)))
			list_extension(lfirst_oid(lc), NIL);
	}
}

/*
 * Called after a script has run.  Lists the extensions that this transaction has
 * created, which may be several with CASCADE, and "updated", whose members
 * "by_hand" were not made by the script.
 */
void
sg_member_list_scripted(Oid updated, const List *by_hand)
{
	SgMembers  *members = sg_members_load();
	List	   *all = extensions(true);
	ListCell   *lc;

	foreach(lc, all)
	{
		Oid			extension = lfirst_oid(lc);

		if (!sg_member_extension_is_listed(members, extension))
			list_extension(extension, extension == updated ? by_hand : NIL);
	}
}
