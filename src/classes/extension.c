/*
 * classes/extension.c
 *		Extensions: pg_extension.
 *
 *		extension pg_trgm
 *		  schema: public
 *		  version: 1.6
 *
 * Members of extensions are not described: the version stands for them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalogs/scan.h"
#include "classes/classes.h"
#include "format/sql.h"
#include "support/extension.h"

static void
describe_extension(SgDescriber *describer, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_extension form = (Form_pg_extension) GETSTRUCT(tuple);
	SgObject	object;
	bool		isnull;
	Datum		version;

	sg_object_init(&object, "extension", pstrdup(sg_sql_identifier(NameStr(form->extname))),
				   ExtensionRelationId, form->oid);
	sg_describer_begin(describer, &object);
	sg_object_add_structure(&object, "schema",
				  sg_names_schema(describer->names, form->extnamespace)->quoted);

	/*
	 * The version is not part of the structure: pg_dump does not write it, and a
	 * restore on another major version gets the one that is current there.  The
	 * members that come with it are not described either.
	 */
	version = sg_scan_attribute(scan, tuple, Anum_pg_extension_extversion, &isnull);
	if (!isnull)
		sg_object_add(&object, SG_FACET_STORAGE, 0, "version", TextDatumGetCString(version));
	sg_describer_emit(describer, &object);
}

static void
describe_extensions(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	SgCatalogScan *scan = sg_scan_open(ExtensionRelationId, ExtensionOidIndexId,
									   Anum_pg_extension_oid, describer->snapshot,
									   describer->only);
	Oid			own = sg_extension_oid();
	HeapTuple	tuple;

	MemoryContextSwitchTo(old);
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Oid			oid = ((Form_pg_extension) GETSTRUCT(tuple))->oid;

		if (oid != own && sg_describer_in_scope(describer, ExtensionRelationId, oid, InvalidOid))
			describe_extension(describer, scan, tuple);
	}
	sg_scan_close(scan);
}

const SgClass sg_extension_class = {
	.catalog = ExtensionRelationId,
	.name = "extensions",
	.describe = describe_extensions
};
