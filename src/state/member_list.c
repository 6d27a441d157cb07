/*
 * state/member_list.c
 *		Writing the list of what extensions' scripts have made (classes/member.c).
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
#include "state/member_list.h"
#include "support/table.h"

/* the members of an extension, a List of ObjectAddress * */
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

/* The members of an extension that were made or changed by hand, a List of ObjectAddress *. */
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

/* removes an extension's rows from the list, but for those of "kept" */
static void
strike(SgTable *table, Oid extension, const List *kept)
{
	SysScanDesc scan = sg_table_scan_all(table);
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (DatumGetObjectId(sg_table_required(table, tuple, MEMBER_EXTENSION)) == extension &&
			!contains(kept, DatumGetObjectId(sg_table_required(table, tuple, MEMBER_CLASSID)),
					  DatumGetObjectId(sg_table_required(table, tuple, MEMBER_OBJID))))
			sg_table_delete(table, tuple);
	}
	systable_endscan(scan);
	CommandCounterIncrement();
}

static void
enter(SgTable *table, Oid extension, Oid classid, Oid objid, const SgDigest *digest)
{
	Datum		values[MEMBER_COLUMNS];
	bool		nulls[MEMBER_COLUMNS] = {false};

	values[MEMBER_CLASSID - 1] = ObjectIdGetDatum(classid);
	values[MEMBER_OBJID - 1] = ObjectIdGetDatum(objid);
	values[MEMBER_EXTENSION - 1] = ObjectIdGetDatum(extension);
	values[MEMBER_DIGEST - 1] = CStringGetTextDatum(sg_member_digest_text(digest));
	sg_table_insert(table, values, nulls);
}

/* Lists an extension and its members as they are, but for those "by_hand", which stay as they were. */
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
	strike(&table, extension, by_hand);
	enter(&table, extension, ExtensionRelationId, extension, &digest);
	foreach(lc, all)
	{
		const ObjectAddress *address = lfirst(lc);

		if (contains(by_hand, address->classId, address->objectId))
			continue;
		sg_describe_digest(schema, address->classId, address->objectId, &digest);
		enter(&table, extension, address->classId, address->objectId, &digest);
		CHECK_FOR_INTERRUPTS();
	}
	sg_table_close(&table);
	CommandCounterIncrement();
}

/* the extensions, or those that this transaction has made or changed, a list of OIDs */
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

/* removes what is listed of extensions that are gone */
static void
strike_gone(void)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &sg_member_shape, RowExclusiveLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (get_extension_name(DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_EXTENSION))) == NULL)
			sg_table_delete(&table, tuple);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	CommandCounterIncrement();
}

/* Lists the extensions of which the list knows nothing.  Under the publish lock. */
void
sg_member_list_adopt(void)
{
	SgMembers  *members;
	List	   *all = extensions(false);
	ListCell   *lc;

	strike_gone();
	members = sg_members_load();
	foreach(lc, all)
	{
		if (!sg_member_extension_is_listed(members, lfirst_oid(lc)))
			list_extension(lfirst_oid(lc), NIL);
	}
}

/*
 * A script has run: lists what this transaction has created, with CASCADE more
 * than one extension, and "updated", of which those "by_hand" are not the script's.
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
