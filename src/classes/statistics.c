/*
 * classes/statistics.c
 *		Extended statistics: pg_statistic_ext.  Facet "index": they enforce
 *		nothing, but help the planner.
 *
 *		statistics object public.orders_stats
 *		  [index] column "customer_id"
 *		  [index] expressions: lower(note)
 *		  [index] kinds: dependencies, ndistinct
 *		  [index] table: public.orders
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_statistic_ext.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "classes/classes.h"
#include "classes/row.h"
#include "deparse/deparse.h"
#include "deparse/tree.h"
#include "support/compat.h"
#include "support/text.h"

static void
add(SgRow *row, const char *attribute, const char *definition)
{
	sg_object_add(&row->object, SG_FACET_INDEX, 0, attribute, definition);
}

static void
add_columns(SgRow *row, Form_pg_statistic_ext form, const SgColumnNames *columns)
{
	for (int i = 0; i < form->stxkeys.dim1; i++)
	{
		int16		number = form->stxkeys.values[i];

		if (number > 0 && number <= columns->count && columns->names[number - 1] != NULL)
			add(row, sg_item_attribute("column", columns->names[number - 1]), "");
	}
}

/* Adds the expressions, sorted: their order does not matter. */
static void
add_expressions(SgRow *row, SgColumnNames *columns)
{
	char	   *tree = sg_row_text(row, sg_compat_stxexprs());
	List	   *expressions = tree != NULL ? sg_tree_read_list(row->describer->deparser, tree) : NIL;
	char	  **texts = palloc(sizeof(char *) * Max(list_length(expressions), 1));
	int			count = 0;
	StringInfoData buf;
	ListCell   *lc;

	if (expressions == NIL)
		return;
	foreach(lc, expressions)
		texts[count++] = sg_deparse_node(row->describer->deparser, lfirst(lc), columns);
	qsort(texts, count, sizeof(char *), sg_text_compare_elements);
	initStringInfo(&buf);
	for (int i = 0; i < count; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "", texts[i]);
	add(row, "expressions", buf.data);
}

/* Adds the kinds.  Statistics on a single expression have none. */
static void
add_kinds(SgRow *row)
{
	bool		isnull;
	Datum		kinds = sg_row_attribute(row, Anum_pg_statistic_ext_stxkind, &isnull);
	ArrayType  *array = DatumGetArrayTypeP(kinds);
	const char *chars = (const char *) ARR_DATA_PTR(array);
	int			count = ARR_NDIM(array) == 1 ? ARR_DIMS(array)[0] : 0;
	StringInfoData buf;

	initStringInfo(&buf);
	if (memchr(chars, STATS_EXT_DEPENDENCIES, count) != NULL)
		appendStringInfoString(&buf, ", dependencies");
	if (memchr(chars, STATS_EXT_MCV, count) != NULL)
		appendStringInfoString(&buf, ", mcv");
	if (memchr(chars, STATS_EXT_NDISTINCT, count) != NULL)
		appendStringInfoString(&buf, ", ndistinct");
	if (buf.len > 0)
		add(row, "kinds", buf.data + 2);
}

static void
add_target(SgRow *row)
{
	bool		isnull;
	Datum		datum = sg_row_attribute(row, Anum_pg_statistic_ext_stxstattarget, &isnull);
	int			target = isnull ? -1 : sg_compat_extended_statistics_target(datum);

	if (target >= 0)
		sg_object_add(&row->object, SG_FACET_STORAGE, 0, "statistics target",
					  psprintf("%d", target));
}

static void
describe_statistics(SgRow *row)
{
	Form_pg_statistic_ext form = (Form_pg_statistic_ext) GETSTRUCT(row->tuple);
	SgColumnNames columns;

	sg_row_begin(row, "statistics object",
				 sg_names_qualify(row->names, form->stxnamespace, NameStr(form->stxname)));
	row->object.structural = false;
	sg_deparse_column_names(row->names, form->stxrelid, &columns);
	add(row, "table", sg_names_relation_text(row->names, form->stxrelid));
	add_columns(row, form, &columns);
	add_expressions(row, &columns);
	add_kinds(row);
	add_target(row);
}

const SgClass sg_statistics_class = {
	.catalog = StatisticExtRelationId,
	.name = "extended statistics",
	.describe_row = describe_statistics,
	.index = StatisticExtOidIndexId,
	.oid = Anum_pg_statistic_ext_oid,
	.schema = Anum_pg_statistic_ext_stxnamespace
};
