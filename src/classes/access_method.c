/*
 * classes/access_method.c
 *		Access methods: pg_am.
 *
 *		access method heap2
 *		  handler: pg_catalog.heap_tableam_handler(internal)
 *		  type: table
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"

#include "classes/classes.h"
#include "classes/row.h"

static void
describe_access_method(SgRow *row)
{
	Form_pg_am	form = (Form_pg_am) GETSTRUCT(row->tuple);

	sg_row_begin(row, "access method", sg_names_access_method(row->names, form->oid));
	sg_object_add_structure(&row->object, "type", form->amtype == AMTYPE_TABLE ? "table" : "index");
	sg_row_add_function(row, "handler", form->amhandler);
}

const SgClass sg_access_method_class = {
	.catalog = AccessMethodRelationId,
	.name = "access methods",
	.describe_row = describe_access_method,
	.index = AmOidIndexId,
	.oid = Anum_pg_am_oid
};
