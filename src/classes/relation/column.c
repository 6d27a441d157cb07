/*
 * classes/relation/column.c
 *		Loads the columns of relations: pg_attribute and pg_attrdef.
 *
 * column_items.c writes their items.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "deparse/canon.h"
#include "deparse/expression.h"
#include "deparse/tree.h"
#include "format/sql.h"

/* Returns the live column with that attribute number, or NULL. */
const SgColumn *
sg_column_find(const SgRelation *relation, int16 attnum)
{
	/* dropped columns can only make the index smaller than the number */
	for (int i = Min(attnum, relation->ncolumns) - 1; i >= 0; i--)
	{
		if (relation->columns[i].attnum == attnum)
			return &relation->columns[i];
	}
	return NULL;
}

/* Returns the quoted name of the relation's column. */
const char *
sg_column_quoted_name(const SgRelation *relation, int16 attnum)
{
	const SgColumn *column = sg_column_find(relation, attnum);

	return column != NULL ? sg_sql_identifier(column->name) :
		sg_names_missing(relation->describer->names, "column");
}

/* Appends the names of columns, quoted and separated by commas. */
void
sg_column_append_names(StringInfo buf, const SgRelation *relation, const int16 *attnums, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		appendStringInfoString(buf, sg_column_quoted_name(relation, attnums[i]));
	}
}

static void
load_column(SgRelation *relation, SgColumn *column, Form_pg_attribute form)
{
	column->attnum = form->attnum;
	column->type = form->atttypid;
	column->typmod = form->atttypmod;
	column->collation = form->attcollation;
	column->not_null = form->attnotnull;
	column->has_default = form->atthasdef;
	column->own_as_well = form->attinhcount > 0 && form->attislocal;
	column->identity = form->attidentity;
	column->generated = form->attgenerated;
	column->name = sg_names_strdup(relation->describer->names, NameStr(form->attname));
	column->default_text = NULL;
}

/* Makes room for a column; columns stay sorted by attribute number. */
static SgColumn *
insert_column(SgRelation *relation, int16 attnum)
{
	int			place = relation->ncolumns++;

	for (; place > 0 && relation->columns[place - 1].attnum > attnum; place--)
		relation->columns[place] = relation->columns[place - 1];
	return &relation->columns[place];
}

/* Returns true if the row is that of a user's column that has not been dropped. */
bool
sg_column_is_live(HeapTuple row)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(row);

	return form->attnum > 0 && !form->attisdropped;
}

/*
 * Makes room for the names of that many columns.  pg_class has their number, but in damaged
 * catalogs another one than pg_attribute has of columns.
 */
static void
make_room(SgRelation *relation, int count)
{
	SgColumnNames *names = &relation->names;
	const SgRelationColumns *kept = sg_names_keep_columns(relation->describer->names, relation->relid, count);

	if (names->count > 0 && kept->names != names->names)
		memcpy(kept->names, names->names, sizeof(char *) * names->count);
	names->names = kept->names;
	names->count = count;
	if (relation->columns == NULL)
		relation->columns = palloc(sizeof(SgColumn) * Max(count, 1));
	else
		relation->columns = repalloc(relation->columns, sizeof(SgColumn) * count);
}

/*
 * Loads the live columns.  Their items are added later, when the defaults are known.
 * "visit", if not NULL, is called with the row of each.
 */
void
sg_column_load(SgRelation *relation, SgCatalogScan *scan, SgColumnVisitor visit)
{
	HeapTuple	tuple;

	relation->names.relid = relation->relid;
	relation->names.relation = pstrdup(NameStr(relation->form->relname));
	make_room(relation, Max(relation->form->relnatts, 0));
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		SgColumn   *column;

		if (!sg_column_is_live(tuple))
			continue;
		if (form->attnum > relation->names.count)
			make_room(relation, form->attnum);
		column = insert_column(relation, form->attnum);
		load_column(relation, column, form);
		relation->names.names[form->attnum - 1] = column->name;
		if (visit != NULL)
			visit(relation, scan, tuple);
	}
}

static bool
has_defaults(const SgRelation *relation)
{
	for (int i = 0; i < relation->ncolumns; i++)
	{
		if (relation->columns[i].has_default)
			return true;
	}
	return false;
}

/* Returns true if the text looks like NULL, with or without casts. */
static bool
is_cast_null(const char *text)
{
	return strncmp(text + strspn(text, "("), "NULL", strlen("NULL")) == 0;
}

/*
 * Returns true if the default is NULL and so means no default.  For a view's column,
 * NULL overrides the table's default, and for some types it overrides the type's.
 */
static bool
is_no_default(const SgRelation *relation, const SgColumn *column, const char *tree)
{
	if (relation->form->relkind == RELKIND_VIEW || column->generated != '\0')
		return false;
	return sg_canon_is_no_default(relation->describer->deparser,
								  sg_tree_read(relation->describer->deparser, tree), column->type);
}

/* Loads the defaults and generation expressions of the columns. */
void
sg_column_load_defaults(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;

	if (!has_defaults(relation))
		return;
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		Form_pg_attrdef form = (Form_pg_attrdef) GETSTRUCT(tuple);
		SgColumn   *column = unconstify(SgColumn *, sg_column_find(relation, form->adnum));
		bool		isnull;
		Datum		value;
		char	   *tree;
		char	   *expression;

		if (column == NULL)
			continue;
		value = sg_scan_attribute(scan, tuple, Anum_pg_attrdef_adbin, &isnull);
		if (isnull)
			continue;
		tree = TextDatumGetCString(value);
		expression = sg_deparse_expression(relation->describer->deparser, tree, &relation->names);
		/* check the text first, because reading the tree is slow */
		if (!is_cast_null(expression) || !is_no_default(relation, column, tree))
			column->default_text = expression;
	}
}
