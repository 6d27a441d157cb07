/*
 * classes/relation/index_definition.c
 *		The text of an index's definition: pg_index.
 *
 * We build it from the catalog row, like pg_get_indexdef(); only expressions and
 * predicates need the deparser.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "catalogs/scan.h"
#include "classes/relation/relation.h"
#include "deparse/expression.h"
#include "deparse/options.h"
#include "deparse/tree.h"
#include "support/compat.h"

/* Returns true for an expression that is printed as a function call, which needs no parentheses. */
static bool
is_plain_call(Node *node)
{
	if (node == NULL || !IsA(node, FuncExpr))
		return false;
	/* SQL's own syntax is not kept: see deparse/canon.c */
	return ((FuncExpr *) node)->funcformat == COERCE_EXPLICIT_CALL ||
		sg_compat_is_sql_syntax(((FuncExpr *) node)->funcformat);
}

/*
 * Appends column "i", without the properties of a key column, and sets its type and
 * collation.  *expression is the number of the index's next expression.
 */
static void
append_column(StringInfo buf, const SgIndexAt *at, int i, int *expression, Oid *type, Oid *collation)
{
	int16		attnum = at->form->indkey.values[i];

	if (attnum > 0)
	{
		const SgColumn *column = sg_column_find(at->relation, attnum);

		appendStringInfoString(buf, sg_column_quoted_name(at->relation, attnum));
		*type = column != NULL ? column->type : InvalidOid;
		*collation = column != NULL ? column->collation : InvalidOid;
	}
	else if (attnum < 0)
	{
		SgNames    *names = at->relation->describer->names;

		appendStringInfoString(buf, sg_names_column(names, at->relation->relid, attnum));
		*type = get_atttype(at->relation->relid, attnum);
		*collation = InvalidOid;
	}
	else
	{
		Node	   *node = sg_tree_nth(at->expressions, (*expression)++);
		char	   *text = sg_deparse_node(at->relation->describer->deparser, node, &at->relation->names);

		appendStringInfo(buf, is_plain_call(node) ? "%s" : "(%s)", text);
		*type = exprType(node);
		*collation = exprCollation(node);
	}
}

/* Appends the operator class with its parameters, unless it is the default. */
static void
append_opclass(StringInfo buf, const SgIndexAt *at, int i, Oid type)
{
	SgNames    *names = at->relation->describer->names;
	Oid			opclass = at->opclasses->values[i];
	Datum		options = (Datum) 0;

	/* neither btree nor hash has operator classes with parameters */
	if (at->access_method != BTREE_AM_OID && at->access_method != HASH_AM_OID)
		options = get_attoptions(at->form->indexrelid, i + 1);
	if (options != (Datum) 0)
		appendStringInfo(buf, " %s (%s)", sg_names_opclass(names, opclass),
						 sg_options_text(options));
	else if (!sg_names_opclass_is_default(names, opclass, type))
		appendStringInfo(buf, " %s", sg_names_opclass(names, opclass));
}

/* Appends the sort order as in CREATE INDEX, without defaults. */
static void
append_order(StringInfo buf, int16 option)
{
	if (option & INDOPTION_DESC)
	{
		appendStringInfoString(buf, " DESC");
		if (!(option & INDOPTION_NULLS_FIRST))
			appendStringInfoString(buf, " NULLS LAST");
	}
	else if (option & INDOPTION_NULLS_FIRST)
		appendStringInfoString(buf, " NULLS FIRST");
}

static void
append_key_columns(StringInfo buf, const SgIndexAt *at, int *expression)
{
	SgNames    *names = at->relation->describer->names;
	bool		is_key = at->constraint != NULL && at->constraint->type != CONSTRAINT_EXCLUSION;

	for (int i = 0; i < at->form->indnkeyatts; i++)
	{
		Oid			type;
		Oid			collation;

		if (i > 0)
			appendStringInfoString(buf, ", ");
		append_column(buf, at, i, expression, &type, &collation);
		if (OidIsValid(at->collations->values[i]) && at->collations->values[i] != collation)
			appendStringInfo(buf, " COLLATE %s",
							 sg_names_collation(names, at->collations->values[i]));
		append_opclass(buf, at, i, type);
		append_order(buf, at->options->values[i]);
		if (at->constraint != NULL && at->constraint->type == CONSTRAINT_EXCLUSION)
			appendStringInfo(buf, " WITH %s",
							 sg_names_operator(names, list_nth_oid(at->constraint->exclusion_operators, i)));
		if (is_key && at->constraint->period && i == at->form->indnkeyatts - 1)
			appendStringInfoString(buf, " WITHOUT OVERLAPS");
	}
}

