/*
 * classes/schema.c
 *		Schemas: pg_namespace.  They have no structure items.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_namespace.h"
#include "utils/memutils.h"

#include "catalogs/scan.h"
#include "classes/classes.h"

static void
describe_schemas(SgDescriber *describer)
{
	MemoryContext old;
	SgCatalogScan *scan;
	HeapTuple	tuple;

	/* if only one schema is described, its name is left out, and so is the schema itself */
	if (OidIsValid(describer->options->schema))
		return;
	old = MemoryContextSwitchTo(describer->run_context);
	scan = sg_scan_open(NamespaceRelationId, NamespaceOidIndexId, Anum_pg_namespace_oid,
							describer->snapshot, describer->only);
	MemoryContextSwitchTo(old);
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Oid			oid = ((Form_pg_namespace) GETSTRUCT(tuple))->oid;
		SgObject	object;

		if (!sg_describer_in_scope(describer, NamespaceRelationId, oid, oid))
			continue;
		sg_object_init(&object, "schema", sg_names_schema(describer->names, oid)->quoted,
					   NamespaceRelationId, oid);
		sg_describer_begin(describer, &object);
		sg_describer_emit(describer, &object);
	}
	sg_scan_close(scan);
}

const SgClass sg_schema_class = {
	.catalog = NamespaceRelationId,
	.name = "schemas",
	.describe = describe_schemas
};
