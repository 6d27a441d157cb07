/*
 * functions/coverage.c
 *		Which classes of objects exist in this database and are not described.
 *
 * A class is described if sg_classes[] has a row for its catalog; every other
 * catalog that pg_dump reads is listed here.  Objects of the server, of extensions
 * and of schema_guard do not count, because they are not described anyway.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_user_mapping.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "catalogs/names.h"
#include "classes/classes.h"
#include "functions/rows.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_not_covered);

/* a catalog of user objects; InvalidAttrNumber for an attribute that it lacks */
typedef struct CatalogInfo
{
	const char *name;			/* plural, for people */
	Oid			catalog;
	AttrNumber	oid;
	AttrNumber	schema;
	AttrNumber	database;		/* of a shared catalog */
} CatalogInfo;

static const CatalogInfo catalogs[] = {
	{"access methods", AccessMethodRelationId, Anum_pg_am_oid},
	{"casts", CastRelationId, Anum_pg_cast_oid},
	{"collations", CollationRelationId, Anum_pg_collation_oid, Anum_pg_collation_collnamespace},
	{"conversions", ConversionRelationId, Anum_pg_conversion_oid, Anum_pg_conversion_connamespace},
	{"default privileges", DefaultAclRelationId, Anum_pg_default_acl_oid},
	{"event triggers", EventTriggerRelationId, Anum_pg_event_trigger_oid},
	{"extended statistics", StatisticExtRelationId, Anum_pg_statistic_ext_oid,
	Anum_pg_statistic_ext_stxnamespace},
	{"foreign servers", ForeignServerRelationId, Anum_pg_foreign_server_oid},
	{"foreign-data wrappers", ForeignDataWrapperRelationId, Anum_pg_foreign_data_wrapper_oid},
	{"languages", LanguageRelationId, Anum_pg_language_oid},
	{"operator classes", OperatorClassRelationId, Anum_pg_opclass_oid, Anum_pg_opclass_opcnamespace},
	{"operator families", OperatorFamilyRelationId, Anum_pg_opfamily_oid,
	Anum_pg_opfamily_opfnamespace},
	{"operators", OperatorRelationId, Anum_pg_operator_oid, Anum_pg_operator_oprnamespace},
	{"publications", PublicationRelationId, Anum_pg_publication_oid},
	{"subscriptions", SubscriptionRelationId, Anum_pg_subscription_oid, InvalidAttrNumber,
	Anum_pg_subscription_subdbid},
	{"text search configurations", TSConfigRelationId, Anum_pg_ts_config_oid,
	Anum_pg_ts_config_cfgnamespace},
	{"text search dictionaries", TSDictionaryRelationId, Anum_pg_ts_dict_oid,
	Anum_pg_ts_dict_dictnamespace},
	{"text search parsers", TSParserRelationId, Anum_pg_ts_parser_oid,
	Anum_pg_ts_parser_prsnamespace},
	{"text search templates", TSTemplateRelationId, Anum_pg_ts_template_oid,
	Anum_pg_ts_template_tmplnamespace},
	{"transforms", TransformRelationId, Anum_pg_transform_oid},
	{"user mappings", UserMappingRelationId, Anum_pg_user_mapping_oid}
};

static bool
is_covered(Oid catalog)
{
	for (int i = 0; sg_classes[i] != NULL; i++)
	{
		if (sg_classes[i]->catalog == catalog)
			return true;
	}
	return false;
}

/* Returns the OID in an attribute, or InvalidOid if the catalog has no such attribute. */
static Oid
oid_attribute(Relation rel, HeapTuple tuple, AttrNumber attribute)
{
	bool		isnull;
	Datum		value;

	if (attribute == InvalidAttrNumber)
		return InvalidOid;
	value = heap_getattr(tuple, attribute, RelationGetDescr(rel), &isnull);
	return isnull ? InvalidOid : DatumGetObjectId(value);
}

/* Returns true if the row is about a user's object of this database. */
static bool
counts(const CatalogInfo *info, Relation rel, HeapTuple tuple, SgNames *names, Oid own_schema)
{
	Oid			oid = oid_attribute(rel, tuple, info->oid);
	Oid			schema = oid_attribute(rel, tuple, info->schema);

	if (info->database != InvalidAttrNumber &&
		oid_attribute(rel, tuple, info->database) != MyDatabaseId)
		return false;
	if (info->oid != InvalidAttrNumber && oid < FirstNormalObjectId)
		return false;
	if (OidIsValid(schema) && (schema == own_schema || sg_names_schema(names, schema)->system))
		return false;
	return info->oid == InvalidAttrNumber ||
		!OidIsValid(getExtensionOfObject(info->catalog, oid));
}

static int64
count_objects(const CatalogInfo *info, SgNames *names, Oid own_schema)
{
	Relation	rel = table_open(info->catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;
	int64		result = 0;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (counts(info, rel, tuple, names, own_schema))
			result++;
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return result;
}

/* not_covered() returns setof (object_class text, objects bigint) */
Datum
schema_guard_not_covered(PG_FUNCTION_ARGS)
{
	SgRows		rows;
	SgNames    *names = sg_names_create(InvalidOid, NULL);
	Oid			own_schema = sg_extension_schema();

	sg_rows_begin(&rows, fcinfo);
	for (int i = 0; i < lengthof(catalogs); i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};
		int64		count;

		if (is_covered(catalogs[i].catalog))
			continue;
		count = count_objects(&catalogs[i], names, own_schema);
		if (count == 0)
			continue;
		values[0] = CStringGetTextDatum(catalogs[i].name);
		values[1] = Int64GetDatum(count);
		sg_rows_add(&rows, values, nulls);
	}
	return (Datum) 0;
}
