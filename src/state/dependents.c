/*
 * state/dependents.c
 *		Finds the dependents of an object, by reading pg_depend backwards.
 *
 * Expressions refer to other objects by OIDs, and the server records each of
 * those in pg_depend so that it can refuse to drop an object that is in use.
 * Where it does not record them, the description does (catalogs/mention.c).
 * pg_depend also shows what is renamed together with an object: the contents of a
 * schema, the row type of a table.  It records that a multirange depends on its
 * range; the text of a range names its multirange, so the reverse is added here.
 *
 * It also finds the partitions that are being detached, of which the server tells no more
 * than that their parent has changed.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "state/dependents.h"
#include "support/compat.h"

static bool
is_reached(Form_pg_depend form, SgReach reach)
{
	/* the text of a partition's index, constraint or trigger does not name the parent's */
	if (form->deptype == DEPENDENCY_EXTENSION || form->deptype == DEPENDENCY_PARTITION_PRI)
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
 * Returns the dependents of the object and its sub-objects, a List of ObjectAddress *.
 * These are objects and sub-objects, including the object's own, possibly with
 * duplicates.
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
	/* most relations have no children, but many other dependents */
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

/*
 * Returns the OIDs of the partitions of which DETACH CONCURRENTLY has committed, or is
 * about to commit, its first half.  It invalidates only the parent, and changes the
 * partition itself only if that lacks a constraint that says what its bound said; since
 * 19 not even then.
 */
List *
sg_dependents_detaching(Oid parent)
{
	List	   *result = NIL;
	Relation	rel;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (get_rel_relkind(parent) != RELKIND_PARTITIONED_TABLE)
		return NIL;
	rel = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_inherits_inhparent, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(parent));
	scan = systable_beginscan(rel, InheritsParentIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_inherits form = (Form_pg_inherits) GETSTRUCT(tuple);

		if (sg_compat_detach_pending(form))
			result = lappend_oid(result, form->inhrelid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}
