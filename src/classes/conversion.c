/*
 * classes/conversion.c
 *		Conversions between encodings: pg_conversion.
 *
 *		conversion public.latin1_to_utf8
 *		  default
 *		  from: LATIN1
 *		  function: pg_catalog.iso8859_1_to_utf8
 *		  to: UTF8
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_conversion.h"
#include "mb/pg_wchar.h"

#include "classes/classes.h"
#include "classes/row.h"

static void
describe_conversion(SgRow *row)
{
	Form_pg_conversion form = (Form_pg_conversion) GETSTRUCT(row->tuple);

	sg_row_begin(row, "conversion",
				 sg_names_qualify(row->names, form->connamespace, NameStr(form->conname)));
	if (form->condefault)
		sg_object_add_structure(&row->object, "default", "");
	sg_object_add_structure(&row->object, "from", pg_encoding_to_char(form->conforencoding));
	sg_object_add_structure(&row->object, "to", pg_encoding_to_char(form->contoencoding));
	sg_row_add_function(row, "function", form->conproc);
}

const SgClass sg_conversion_class = {
	.catalog = ConversionRelationId,
	.name = "conversions",
	.describe_row = describe_conversion,
	.index = ConversionOidIndexId,
	.oid = Anum_pg_conversion_oid,
	.schema = Anum_pg_conversion_connamespace
};
