/*
 * classes/comment.c
 *		The facet "comment": comments on any object and on what it owns.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_description.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "classes/annotations.h"

/* what items with a key of their own begin with, and the catalog of their OIDs */
static const struct
{
	const char *word;
	Oid			catalog;
}			owned_objects[] = {
	{"constraint ", ConstraintRelationId},
	{"policy ", PolicyRelationId},
	{"rule ", RewriteRelationId},
	{"trigger ", TriggerRelationId}
};

/* The catalog of what an item describes, if that is an object of its own. */
static Oid
item_catalog(const SgItem *item)
{
	if (item->key == 0)
		return InvalidOid;
	for (int i = 0; i < lengthof(owned_objects); i++)
	{
		if (strncmp(item->attribute, owned_objects[i].word, strlen(owned_objects[i].word)) == 0)
			return owned_objects[i].catalog;
	}
	return InvalidOid;
}

/* comments on the columns of a relation, or the attributes of a composite type */
static void
add_column_comments(SgObject *object, Oid relid, const char *word)
{
	Relation	rel = table_open(DescriptionRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_description_objoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_description_classoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	scan = systable_beginscan(rel, DescriptionObjIndexId, true, NULL, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_description form = (Form_pg_description) GETSTRUCT(tuple);
		char	   *column = form->objsubid == 0 ? NULL : get_attname(relid, form->objsubid, true);
		bool		isnull;
		Datum		comment = heap_getattr(tuple, Anum_pg_description_description,
										RelationGetDescr(rel), &isnull);

		if (column != NULL && !isnull)
			sg_object_add(object, SG_FACET_COMMENT, 0,
						  psprintf("comment on %s", sg_attribute(word, column)),
						  TextDatumGetCString(comment));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* The comment on a database, or NULL; those on subscriptions are where all others are. */
static char *
shared_comment(const SgObject *object)
{
	Relation	rel = table_open(SharedDescriptionRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *comment = NULL;

	ScanKeyInit(&keys[0], Anum_pg_shdescription_objoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->objid));
	ScanKeyInit(&keys[1], Anum_pg_shdescription_classoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object->classid));
	scan = systable_beginscan(rel, SharedDescriptionObjIndexId, true, NULL, 2, keys);
	if ((tuple = systable_getnext(scan)) != NULL)
	{
		bool		isnull;
		Datum		value = heap_getattr(tuple, Anum_pg_shdescription_description,
										 RelationGetDescr(rel), &isnull);

		if (!isnull)
			comment = TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return comment;
}

/*
 * Adds the comment, if there is one, on something that belongs to the object
 * and that no item stands for.  "what" is how an item would name it.
 */
void
sg_add_comment_on(SgObject *object, Oid catalog, Oid oid, const char *what)
{
	char	   *comment = GetComment(oid, catalog, 0);

	if (comment != NULL)
		sg_object_add(object, SG_FACET_COMMENT, 0, psprintf("comment on %s", what), comment);
}

/*
 * Adds the comments on the object, its columns and the constraints, triggers,
 * rules and policies that are among its items.  Those on indexes are index.c's:
 * an index may be part of a constraint's item, or of its parent's.
 */
void
sg_add_comments(SgObject *object)
{
	int			nitems = object->nitems;
	char	   *comment = object->classid == DatabaseRelationId ? shared_comment(object) :
		GetComment(object->objid, object->classid, 0);

	if (comment != NULL)
		sg_object_add(object, SG_FACET_COMMENT, 0, "comment", comment);
	if (object->classid == RelationRelationId)
		add_column_comments(object, object->objid, "column");
	else if (object->classid == TypeRelationId && OidIsValid(get_typ_typrelid(object->objid)))
		add_column_comments(object, get_typ_typrelid(object->objid), "attribute");

	for (int i = 0; i < nitems; i++)
	{
		Oid			catalog = item_catalog(&object->items[i]);

		if (OidIsValid(catalog))
			sg_add_comment_on(object, catalog, object->items[i].key, object->items[i].attribute);
	}
}
