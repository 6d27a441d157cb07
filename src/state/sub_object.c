/*
 * state/sub_object.c
 *		Which object a sub-object is described with.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "state/sub_object.h"
#include "support/compat.h"

/* a catalog of sub-objects, and the column that has the OID of the owner */
typedef struct SubObjectCatalog
{
	Oid			catalog;
	Oid			index;			/* on the OID */
	AttrNumber	oid;
	AttrNumber	owner;
	Oid			owner_catalog;
} SubObjectCatalog;

static const SubObjectCatalog sub_object_catalogs[] = {
	{AttrDefaultRelationId, AttrDefaultOidIndexId,
	Anum_pg_attrdef_oid, Anum_pg_attrdef_adrelid, RelationRelationId},
	{ConstraintRelationId, ConstraintOidIndexId,
	Anum_pg_constraint_oid, Anum_pg_constraint_conrelid, RelationRelationId},
	{ConstraintRelationId, ConstraintOidIndexId,
	Anum_pg_constraint_oid, Anum_pg_constraint_contypid, TypeRelationId},
	{TriggerRelationId, TriggerOidIndexId,
	Anum_pg_trigger_oid, Anum_pg_trigger_tgrelid, RelationRelationId},
	{RewriteRelationId, RewriteOidIndexId,
	Anum_pg_rewrite_oid, Anum_pg_rewrite_ev_class, RelationRelationId},
	{PolicyRelationId, PolicyOidIndexId,
	Anum_pg_policy_oid, Anum_pg_policy_polrelid, RelationRelationId},
	{EnumRelationId, EnumOidIndexId,
	Anum_pg_enum_oid, Anum_pg_enum_enumtypid, TypeRelationId},
	{PublicationRelRelationId, PublicationRelObjectIndexId,
	Anum_pg_publication_rel_oid, Anum_pg_publication_rel_prpubid, PublicationRelationId},
#ifdef SG_PUBLICATION_SCHEMAS
	{PublicationNamespaceRelationId, PublicationNamespaceObjectIndexId,
	Anum_pg_publication_namespace_oid, Anum_pg_publication_namespace_pnpubid, PublicationRelationId},
#endif
};

/* Returns InvalidOid if there is no such sub-object, or its owner is in another catalog. */
static Oid
owner_of(const SubObjectCatalog *kind, Oid sub_object)
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
 * A table owns its indexes, and a composite type its relation.  A relation that
 * is gone stays as it is: the live state may know it.
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
 * Replaces the address of a sub-object by that of the object it belongs to; any
 * other address stays as it is, but for its objectSubId, which becomes 0.
 * Returns false if the address can mean nothing that is described, as that of a
 * sub-object that is gone.  Temporary objects are not excluded: permanent ones
 * can name them.
 */
bool
sg_sub_object_resolve(ObjectAddress *address)
{
	bool		is_sub_object = false;

	address->objectSubId = 0;
	if (!OidIsValid(address->objectId))
		return true;
	for (int i = 0; i < lengthof(sub_object_catalogs); i++)
	{
		const SubObjectCatalog *kind = &sub_object_catalogs[i];
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
