/*
 * classes/relation/column.c
 *		Columns of relations: pg_attribute and pg_attrdef.
 *
 * A column is one item, in the order of the columns:
 *
 *		column "total": numeric(12,2) NOT NULL DEFAULT 0
 *
 * Physical attribute numbers do not show: a dropped column leaves no trace.
 * What an inheritance child defines itself as well stays when the parent drops
 * its column:
 *
 *		inherited column "total": defined here as well
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "deparse/canon.h"
#include "format/sql.h"

/* The live column with that attribute number, or NULL. */
const SgColumn *
sg_column(const SgRelation *relation, int16 attnum)
{
	/* dropped columns only ever make the place smaller */
	for (int i = Min(attnum, relation->ncolumns) - 1; i >= 0; i--)
	{
		if (relation->columns[i].attnum == attnum)
			return &relation->columns[i];
	}
	return NULL;
}

/* The quoted name of the relation's column. */
const char *
sg_own_column_name(const SgRelation *relation, int16 attnum)
{
	const SgColumn *column = sg_column(relation, attnum);

	return column != NULL ? sg_canon_identifier(column->name) :
		sg_missing(relation->describer->names, "column");
}

/* Appends the names of columns, quoted and separated by commas. */
void
sg_append_columns(StringInfo buf, const SgRelation *relation, const int16 *attnums, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		appendStringInfoString(buf, sg_own_column_name(relation, attnums[i]));
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
	column->name = sg_keep_name(relation->describer->names, NameStr(form->attname));
	column->default_text = NULL;
}

/* A new place among the columns, which stay in the order of their numbers. */
static SgColumn *
insert_column(SgRelation *relation, int16 attnum)
{
	int			place = relation->ncolumns++;

	for (; place > 0 && relation->columns[place - 1].attnum > attnum; place--)
		relation->columns[place] = relation->columns[place - 1];
	return &relation->columns[place];
}

/* Is it the row of a column that people made, and that still exists? */
static bool
is_live_column(HeapTuple row)
{
	Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(row);

	return form->attnum > 0 && !form->attisdropped;
}

