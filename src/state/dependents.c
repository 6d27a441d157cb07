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
