/*
 * classes/comment.c
 *		The facet "comment": comments on any object and on its sub-objects.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "catalog/pg_description.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "classes/anatomy.h"
#include "classes/annotations.h"

static void
add_comment(SgObject *object, const char *on, const char *comment)
{
	sg_object_add(object, SG_FACET_COMMENT, 0, psprintf("comment on %s", on), comment);
}

/* Returns the comment in a row of pg_description, or NULL. */
static char *
comment_text(const SgObjectRows *comments, HeapTuple row)
{
	bool		isnull;
	Datum		value = sg_object_rows_attribute(comments, row, Anum_pg_description_description, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* Returns the comment on an object, or NULL. */
static char *
find_comment(SgDescriber *describer, Oid catalog, Oid oid)
{
	SgObjectRows *comments = describer->annotations->comments;
	ListCell   *lc;

	foreach(lc, sg_object_rows_find(comments, catalog, oid))
	{
		if (((Form_pg_description) GETSTRUCT((HeapTuple) lfirst(lc)))->objsubid == 0)
			return comment_text(comments, lfirst(lc));
	}
	return NULL;
}

/* Returns the comment on a database, or NULL.  Comments on subscriptions are in pg_description. */
static char *
find_shared_comment(SgDescriber *describer, Oid catalog, Oid oid)
{
	SgObjectRows *comments = describer->annotations->shared_comments;
	List	   *rows = sg_object_rows_find(comments, catalog, oid);
	bool		isnull;
	Datum		value;

	if (rows == NIL)
		return NULL;
	value = sg_object_rows_attribute(comments, linitial(rows), Anum_pg_shdescription_description, &isnull);
	return isnull ? NULL : TextDatumGetCString(value);
}

/* Adds the comments on the columns of a relation, or the attributes of a composite type. */
static void
add_column_comments(SgDescriber *describer, SgObject *object, Oid relid, const char *words)
{
	SgObjectRows *comments = describer->annotations->comments;
	ListCell   *lc;

	foreach(lc, sg_object_rows_find(comments, RelationRelationId, relid))
	{
		AttrNumber	attnum = ((Form_pg_description) GETSTRUCT((HeapTuple) lfirst(lc)))->objsubid;
		char	   *column = attnum == 0 ? NULL : get_attname(relid, attnum, true);
		char	   *comment = comment_text(comments, lfirst(lc));

		if (column != NULL && comment != NULL)
			add_comment(object, sg_item_attribute(words, column), comment);
	}
}

/*
 * Adds the comment, if there is one, on a sub-object that has no item; an item would
 * have "words" and the name as its attribute.
 */
void
sg_comment_add_on(SgDescriber *describer, SgObject *object, Oid catalog, Oid oid,
				  const char *words, const char *name)
{
	char	   *comment = find_comment(describer, catalog, oid);

	if (comment != NULL)
		add_comment(object, sg_item_attribute(words, name), comment);
}

/*
 * Adds the comments on the object, its columns and the constraints, triggers,
 * rules and policies among its items.  index.c adds those on indexes, because an
 * index may be part of a constraint's item, or of its parent's.
 */
void
sg_comment_add(SgDescriber *describer, SgObject *object)
{
	int			nitems = object->nitems;
	char	   *comment = object->classid == DatabaseRelationId ?
		find_shared_comment(describer, object->classid, object->objid) :
		find_comment(describer, object->classid, object->objid);

	if (comment != NULL)
		sg_object_add(object, SG_FACET_COMMENT, 0, "comment", comment);
	if (object->classid == RelationRelationId)
		add_column_comments(describer, object, object->objid, "column");
	else if (object->classid == TypeRelationId && OidIsValid(get_typ_typrelid(object->objid)))
		add_column_comments(describer, object, get_typ_typrelid(object->objid), "attribute");

	for (int i = 0; i < nitems; i++)
	{
		Oid			catalog = sg_anatomy_catalog(&object->items[i]);

		comment = OidIsValid(catalog) ? find_comment(describer, catalog, object->items[i].stable_id) : NULL;
		if (comment != NULL)
			add_comment(object, object->items[i].attribute, comment);
	}
}
