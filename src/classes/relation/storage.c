/*
 * classes/relation/storage.c
 *		The facet "storage" of relations: options, tablespaces, access methods,
 *		CLUSTER marks; storage, compression, statistics targets and options of
 *		columns.
 *
 * Only differences from the defaults have items.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "commands/tablespace.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "classes/relation/relation.h"
#include "deparse/options.h"
#include "format/sql.h"
#include "support/compat.h"

static void
add(SgRelation *relation, const char *attribute, const char *definition)
{
	sg_object_add(relation->object, SG_FACET_STORAGE, 0, attribute, definition);
}

static void
add_options(SgRelation *relation, const char *attribute, Datum options)
{
	char	   *text = sg_options_text(options);

	if (text[0] != '\0')
		add(relation, attribute, text);
}

/* Returns the attribute for "on", which is "" for the relation itself. */
static char *
attribute_on(const char *words, const char *on)
{
	return on[0] == '\0' ? pstrdup(words) : psprintf("%s of %s", words, on);
}

/* Adds the options and tablespace of a relation, its TOAST table or an index. */
static void
add_class_storage(SgRelation *relation, HeapTuple tuple, const char *on)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	bool		isnull;
	Datum		options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);

	if (!isnull)
		add_options(relation, attribute_on("options", on), options);
	if (OidIsValid(form->reltablespace) && form->relkind != RELKIND_TOASTVALUE)
	{
		char	   *tablespace = get_tablespace_name(form->reltablespace);

		add(relation, attribute_on("tablespace", on),
			tablespace != NULL ? sg_sql_identifier(tablespace) :
			sg_names_missing(relation->describer->names, "tablespace"));
	}
}

static void
add_class_storage_by_oid(SgRelation *relation, Oid relid, const char *on)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		return;
	add_class_storage(relation, tuple, on);
	ReleaseSysCache(tuple);
}

/* Adds storage properties in pg_class.  Views have none: their options belong to the structure. */
void
sg_storage_add_relation(SgRelation *relation)
{
	Form_pg_class form = relation->form;

	if (form->relkind == RELKIND_VIEW)
		return;
	add_class_storage(relation, relation->tuple, "");
	if (OidIsValid(form->reltoastrelid))
		add_class_storage_by_oid(relation, form->reltoastrelid, "the TOAST table");
	/* a partitioned table has one only if it was set, for new partitions (17) */
	if (OidIsValid(form->relam) && form->relkind != RELKIND_SEQUENCE &&
		(form->relam != HEAP_TABLE_AM_OID || form->relkind == RELKIND_PARTITIONED_TABLE))
		add(relation, "access method",
			sg_names_access_method(relation->describer->names, form->relam));
}

static const char *
storage_name(char storage)
{
	switch (storage)
	{
		case TYPSTORAGE_PLAIN:
			return "plain";
		case TYPSTORAGE_EXTERNAL:
			return "external";
		case TYPSTORAGE_EXTENDED:
			return "extended";
		default:
			return "main";
	}
}

/* Returns the statistics target in a row of pg_attribute; -1 if it is the default. */
static int
statistics_target(HeapTuple tuple)
{
	bool		isnull;
	Datum		datum = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &isnull);

	return isnull ? -1 : sg_compat_statistics_target(datum);
}

/* Adds storage properties in a row of pg_attribute. */
void
sg_storage_add_column(SgRelation *relation, HeapTuple tuple)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	const char *name = NameStr(form->attname);
	const char *compression = sg_compat_compression_name(form);
	int			target = statistics_target(tuple);
	bool		isnull;
	Datum		options;

	if (relation->form->relkind == RELKIND_VIEW)
		return;
	if (form->attstorage != get_typstorage(form->atttypid))
		add(relation, sg_item_attribute("storage of column", name), storage_name(form->attstorage));
	if (compression != NULL)
		add(relation, sg_item_attribute("compression of column", name), compression);
	if (target >= 0)
		add(relation, sg_item_attribute("statistics target of column", name), psprintf("%d", target));
	options = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &isnull);
	if (!isnull)
		add_options(relation, sg_item_attribute("options of column", name), options);
}

/* Adds the statistics target of an index's column, which only an expression can have. */
static void
add_index_statistics_target(SgRelation *relation, Form_pg_index form, AttrNumber attnum, const char *name)
{
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(form->indexrelid), Int16GetDatum(attnum));
	int			target;

	if (!HeapTupleIsValid(tuple))
		return;
	target = statistics_target(tuple);
	if (target >= 0)
		add(relation, psprintf("statistics target of column %d of %s", attnum, sg_item_attribute("index", name)),
			psprintf("%d", target));
	ReleaseSysCache(tuple);
}

/* Adds the storage properties of an index that differ from the defaults. */
void
sg_storage_add_index(SgRelation *relation, Form_pg_index form, const SgRelationName *index)
{
	if (index->stored_otherwise)
		add_class_storage_by_oid(relation, form->indexrelid, sg_item_attribute("index", index->name));
	if (form->indisclustered)
		add(relation, "clustered on", sg_item_attribute("index", index->name));
	/* options of its columns belong to the operator classes: see index_definition.c */
	for (int i = 0; i < form->indnatts; i++)
	{
		if (form->indkey.values[i] == 0)
			add_index_statistics_target(relation, form, i + 1, index->name);
	}
}
