/*
 * classes/relation/constraint_text.c
 *		The text of a constraint's definition: pg_constraint.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "deparse/expression.h"
#include "format/sql.h"
#include "support/compat.h"

/* Returns the length of an int2 or oid array attribute, 0 if it is null, and sets *elements. */
static int
array_attribute(SgCatalogScan *scan, HeapTuple tuple, AttrNumber attribute, void **elements)
{
	bool		isnull;
	Datum		datum = sg_scan_attribute(scan, tuple, attribute, &isnull);
	ArrayType  *array;

	*elements = NULL;
	if (isnull)
		return 0;
	array = DatumGetArrayTypeP(datum);
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array))
		return 0;
	*elements = ARR_DATA_PTR(array);
	return ARR_DIMS(array)[0];
}

/* Returns the properties that can follow any constraint, with a leading space; usually "". */
const char *
sg_constraint_state(Form_pg_constraint form)
{
	StringInfoData buf;

	if (!form->condeferrable && !form->condeferred && form->convalidated &&
		sg_compat_constraint_enforced(form))
		return "";
	sg_item_text_init(&buf);
	if (form->condeferrable)
		appendStringInfoString(&buf, " DEFERRABLE");
	if (form->condeferred)
		appendStringInfoString(&buf, " INITIALLY DEFERRED");
	if (!sg_compat_constraint_enforced(form))
		appendStringInfoString(&buf, " NOT ENFORCED");
	else if (!form->convalidated)
		appendStringInfoString(&buf, " NOT VALID");
	return buf.data;
}

static const char *
foreign_key_action(char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_RESTRICT:
			return "RESTRICT";
		case FKCONSTR_ACTION_CASCADE:
			return "CASCADE";
		case FKCONSTR_ACTION_SETNULL:
			return "SET NULL";
		case FKCONSTR_ACTION_SETDEFAULT:
			return "SET DEFAULT";
		default:
			return NULL;		/* NO ACTION goes without saying */
	}
}

/* Appends columns of the referenced table. */
static void
append_foreign_columns(StringInfo buf, SgNames *names, Oid relid, const int16 *attnums, int count,
					   bool period)
{
	if (count == 0)
		appendStringInfoString(buf, sg_names_missing(names, "column"));
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		if (period && i == count - 1)
			appendStringInfoString(buf, "PERIOD ");
		appendStringInfoString(buf, sg_sql_identifier(sg_names_column(names, relid, attnums[i])));
	}
}

static void
append_own_columns(StringInfo buf, SgRelation *relation, const int16 *attnums, int count, bool period)
{
	if (count == 0)
		appendStringInfoString(buf, sg_names_missing(relation->describer->names, "column"));
	if (!period || count == 0)
	{
		sg_column_append_names(buf, relation, attnums, count);
		return;
	}
	sg_column_append_names(buf, relation, attnums, count - 1);
	appendStringInfoString(buf, ", PERIOD ");
	sg_column_append_names(buf, relation, attnums + count - 1, 1);
}

/* Returns the definition of a foreign key. */
char *
sg_constraint_foreign_key(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple,
					   Form_pg_constraint form)
{
	StringInfoData buf;
	bool		period = sg_compat_constraint_period(form);
	AttrNumber	set_columns = sg_compat_confdelsetcols();
	int16	   *own;
	int16	   *theirs;
	int			nown = array_attribute(scan, tuple, Anum_pg_constraint_conkey, (void **) &own);
	int			ntheirs = array_attribute(scan, tuple, Anum_pg_constraint_confkey, (void **) &theirs);

	sg_item_text_init(&buf);
	appendStringInfoString(&buf, "FOREIGN KEY (");
	append_own_columns(&buf, relation, own, nown, period);
	appendStringInfoString(&buf, ") REFERENCES ");
	appendStringInfoString(&buf, sg_names_relation_text(relation->describer->names, form->confrelid));
	appendStringInfoChar(&buf, '(');
	append_foreign_columns(&buf, relation->describer->names, form->confrelid, theirs, ntheirs, period);
	appendStringInfoChar(&buf, ')');
	if (form->confmatchtype == FKCONSTR_MATCH_FULL)
		appendStringInfoString(&buf, " MATCH FULL");
	else if (form->confmatchtype == FKCONSTR_MATCH_PARTIAL)
		appendStringInfoString(&buf, " MATCH PARTIAL");
	if (foreign_key_action(form->confupdtype) != NULL)
		appendStringInfo(&buf, " ON UPDATE %s", foreign_key_action(form->confupdtype));
	if (foreign_key_action(form->confdeltype) != NULL)
		appendStringInfo(&buf, " ON DELETE %s", foreign_key_action(form->confdeltype));
	if (set_columns != InvalidAttrNumber)
	{
		int16	   *columns;
		int			ncolumns = array_attribute(scan, tuple, set_columns, (void **) &columns);

		if (ncolumns > 0)
		{
			appendStringInfoString(&buf, " (");
			sg_column_append_names(&buf, relation, columns, ncolumns);
			appendStringInfoChar(&buf, ')');
		}
	}
	appendStringInfoString(&buf, sg_constraint_state(form));
	return buf.data;
}

/* Returns the definition of a CHECK constraint. */
char *
sg_constraint_check(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple, Form_pg_constraint form)
{
	bool		isnull;
	Datum		tree = sg_scan_attribute(scan, tuple, Anum_pg_constraint_conbin, &isnull);

	return psprintf("CHECK (%s)%s%s",
					isnull ? sg_names_missing(relation->describer->names, "expression") :
					sg_deparse_expression(relation->describer->deparser, TextDatumGetCString(tree), &relation->names),
					form->connoinherit ? " NO INHERIT" : "",
					sg_constraint_state(form));
}

/* Collects a key or exclusion constraint for index.c. */
void
sg_constraint_collect(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple,
						 Form_pg_constraint form)
{
	SgIndexConstraint *constraint = palloc0(sizeof(SgIndexConstraint));
	Oid		   *operators;
	int			noperators = array_attribute(scan, tuple, Anum_pg_constraint_conexclop,
											 (void **) &operators);

	constraint->oid = form->oid;
	constraint->index = form->conindid;
	constraint->type = form->contype;
	constraint->period = sg_compat_constraint_period(form);
	constraint->name = pstrdup(NameStr(form->conname));
	constraint->state = sg_constraint_state(form);
	for (int i = 0; i < noperators; i++)
		constraint->exclusion_operators = lappend_oid(constraint->exclusion_operators, operators[i]);
	relation->index_constraints = lappend(relation->index_constraints, constraint);
}

/* Returns the column of a NOT NULL constraint, or NULL. */
const SgColumn *
sg_constraint_not_null_column(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	int16	   *attnums;
	int			nattnums = array_attribute(scan, tuple, Anum_pg_constraint_conkey, (void **) &attnums);

	return nattnums == 1 ? sg_column_find(relation, attnums[0]) : NULL;
}

/* Returns what identifies an inherited constraint: a CHECK's name, or a NOT NULL's column.  NULL for others. */
const char *
sg_constraint_inherited_name(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	const SgColumn *column;

	if (form->contype == CONSTRAINT_CHECK)
		return NameStr(form->conname);
	if (form->contype != SG_CONSTRAINT_NOTNULL)
		return NULL;
	column = sg_constraint_not_null_column(relation, scan, tuple);
	return column != NULL ? column->name : NULL;
}
