/*
 * classes/database.c
 *		The database: its settings and those of roles in it (pg_db_role_setting),
 *		its connection limit, whether it is a template; its owner, privileges
 *		and comment.
 *
 *		database current database
 *		  [settings] connection limit: 100
 *		  [settings] setting "search_path": app, public
 *		  [settings] setting "work_mem" of role "reporting": 64MB
 *
 * This is what pg_dump --create writes, without locale and encoding.  The name of the
 * database is not shown, so that copies are equal.  Settings of a role in all
 * databases belong to the cluster.  schema_guard's own settings are not part of the
 * schema.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "catalogs/scan.h"
#include "classes/classes.h"
#include "classes/options.h"

static void
add_setting(SgObject *object, char *setting, const char *of)
{
	static const char own[] = "schema_guard.";
	char	   *value = strchr(setting, '=');

	if (value == NULL || pg_strncasecmp(setting, own, strlen(own)) == 0)
		return;
	*value++ = '\0';
	sg_object_add(object, SG_FACET_SETTINGS, 0,
				  psprintf("%s%s", sg_item_attribute("setting", setting), of),
				  sg_options_setting(setting, value));
}

/* Adds the settings in one row, of the database or of a role in it. */
static void
add_settings(SgNames *names, SgObject *object, Datum array, Oid role)
{
	const char *of = "";
	Datum	   *elements;
	int			count;

	if (OidIsValid(role))
	{
		char	   *name = GetUserNameFromId(role, true);

		of = psprintf(" of %s", name != NULL ? sg_item_attribute("role", name) :
					  psprintf("role %s", sg_names_missing(names, "role")));
	}
	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &count);
	for (int i = 0; i < count; i++)
		add_setting(object, TextDatumGetCString(elements[i]), of);
}

/* Adds the settings of the database, and those of roles in it. */
static void
add_all_settings(SgDescriber *describer, SgObject *object)
{
	SgCatalogScan *scan = sg_scan_open(DbRoleSettingRelationId, DbRoleSettingDatidRolidIndexId,
									   Anum_pg_db_role_setting_setdatabase, describer->snapshot,
									   MyDatabaseId);
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		bool		isnull;
		Datum		array = sg_scan_attribute(scan, tuple, Anum_pg_db_role_setting_setconfig, &isnull);

		if (!isnull)
			add_settings(describer->names, object, array,
						 ((Form_pg_db_role_setting) GETSTRUCT(tuple))->setrole);
	}
	sg_scan_close(scan);
}

/* Adds properties in the database's own row that differ from the defaults of CREATE DATABASE. */
static void
add_properties(SgObject *object)
{
	HeapTuple	tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
	Form_pg_database form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for database %u", MyDatabaseId);
	form = (Form_pg_database) GETSTRUCT(tuple);
	if (form->datconnlimit >= 0)
		sg_object_add(object, SG_FACET_SETTINGS, 0, "connection limit",
					  psprintf("%d", form->datconnlimit));
	if (form->datistemplate)
		sg_object_add(object, SG_FACET_SETTINGS, 0, "template", "");
	ReleaseSysCache(tuple);
}

static void
describe_database(SgDescriber *describer)
{
	SgObject	object;

	if (OidIsValid(describer->options->schema) ||
		(OidIsValid(describer->only) && describer->only != MyDatabaseId))
		return;
	sg_object_init(&object, "database", "current database", DatabaseRelationId, MyDatabaseId);
	object.structural = false;
	sg_describer_begin(describer, &object);
	if (sg_describer_wants(describer, SG_FACET_SETTINGS))
	{
		add_properties(&object);
		add_all_settings(describer, &object);
	}
	sg_describer_emit(describer, &object);
}

const SgClass sg_database_class = {
	.catalog = DatabaseRelationId,
	.name = "the database",
	.describe = describe_database
};
