/*
 * classes/dependency.c
 *		ALTER ... DEPENDS ON EXTENSION: objects that are dropped with an extension.
 *
 *		[storage] dependency: extension pg_trgm
 *		[storage] dependency of trigger "audit": extension pg_trgm
 *
 * The command takes functions, materialized views, triggers and indexes.  It calls
 * no hook (see sg_touched_by_statement()).
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"

#include "classes/annotations.h"
#include "format/sql.h"
#include "support/text.h"

/* Returns "extension a, extension b", sorted; NULL if there are none. */
static char *
extensions_depended_on(Oid catalog, Oid oid)
{
	List	   *extensions = getAutoExtensionsOfObject(catalog, oid);
	List	   *names = NIL;
	StringInfoData buf;
	ListCell   *lc;

	if (extensions == NIL)
		return NULL;
	foreach(lc, extensions)
	{
		char	   *name = get_extension_name(lfirst_oid(lc));

		if (name != NULL)
			names = lappend(names, name);
	}
	list_sort(names, sg_text_compare_cells);
	initStringInfo(&buf);
	foreach(lc, names)
		appendStringInfo(&buf, "%sextension %s", buf.len > 0 ? ", " : "",
						 sg_sql_identifier(lfirst(lc)));
	return buf.data;
}

static void
add_dependency(SgObject *object, Oid catalog, Oid oid, const char *attribute)
{
	char	   *extensions = extensions_depended_on(catalog, oid);

	if (extensions != NULL)
		sg_object_add(object, SG_FACET_STORAGE, 0, attribute, extensions);
}

/* Adds the extensions that the object depends on, if there are any. */
void
sg_dependency_add(SgObject *object)
{
	if (object->classid == ProcedureRelationId || object->classid == RelationRelationId)
		add_dependency(object, object->classid, object->objid, "dependency");
}

/* The same for a trigger or index of the object; "what" is how an item would name it. */
void
sg_dependency_add_of(SgObject *object, Oid catalog, Oid oid, const char *what)
{
	add_dependency(object, catalog, oid, psprintf("dependency of %s", what));
}
