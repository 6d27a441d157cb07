/*
 * state/sub_object.c
 *		Finds the object to which a sub-object belongs.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "classes/anatomy.h"
#include "state/sub_object.h"
#include "support/compat.h"

/* Returns the owner; InvalidOid if the sub-object does not exist, or its owner is in another catalog. */
static Oid
owner_of(const SgAnatomy *kind, Oid sub_object)
{
	Relation	rel = table_open(kind->catalog, AccessShareLock);
	Oid			owner = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, kind->oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(sub_object));
	scan = systable_beginscan(rel, kind->index, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;

		owner = DatumGetObjectId(heap_getattr(tuple, kind->owner, RelationGetDescr(rel), &isnull));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return owner;
}

/*
 * Replaces an index by its table, and the relation of a composite type by the type.
 * Keeps the address of a relation that no longer exists: the live state may know it.
 * Returns false for a TOAST table.
 */
static bool
resolve_relation(ObjectAddress *address)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(address->objectId));
	Form_pg_class form;
	bool		found = true;

	if (!HeapTupleIsValid(tuple))
		return true;
	form = (Form_pg_class) GETSTRUCT(tuple);
	if (form->relkind == RELKIND_TOASTVALUE)
		found = false;
	else if (form->relkind == RELKIND_INDEX || form->relkind == RELKIND_PARTITIONED_INDEX)
	{
		address->objectId = IndexGetRelation(address->objectId, true);
		found = OidIsValid(address->objectId);
	}
	else if (form->relkind == RELKIND_COMPOSITE_TYPE)
		ObjectAddressSet(*address, TypeRelationId, form->reltype);
	ReleaseSysCache(tuple);
	return found;
}

/*
 * Replaces the address of a sub-object by that of the object to which it belongs; of
 * any other address, only objectSubId changes, to 0.  Returns false if the address
 * cannot belong to anything that is described, for example if the sub-object no
 * longer exists.  Does not exclude temporary objects, because permanent ones can name
 * them.
 */
bool
sg_sub_object_resolve(ObjectAddress *address)
{
	bool		is_sub_object = false;

	address->objectSubId = 0;
	if (!OidIsValid(address->objectId))
		return true;
	for (int i = 0; i < sg_anatomy_count; i++)
	{
		const SgAnatomy *kind = &sg_anatomy[i];
		Oid			owner;

		if (kind->catalog != address->classId)
			continue;
		owner = owner_of(kind, address->objectId);
		if (OidIsValid(owner))
		{
			ObjectAddressSet(*address, kind->owner_catalog, owner);
			is_sub_object = false;
			break;
		}
		is_sub_object = true;
	}
	if (is_sub_object)
		return false;
	return address->classId == RelationRelationId ? resolve_relation(address) : true;
}
