/*
 * classes/foreign.c
 *		Foreign-data wrappers, servers and user mappings; properties that only
 *		foreign tables have.
 *
 *		server warehouse
 *		  foreign-data wrapper: postgres_fdw
 *		  option "host": 'db.internal'
 *		user mapping app on server warehouse
 *		  option "password": (hidden)
 *		foreign table public.sales
 *		  option "updatable" of column "note": 'false'
 *		  server: warehouse
 *
 * Secrets are hidden (support/secret.c), and so are all values of a user mapping's
 * options.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "foreign/foreign.h"
#include "utils/builtins.h"

#include "catalogs/mention.h"
#include "catalogs/scan.h"
#include "classes/classes.h"
#include "classes/foreign.h"
#include "classes/identity.h"
#include "classes/options.h"
#include "classes/relation/relation.h"
#include "classes/row.h"
#include "format/sql.h"
#include "support/compat.h"

static void
add_row_options(SgRow *row, AttrNumber attribute, bool all_secret)
{
	bool		isnull;
	Datum		options = sg_row_attribute(row, attribute, &isnull);

	if (!isnull)
		sg_options_add(&row->object, "", options, all_secret);
}

static void
describe_wrapper(SgRow *row)
{
	Form_pg_foreign_data_wrapper form = (Form_pg_foreign_data_wrapper) GETSTRUCT(row->tuple);

	sg_row_begin(row, "foreign-data wrapper", pstrdup(sg_sql_identifier(NameStr(form->fdwname))));
	sg_row_add_function(row, "handler", form->fdwhandler);
	sg_row_add_function(row, "validator", form->fdwvalidator);
	sg_row_add_function(row, "connection", sg_compat_fdw_connection(form));
	add_row_options(row, Anum_pg_foreign_data_wrapper_fdwoptions, false);
}

static const char *
wrapper_name(SgNames *names, Oid wrapper)
{
	ForeignDataWrapper *found = GetForeignDataWrapperExtended(wrapper, FDW_MISSING_OK);

	sg_mention(names, wrapper);
	return found != NULL ? sg_sql_identifier(found->fdwname) :
		sg_names_missing(names, "foreign-data wrapper");
}

static void
describe_server(SgRow *row)
{
	Form_pg_foreign_server form = (Form_pg_foreign_server) GETSTRUCT(row->tuple);
	char	   *type = sg_row_text(row, Anum_pg_foreign_server_srvtype);
	char	   *version = sg_row_text(row, Anum_pg_foreign_server_srvversion);

	sg_row_begin(row, "server", pstrdup(sg_sql_identifier(NameStr(form->srvname))));
	sg_object_add_structure(&row->object, "foreign-data wrapper", wrapper_name(row->names, form->srvfdw));
	/* a dump omits empty ones */
	if (type != NULL && type[0] != '\0')
		sg_object_add_structure(&row->object, "type", quote_literal_cstr(type));
	if (version != NULL && version[0] != '\0')
		sg_object_add_structure(&row->object, "version", quote_literal_cstr(version));
	add_row_options(row, Anum_pg_foreign_server_srvoptions, false);
}

static void
describe_user_mapping(SgRow *row)
{
	Form_pg_user_mapping form = (Form_pg_user_mapping) GETSTRUCT(row->tuple);

	sg_row_begin(row, "user mapping",
				 psprintf("%s on server %s",
						  OidIsValid(form->umuser) ? sg_identity_of_role(row->names, form->umuser) : "public",
						  sg_identity_of_server(row->names, form->umserver)));
	add_row_options(row, Anum_pg_user_mapping_umoptions, true);
}

/* Adds the options of a foreign table's column. */
void
sg_foreign_add_column(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
	bool		isnull;
	Datum		options = sg_scan_attribute(scan, tuple, Anum_pg_attribute_attfdwoptions, &isnull);

	if (!isnull)
		sg_options_add(relation->object,
					   psprintf(" of %s", sg_item_attribute("column", NameStr(form->attname))),
					   options, false);
}

/* Adds the server and the options.  A foreign table that is a partition has its own. */
static bool
describe_foreign_table(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;
	Datum		options;
	bool		isnull;

	if (relation->form->relkind != RELKIND_FOREIGN_TABLE)
		return true;
	tuple = sg_scan_next(scan, relation->relid);
	if (tuple == NULL)
		return true;
	sg_object_add_structure(relation->object, "server",
				  sg_identity_of_server(relation->describer->names, ((Form_pg_foreign_table) GETSTRUCT(tuple))->ftserver));
	options = sg_scan_attribute(scan, tuple, Anum_pg_foreign_table_ftoptions, &isnull);
	if (!isnull)
		sg_options_add(relation->object, "", options, false);
	return true;
}

const SgClass sg_wrapper_class = {
	.catalog = ForeignDataWrapperRelationId,
	.name = "foreign-data wrappers",
	.describe_row = describe_wrapper,
	.index = ForeignDataWrapperOidIndexId,
	.oid = Anum_pg_foreign_data_wrapper_oid
};

const SgClass sg_server_class = {
	.catalog = ForeignServerRelationId,
	.name = "foreign servers",
	.describe_row = describe_server,
	.index = ForeignServerOidIndexId,
	.oid = Anum_pg_foreign_server_oid
};

const SgClass sg_user_mapping_class = {
	.catalog = UserMappingRelationId,
	.name = "user mappings",
	.describe_row = describe_user_mapping,
	.index = UserMappingOidIndexId,
	.oid = Anum_pg_user_mapping_oid
};

const SgRelationPart sg_foreign_table_part = {
	.catalog = ForeignTableRelationId,
	.index = ForeignTableRelidIndexId,
	.key_attribute = Anum_pg_foreign_table_ftrelid,
	.describe = describe_foreign_table
};