/* Loads the columns; their items are added once the defaults are known. */
static bool
describe_columns(SgRelation *relation, SgCursor *cursor)
{
	int			natts = relation->form->relnatts;
	HeapTuple	tuple;

	/* nobody wants to know those of a sequence, but queries may name them */
	if (relation->form->relkind == RELKIND_SEQUENCE)
		return true;
	relation->columns = palloc(sizeof(SgColumn) * Max(natts, 1));
	relation->names.relid = relation->relid;
	relation->names.relation = pstrdup(NameStr(relation->form->relname));
	relation->names.count = natts;
	relation->names.names = sg_keep_columns(relation->describer->names, relation->relid, natts)->names;
	while ((tuple = sg_cursor_next(cursor, relation->relid)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		SgColumn   *column;

		if (!is_live_column(tuple) || form->attnum > natts)
			continue;
		column = insert_column(relation, form->attnum);
		load_column(relation, column, form);
		relation->names.names[form->attnum - 1] = column->name;
		if (sg_wants_facet(relation->describer, SG_FACET_STORAGE))
			sg_add_column_storage(relation, tuple);
		if (relation->form->relkind == RELKIND_FOREIGN_TABLE)
			sg_add_foreign_column(relation, cursor, tuple);
	}
	return true;
}

static char *
column_definition(const SgRelation *relation, const SgColumn *column, bool with_identity)
{
	SgNames    *names = relation->describer->names;
	StringInfoData buf;

	sg_init_short_text(&buf);
	appendStringInfoString(&buf, sg_type_name(names, column->type, column->typmod));
	if (OidIsValid(column->collation) && !sg_collation_is_default(names, column->collation, column->type))
		appendStringInfo(&buf, " COLLATE %s", sg_collation_name(names, column->collation));
	if (column->not_null)
		appendStringInfoString(&buf, " NOT NULL");
	if (column->identity != '\0' && !with_identity)
		return buf.data;
	if (column->identity == ATTRIBUTE_IDENTITY_ALWAYS)
		appendStringInfoString(&buf, " GENERATED ALWAYS AS IDENTITY");
	else if (column->identity == ATTRIBUTE_IDENTITY_BY_DEFAULT)
		appendStringInfoString(&buf, " GENERATED BY DEFAULT AS IDENTITY");
	else if (column->default_text != NULL && column->generated != '\0')
		appendStringInfo(&buf, " GENERATED ALWAYS AS (%s) %s", column->default_text,
						 column->generated == ATTRIBUTE_GENERATED_STORED ? "STORED" : "VIRTUAL");
	else if (column->default_text != NULL)
	{
		appendStringInfoString(&buf, " DEFAULT ");
		appendStringInfoString(&buf, column->default_text);
	}
	return buf.data;
}

/*
 * Is the partition's column as the parent's?  Before 17 a partition does not
 * have the identity of its parent's column, from 17 on it does (699586315):
 * that is no difference.
 */
static bool
repeats_parent(const SgRelation *relation, const SgColumn *column)
{
	const SgRelation *parent = sg_partition_parent(relation);
	const SgColumn *theirs = NULL;
	bool		with_identity;

	for (int i = 0; i < parent->ncolumns && theirs == NULL; i++)
	{
		if (strcmp(parent->columns[i].name, column->name) == 0)
			theirs = &parent->columns[i];
	}
	if (theirs == NULL)
		return false;
	with_identity = column->identity != '\0' && column->identity != theirs->identity;
	return strcmp(column_definition(relation, column, with_identity),
				  column_definition(parent, theirs, with_identity)) == 0;
}

/* Of what a table inherits, that it would keep without its parent: "words" say what. */
void
sg_add_own_as_well(SgRelation *relation, uint32 key, const char *words, const char *name)
{
	sg_object_add(relation->object, SG_FACET_STRUCTURE, key, sg_attribute(words, name),
				  "defined here as well");
}

/* Adds the items; of a partition only the columns that are not as the parent's. */
static void
add_columns(SgRelation *relation)
{
	uint32		rank = 0;
	int		   *order = relation->inherits ? sg_inherited_order(relation) : NULL;

	for (int i = 0; i < relation->ncolumns; i++)
	{
		SgColumn   *column = &relation->columns[order != NULL ? order[i] : i];

		if (OidIsValid(relation->parent) && repeats_parent(relation, column))
			continue;
		sg_object_add_ordered(relation->object, ++rank, column->attnum,
							  sg_attribute("column", column->name),
							  column_definition(relation, column, true));
		if (column->own_as_well && relation->inherits)
			sg_add_own_as_well(relation, column->attnum, "inherited column", column->name);
	}
	if (OidIsValid(relation->parent))
	{
		char	   *order = sg_partition_column_order(relation);

		if (order != NULL)
			sg_object_add(relation->object, SG_FACET_STRUCTURE, 0, "order of columns", order);
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

/* Does the text look like NULL in casts? */
static bool
is_cast_null(const char *text)
{
	return strncmp(text + strspn(text, "("), "NULL", strlen("NULL")) == 0;
}

/*
 * Is the default NULL, where that says nothing?  It says something of a view's
 * column, which would have the table's default, and of a type that has one.
 */
static bool
is_no_default(const SgRelation *relation, const SgColumn *column, const char *tree)
{
	if (relation->form->relkind == RELKIND_VIEW || column->generated != '\0')
		return false;
	return sg_canon_is_null(sg_read_tree(relation->describer, tree)) && get_typdefault(column->type) == NULL;
}

static void
load_defaults(SgRelation *relation, SgCursor *cursor)
{
	HeapTuple	tuple;

	while ((tuple = sg_cursor_next(cursor, relation->relid)) != NULL)
	{
		Form_pg_attrdef form = (Form_pg_attrdef) GETSTRUCT(tuple);
		SgColumn   *column = unconstify(SgColumn *, sg_column(relation, form->adnum));
		bool		isnull;
		Datum		value;
		char	   *tree;
		char	   *expression;

		if (column == NULL)
			continue;
		value = sg_cursor_attribute(cursor, tuple, Anum_pg_attrdef_adbin, &isnull);
		if (isnull)
			continue;
		tree = TextDatumGetCString(value);
		expression = sg_deparse_expression(relation->describer, tree, &relation->names);
		/* to read the tree takes time */
		if (!is_cast_null(expression) || !is_no_default(relation, column, tree))
			column->default_text = expression;
	}
}

/* Loads the defaults and generation expressions, then adds the columns' items. */
static bool
describe_defaults(SgRelation *relation, SgCursor *cursor)
{
	if (has_defaults(relation))
		load_defaults(relation, cursor);
	add_columns(relation);
	return true;
}

const SgRelationPart sg_columns_part = {
	.catalog = AttributeRelationId,
	.index = AttributeRelidNumIndexId,
	.key_attribute = Anum_pg_attribute_attrelid,
	.positive = Anum_pg_attribute_attnum,
	.wanted = is_live_column,
	.describe = describe_columns
};

const SgRelationPart sg_column_defaults_part = {
	.catalog = AttrDefaultRelationId,
	.index = AttrDefaultIndexId,
	.key_attribute = Anum_pg_attrdef_adrelid,
	.describe = describe_defaults
};
