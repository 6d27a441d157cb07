/*
 * state/dependents.c
 *		Which objects depend on an object: pg_depend, read backwards.
 *
 * Expressions, whose texts are the server's, name other objects by OIDs, and
 * for each of those the server has an entry in pg_depend: that is what lets it
 * refuse to drop what is in use.  Where it has none the description keeps
 * account itself (catalogs/mention.c).  And pg_depend tells what gets another name
 * together with the object: what is in a schema, the row type of a table.  There
 * a range names its multirange, not the other way round.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "state/dependents.h"
#include "support/compat.h"

/* catalogs of parts, and the column that says what they are part of */
static const struct
{
	Oid			catalog;
	Oid			index;			/* on the OID */
	AttrNumber	oid;
	AttrNumber	whole;
	Oid			whole_catalog;
}			parts[] = {
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

/* the whole of a part; InvalidOid if it is not there or not part of this */
static Oid
whole_of(int i, Oid part)
{
	Relation	rel = table_open(parts[i].catalog, AccessShareLock);
	Oid			whole = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, parts[i].oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(part));
	scan = systable_beginscan(rel, parts[i].index, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;

		whole = DatumGetObjectId(heap_getattr(tuple, parts[i].whole, RelationGetDescr(rel), &isnull));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return whole;
}

/* an index is part of its table, the relation of a composite type of the type */
static bool
whole_relation(ObjectAddress *address)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(address->objectId));
	Form_pg_class form;
	bool		found = true;

	/* gone: the live state may know it */
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
 * Turns the address of a part into that of the object that it is described
 * with.  False if nothing that is described can be meant, as a part that is
 * gone.  What is temporary can be named by what is not.  An address of something
 * else stays as it is.
 */
bool
sg_sub_object_owner(ObjectAddress *address)
{
	bool		is_part = false;
	Oid			part = address->objectId;

	address->objectSubId = 0;
	for (int i = 0; i < lengthof(parts) && OidIsValid(part); i++)
	{
		Oid			whole;

		if (parts[i].catalog != address->classId)
			continue;
		is_part = true;
		whole = whole_of(i, part);
		if (OidIsValid(whole))
		{
			ObjectAddressSet(*address, parts[i].whole_catalog, whole);
			is_part = false;
			break;
		}
	}
	if (is_part)
		return false;
	if (address->classId == RelationRelationId && OidIsValid(address->objectId))
		return whole_relation(address);
	return true;
}

static bool
is_reached(Form_pg_depend form, SgReach reach)
{
	if (form->deptype == DEPENDENCY_EXTENSION)
		return false;
	if (reach == SG_REACH_ALL)
		return true;
	if (form->classid == RelationRelationId)
		return form->objsubid == 0;
	return reach == SG_REACH_QUERIES &&
		(form->classid == RewriteRelationId || form->classid == PolicyRelationId ||
		 form->classid == ProcedureRelationId);
}

static List *
append_address(List *addresses, ObjectAddress address)
{
	ObjectAddress *copy = palloc(sizeof(ObjectAddress));

	*copy = address;
	return lappend(addresses, copy);
}

/*
 * What depends on this object or a part of it, as a List of ObjectAddress *: of
 * whole objects or parts, this one's too; the same one may be in it more than
 * once.
 */
List *
sg_dependents(const ObjectAddress *object, SgReach reach)
{
	List	   *result = NIL;
	Relation	rel;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (reach == SG_REACH_NONE)
		return NIL;
	/* most relations have none, and what else depends on them is much */
	if (reach == SG_REACH_CHILDREN && !has_subclass(object->objectId))
		return NIL;
	rel = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->classId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->objectId));
	scan = systable_beginscan(rel, DependReferenceIndexId, true, NULL, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress dependent;

		if (!is_reached(form, reach))
			continue;
		ObjectAddressSet(dependent, form->classid, form->objid);
		result = append_address(result, dependent);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	if (object->classId == TypeRelationId &&
		OidIsValid(sg_compat_range_of_multirange(object->objectId)))
	{
		ObjectAddress range;

		ObjectAddressSet(range, TypeRelationId, sg_compat_range_of_multirange(object->objectId));
		result = append_address(result, range);
	}
	return result;
}