static void
append_included_columns(StringInfo buf, const SgIndexAt *at, int *expression)
{
	for (int i = at->form->indnkeyatts; i < at->form->indnatts; i++)
	{
		Oid			type;
		Oid			collation;

		appendStringInfoString(buf, i == at->form->indnkeyatts ? " INCLUDE (" : ", ");
		append_column(buf, at, i, expression, &type, &collation);
	}
	if (at->form->indnatts > at->form->indnkeyatts)
		appendStringInfoChar(buf, ')');
}

/* Appends what precedes the columns. */
static void
append_prefix(StringInfo buf, const SgIndexAt *at)
{
	if (at->constraint != NULL && at->constraint->type == CONSTRAINT_PRIMARY)
		appendStringInfoString(buf, "PRIMARY KEY");
	else if (at->constraint != NULL && at->constraint->type == CONSTRAINT_UNIQUE)
		appendStringInfoString(buf, "UNIQUE");
	else
	{
		if (at->constraint != NULL)
			appendStringInfoString(buf, "EXCLUDE USING ");
		else if (at->form->indisunique)
			appendStringInfoString(buf, "UNIQUE ");
		appendStringInfoString(buf, sg_names_access_method(at->relation->describer->names,
														  at->access_method));
	}
}

/* Returns a text such as UNIQUE btree (a, b DESC) INCLUDE (c) NULLS NOT DISTINCT WHERE ... */
static char *
index_definition(const SgIndexAt *at, SgCatalogScan *scan, HeapTuple tuple)
{
	StringInfoData buf;
	int			expression = 0;
	bool		isnull;
	Datum		predicate = sg_scan_attribute(scan, tuple, Anum_pg_index_indpred, &isnull);

	sg_item_text_init(&buf);
	append_prefix(&buf, at);
	appendStringInfoString(&buf, " (");
	append_key_columns(&buf, at, &expression);
	appendStringInfoChar(&buf, ')');
	append_included_columns(&buf, at, &expression);
	if (sg_compat_nulls_not_distinct(at->form))
		appendStringInfoString(&buf, " NULLS NOT DISTINCT");
	if (!isnull)
		appendStringInfo(&buf, " WHERE (%s)",
						 sg_deparse_expression(at->relation->describer->deparser, TextDatumGetCString(predicate), &at->relation->names));
	if (at->constraint != NULL)
		appendStringInfoString(&buf, at->constraint->state);
	return buf.data;
}

static const SgIndexConstraint *
find_constraint(const SgRelation *relation, Oid index)
{
	ListCell   *lc;

	foreach(lc, relation->index_constraints)
	{
		const SgIndexConstraint *constraint = lfirst(lc);

		if (constraint->index == index)
			return constraint;
	}
	return NULL;
}

/* Returns true if an array of the row is too short for the index's columns. */
static bool
is_damaged(const SgIndexAt *at)
{
	int			keys = at->form->indnkeyatts;

	return at->form->indkey.dim1 < Max(at->form->indnatts, keys) || at->collations->dim1 < keys ||
		at->opclasses->dim1 < keys || at->options->dim1 < keys ||
		(at->constraint != NULL && at->constraint->type == CONSTRAINT_EXCLUSION &&
		 list_length(at->constraint->exclusion_operators) < keys);
}

/*
 * Returns the index's definition, without its name.  The caller has set the relation
 * and the row in "at"; the rest is filled in.
 */
const char *
sg_index_definition(SgIndexAt *at, SgCatalogScan *scan, HeapTuple tuple)
{
	SgRelation *relation = at->relation;
	Oid			index = at->form->indexrelid;
	bool		isnull;
	Datum		expressions;

	at->access_method = sg_names_relation(relation->describer->names, index)->access_method;
	at->constraint = find_constraint(relation, index);
	at->collations = (oidvector *) DatumGetPointer(sg_scan_attribute(scan, tuple, Anum_pg_index_indcollation, &isnull));
	at->opclasses = (oidvector *) DatumGetPointer(sg_scan_attribute(scan, tuple, Anum_pg_index_indclass, &isnull));
	at->options = (int2vector *) DatumGetPointer(sg_scan_attribute(scan, tuple, Anum_pg_index_indoption, &isnull));
	expressions = sg_scan_attribute(scan, tuple, Anum_pg_index_indexprs, &isnull);
	if (!isnull)
		at->expressions = sg_tree_read_list(relation->describer->deparser, TextDatumGetCString(expressions));
	return is_damaged(at) ? sg_names_note_gap(relation->describer->names, "damaged index") :
		index_definition(at, scan, tuple);
}
