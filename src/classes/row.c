/*
 * classes/row.c
 *		Classes whose objects are one row of a catalog each.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "catalogs/scan.h"
#include "classes/identity.h"
#include "classes/row.h"

/* Begins the row's object; the strings are as for sg_object_init(). */
void
sg_row_begin(SgRow *row, const char *type, const char *identity)
{
	sg_object_init(&row->object, type, identity, row->catalog, row->oid);
	row->begun = true;
	sg_describer_begin(row->describer, &row->object);
}

/* Adds a structure item that names a function, if there is one. */
void
sg_row_add_function(SgRow *row, const char *attribute, Oid function)
{
	if (OidIsValid(function))
		sg_object_add_structure(&row->object, attribute, sg_identity_of_function(row->names, function));
}

Datum
sg_row_attribute(SgRow *row, AttrNumber attribute, bool *isnull)
{
	return sg_scan_attribute(row->scan, row->tuple, attribute, isnull);
}

/* Returns an attribute of type text; NULL if it is null or this version does not have it. */
char *
sg_row_text(SgRow *row, AttrNumber attribute)
{
	bool		isnull = true;
	Datum		value = (Datum) 0;

	if (attribute != InvalidAttrNumber)
		value = sg_row_attribute(row, attribute, &isnull);
	return isnull ? NULL : TextDatumGetCString(value);
}

static Oid
oid_attribute(SgRow *row, AttrNumber attribute)
{
	bool		isnull;

	if (attribute == InvalidAttrNumber)
		return InvalidOid;
	return DatumGetObjectId(sg_row_attribute(row, attribute, &isnull));
}

/* Describes the objects of a class that has describe_row. */
void
sg_row_describe_all(SgDescriber *describer, const SgClass *class)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	SgRow		row = {.describer = describer, .names = describer->names,
	.catalog = class->catalog};

	row.scan = sg_scan_open(class->catalog, class->index, class->oid, describer->snapshot,
								describer->only);
	/* objects that come with the server are not described */
	sg_scan_require(row.scan, class->oid, BTGreaterEqualStrategyNumber, F_OIDGE,
					  ObjectIdGetDatum(FirstNormalObjectId));
	MemoryContextSwitchTo(old);
	while ((row.tuple = sg_scan_next_any(row.scan)) != NULL)
	{
		row.oid = oid_attribute(&row, class->oid);
		row.schema = oid_attribute(&row, class->schema);
		row.begun = false;
		if (!sg_describer_in_scope(describer, class->catalog, row.oid, row.schema))
			continue;
		class->describe_row(&row);
		if (row.begun)
			sg_describer_emit(describer, &row.object);
		else
			sg_describer_skip(describer);
	}
	sg_scan_close(row.scan);
}
