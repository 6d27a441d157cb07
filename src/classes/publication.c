/*
 * classes/publication.c
 *		Publications: pg_publication, pg_publication_rel and, from 15 on,
 *		pg_publication_namespace.
 *
 *		publication orders
 *		  publish: insert, update
 *		  table public.orders: (id, total) WHERE (total > 0)
 *		  tables in schema audit
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "classes/classes.h"
#include "classes/row.h"
#include "deparse/deparse.h"
#include "deparse/expression.h"
#include "format/sql.h"
#include "support/compat.h"
#include "support/text.h"

/* Returns (a, b), sorted by name, because a column list is a set; "" if it is empty. */
static char *
columns_text(Datum attributes, const SgColumnNames *columns)
{
	ArrayType  *array = DatumGetArrayTypeP(attributes);
	int			count = ARR_NDIM(array) == 1 ? ARR_DIMS(array)[0] : 0;
	const int16 *numbers = (const int16 *) ARR_DATA_PTR(array);
	const char **names = palloc(sizeof(char *) * Max(count, 1));
	int			nnames = 0;
	StringInfoData buf;

	for (int i = 0; i < count; i++)
	{
		if (numbers[i] > 0 && numbers[i] <= columns->count && columns->names[numbers[i] - 1])
			names[nnames++] = columns->names[numbers[i] - 1];
	}
	qsort(names, nnames, sizeof(char *), sg_text_compare_elements);
	initStringInfo(&buf);
	for (int i = 0; i < nnames; i++)
		appendStringInfo(&buf, "%s%s", i == 0 ? "(" : ", ", sg_sql_identifier(names[i]));
	if (nnames > 0)
		appendStringInfoChar(&buf, ')');
	return buf.data;
}

static Datum
rel_attribute(Relation rel, HeapTuple tuple, AttrNumber attribute, bool *isnull)
{
	*isnull = true;
	if (attribute == InvalidAttrNumber)
		return (Datum) 0;
	return heap_getattr(tuple, attribute, RelationGetDescr(rel), isnull);
}

static void
add_table(SgRow *row, Relation rel, HeapTuple tuple)
{
	Form_pg_publication_rel form = (Form_pg_publication_rel) GETSTRUCT(tuple);
	Oid			relid = form->prrelid;
	SgColumnNames columns;
	StringInfoData buf;
	bool		isnull;
	Datum		value;

	initStringInfo(&buf);
	sg_deparse_column_names(row->names, relid, &columns);
	value = rel_attribute(rel, tuple, sg_compat_prattrs(), &isnull);
	if (!isnull)
		appendStringInfoString(&buf, columns_text(value, &columns));
	value = rel_attribute(rel, tuple, sg_compat_prqual(), &isnull);
	if (!isnull)
		appendStringInfo(&buf, "%sWHERE %s", buf.len > 0 ? " " : "",
						 sg_deparse_expression(row->describer->deparser, TextDatumGetCString(value), &columns));
	sg_object_add_structure(&row->object,
							psprintf("%s %s", sg_compat_publication_excepts(form) ? "except table" : "table",
									 sg_names_relation_text(row->names, relid)), buf.data);
}

/* Adds the tables, by a full scan: not every version has an index that begins with the publication. */
static void
add_tables(SgRow *row)
{
	Relation	rel = table_open(PublicationRelRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_publication_rel_prpubid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(row->oid));
	scan = systable_beginscan(rel, InvalidOid, false, row->describer->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
		add_table(row, rel, tuple);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

#ifdef SG_PUBLICATION_SCHEMAS
static void
add_schemas(SgRow *row)
{
	Relation	rel = table_open(SG_PUBLICATION_SCHEMAS, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_publication_namespace_pnpubid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(row->oid));
	scan = systable_beginscan(rel, InvalidOid, false, row->describer->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Oid			schema = ((Form_pg_publication_namespace) GETSTRUCT(tuple))->pnnspid;

		sg_object_add_structure(&row->object, psprintf("tables in schema %s", sg_names_schema(row->names, schema)->quoted),
				   "");
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}
#else
#define add_schemas(row) ((void) 0)
#endif

/* Adds the operations, unless all of them are published. */
static void
add_operations(SgRow *row, Form_pg_publication form)
{
	StringInfoData buf;

	if (form->pubinsert && form->pubupdate && form->pubdelete && form->pubtruncate)
		return;
	initStringInfo(&buf);
	if (form->pubinsert)
		appendStringInfoString(&buf, ", insert");
	if (form->pubupdate)
		appendStringInfoString(&buf, ", update");
	if (form->pubdelete)
		appendStringInfoString(&buf, ", delete");
	if (form->pubtruncate)
		appendStringInfoString(&buf, ", truncate");
	sg_object_add_structure(&row->object, "publish", buf.len > 0 ? buf.data + 2 : "nothing");
}

static void
describe_publication(SgRow *row)
{
	Form_pg_publication form = (Form_pg_publication) GETSTRUCT(row->tuple);

	sg_row_begin(row, "publication", pstrdup(sg_sql_identifier(NameStr(form->pubname))));
	if (form->puballtables)
		sg_object_add_structure(&row->object, "all tables", "");
	if (sg_compat_publishes_all_sequences(form))
		sg_object_add_structure(&row->object, "all sequences", "");
	add_tables(row);
	add_schemas(row);
	add_operations(row, form);
	if (form->pubviaroot)
		sg_object_add_structure(&row->object, "publish via partition root", "");
	if (sg_compat_publishes_generated(form))
		sg_object_add_structure(&row->object, "publish generated columns", "stored");
}

const SgClass sg_publication_class = {
	.catalog = PublicationRelationId,
	.name = "publications",
	.describe_row = describe_publication,
	.index = PublicationObjectIndexId,
	.oid = Anum_pg_publication_oid
};
