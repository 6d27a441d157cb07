/*
 * classes/relation/index.c
 *		Indexes, and the constraints that an index keeps: pg_index.
 *
 * The text is built from the catalog row, in the manner of pg_get_indexdef();
 * the deparser is needed for expressions and predicates only.  An index that
 * enforces something is structure, any other is of the facet "index".
 *
 * An index that is not valid (a CONCURRENTLY that failed or is under way)
 * answers no query and is not dumped by pg_dump: it counts as storage, but for
 * a partitioned table's, which is invalid as long as a partition lacks it.
 * Which one lacks it shows there: ON ONLY makes an index, or a key that nothing
 * keeps, of the parent alone.  The parent shows that it is incomplete, because
 * ON CONFLICT does not find it then:
 *
 *		incomplete index "orders_key": not in every partition
 *
 * That is looked for where the index is invalid, and not what that says: it
 * stays so when the partition that lacks the index goes, but for a restore.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalogs/mention.h"
#include "catalogs/scan.h"
#include "classes/annotations.h"
#include "classes/relation/relation.h"
#include "format/sql.h"
#include "support/compat.h"

/* what is needed of the index at hand to write its columns */
typedef struct IndexAt
{
	SgRelation *relation;
	Form_pg_index form;
	oidvector  *collations;
	oidvector  *opclasses;
	int2vector *options;
	List	   *expressions;
	Oid			access_method;
	const SgIndexConstraint *constraint;	/* that it keeps, or NULL */
} IndexAt;

/* parentheses may be left out around a call that looks like one */
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
 * Appends column "i" without what makes it a key; returns its type and
 * collation.  "expression" is the next expression of the index.
 */
static void
append_column(StringInfo buf, const IndexAt *at, int i, int *expression, Oid *type, Oid *collation)
{
	int16		attnum = at->form->indkey.values[i];

	if (attnum > 0)
	{
		const SgColumn *column = sg_column(at->relation, attnum);

		appendStringInfoString(buf, sg_own_column_name(at->relation, attnum));
		*type = column != NULL ? column->type : InvalidOid;
		*collation = column != NULL ? column->collation : InvalidOid;
	}
	else if (attnum < 0)
	{
		SgNames    *names = at->relation->describer->names;

		appendStringInfoString(buf, sg_column_name(names, at->relation->relid, attnum));
		*type = get_atttype(at->relation->relid, attnum);
		*collation = InvalidOid;
	}
	else
	{
		Node	   *node = sg_nth_tree(at->expressions, (*expression)++);
		char	   *text = sg_deparse_node(at->relation->describer, node, &at->relation->names);

		appendStringInfo(buf, is_plain_call(node) ? "%s" : "(%s)", text);
		*type = exprType(node);
		*collation = exprCollation(node);
	}
}

/* operator class with its parameters, where not the default */
static void
append_opclass(StringInfo buf, const IndexAt *at, int i, Oid type)
{
	SgNames    *names = at->relation->describer->names;
	Oid			opclass = at->opclasses->values[i];
	Datum		options = (Datum) 0;

	/* neither btree nor hash has operator classes with parameters */
	if (at->access_method != BTREE_AM_OID && at->access_method != HASH_AM_OID)
		options = get_attoptions(at->form->indexrelid, i + 1);
	if (options != (Datum) 0)
		appendStringInfo(buf, " %s (%s)", sg_opclass_name(names, opclass),
						 sg_options_text(options));
	else if (!sg_opclass_is_default(names, opclass, type))
		appendStringInfo(buf, " %s", sg_opclass_name(names, opclass));
}

/* sort order as CREATE INDEX has it, defaults left out */
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
append_key_columns(StringInfo buf, const IndexAt *at, int *expression)
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
							 sg_collation_name(names, at->collations->values[i]));
		append_opclass(buf, at, i, type);
		append_order(buf, at->options->values[i]);
		if (at->constraint != NULL && at->constraint->type == CONSTRAINT_EXCLUSION)
			appendStringInfo(buf, " WITH %s",
							 sg_operator_name(names, list_nth_oid(at->constraint->exclusion_operators, i)));
		if (is_key && at->constraint->period && i == at->form->indnkeyatts - 1)
			appendStringInfoString(buf, " WITHOUT OVERLAPS");
	}
}

static void
append_included_columns(StringInfo buf, const IndexAt *at, int *expression)
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

/* what stands before the columns */
static void
append_prefix(StringInfo buf, const IndexAt *at)
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
		appendStringInfoString(buf, sg_access_method_name(at->relation->describer->names,
														  at->access_method));
	}
}

/* UNIQUE btree (a, b DESC) INCLUDE (c) NULLS NOT DISTINCT WHERE ... */
static char *
index_definition(const IndexAt *at, SgCursor *cursor, HeapTuple tuple)
{
	StringInfoData buf;
	int			expression = 0;
	bool		isnull;
	Datum		predicate = sg_cursor_attribute(cursor, tuple, Anum_pg_index_indpred, &isnull);

	sg_init_short_text(&buf);
	append_prefix(&buf, at);
	appendStringInfoString(&buf, " (");
	append_key_columns(&buf, at, &expression);
	appendStringInfoChar(&buf, ')');
	append_included_columns(&buf, at, &expression);
	if (sg_compat_nulls_not_distinct(at->form))
		appendStringInfoString(&buf, " NULLS NOT DISTINCT");
	if (!isnull)
		appendStringInfo(&buf, " WHERE (%s)",
						 sg_deparse_expression(at->relation->describer, TextDatumGetCString(predicate), &at->relation->names));
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

/* Does it count as an index of its table, see the head of this file? */
static bool
index_counts(const SgRelation *relation, Form_pg_index form, HeapTuple tuple)
{
	return form->indisvalid ||
		relation->form->relkind == RELKIND_PARTITIONED_TABLE ||
		(relation->describer->options->finish_concurrent && !form->indisready &&
		 TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)));
}

/* Have all partitions of the table their part of the index, and a valid one? */
static bool
is_complete(Oid table, Oid index)
{
	List	   *parts = find_inheritance_children(index, NoLock);
	int			missing = 0;
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, find_inheritance_children(table, NoLock))
	{
		/* a foreign table cannot have any */
		if (get_rel_relkind(lfirst_oid(lc)) != RELKIND_FOREIGN_TABLE)
			missing++;
	}
	foreach(lc, parts)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			continue;			/* being dropped */
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (form->indisvalid ||
			(get_rel_relkind(form->indrelid) == RELKIND_PARTITIONED_TABLE &&
			 is_complete(form->indrelid, form->indexrelid)))
			missing--;
		ReleaseSysCache(tuple);
	}
	return missing <= 0;
}

/* Of a partition's part of an index the parent's name is said, as where it is lacking. */
static void
add_incomplete(SgRelation *relation, Form_pg_index form)
{
	SgDescriber *describer = relation->describer;
	Oid			index = form->indexrelid;

	if (form->indisvalid || relation->form->relkind != RELKIND_PARTITIONED_TABLE ||
		is_complete(relation->relid, index))
		return;
	if (sg_relation(describer->names, index)->is_partition)
	{
		index = sg_parent_of(describer, index);
		sg_mention(describer->names, index);
	}
	sg_object_add(relation->object,
				  form->indisunique || form->indisexclusion ? SG_FACET_STRUCTURE : SG_FACET_INDEX,
				  form->indexrelid,
				  sg_attribute("incomplete index", sg_relation(describer->names, index)->name),
				  "not in every partition");
}

/* Is something not said of each column? */
static bool
is_damaged(const IndexAt *at)
{
	int			keys = at->form->indnkeyatts;

	return at->form->indkey.dim1 < Max(at->form->indnatts, keys) || at->collations->dim1 < keys ||
		at->opclasses->dim1 < keys || at->options->dim1 < keys ||
		(at->constraint != NULL && at->constraint->type == CONSTRAINT_EXCLUSION &&
		 list_length(at->constraint->exclusion_operators) < keys);
}

static const char *
load_definition(IndexAt *at, SgCursor *cursor, HeapTuple tuple)
{
	SgRelation *relation = at->relation;
	Oid			index = at->form->indexrelid;
	bool		isnull;
	Datum		expressions;

	at->access_method = sg_relation(relation->describer->names, index)->access_method;
	at->constraint = find_constraint(relation, index);
	at->collations = (oidvector *) DatumGetPointer(sg_cursor_attribute(cursor, tuple, Anum_pg_index_indcollation, &isnull));
	at->opclasses = (oidvector *) DatumGetPointer(sg_cursor_attribute(cursor, tuple, Anum_pg_index_indclass, &isnull));
	at->options = (int2vector *) DatumGetPointer(sg_cursor_attribute(cursor, tuple, Anum_pg_index_indoption, &isnull));
	expressions = sg_cursor_attribute(cursor, tuple, Anum_pg_index_indexprs, &isnull);
	if (!isnull)
		at->expressions = sg_read_trees(relation->describer, TextDatumGetCString(expressions));
	return is_damaged(at) ? sg_note_gap(relation->describer->names, "damaged index") :
		index_definition(at, cursor, tuple);
}

/* Of a partitioned table: its indexes, as a List of SgParentIndex *. */
List *
sg_load_parent_indexes(SgRelation *relation, SgCursor *cursor)
{
	List	   *indexes = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		IndexAt		at = {.relation = relation, .form = form};
		SgParentIndex *index = palloc(sizeof(SgParentIndex));

		index->relid = form->indexrelid;
		index->enforces = form->indisunique || form->indisexclusion;
		index->replica_identity = form->indisreplident;
		index->definition = load_definition(&at, cursor, tuple);
		indexes = lappend(indexes, index);
	}
	return indexes;
}

/*
 * Is the partition's part of an index as the parent's?  To be one, neither the
 * order nor the operator classes need be the same, nor what it is a constraint
 * for, nor when that is checked.
 */
static bool
repeats_parent(const IndexAt *at, const char *definition)
{
	Oid			parent = sg_parent_of(at->relation->describer, at->form->indexrelid);
	ListCell   *lc;

	foreach(lc, sg_partition_parent_indexes(at->relation))
	{
		const SgParentIndex *theirs = lfirst(lc);

		if (theirs->relid == parent)
			return strcmp(theirs->definition, definition) == 0;
	}
	return true;
}

/* The index as the table's replica identity; a partition's if its parent has another one. */
static void
add_replica_identity(SgRelation *relation, Form_pg_index form, const char *name)
{
	ListCell   *lc;

	if (!form->indisreplident)
		return;
	if (OidIsValid(relation->parent))
	{
		Oid			parent = sg_parent_of(relation->describer, form->indexrelid);

		foreach(lc, sg_partition_parent_indexes(relation))
		{
			const SgParentIndex *theirs = lfirst(lc);

			if (theirs->relid == parent && theirs->replica_identity)
				return;
		}
	}
	sg_object_add(relation->object, SG_FACET_STRUCTURE, 0, "replica identity",
				  sg_attribute("index", name));
}

/* Describes the index; true if it is the partition's part of one of its parent's. */
static bool
describe_index(SgRelation *relation, SgCursor *cursor, HeapTuple tuple)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
	const SgRelationName *index = sg_relation(relation->describer->names, form->indexrelid);
	IndexAt		at = {.relation = relation, .form = form};
	bool		counts = index_counts(relation, form, tuple);
	const char *definition;

	if (sg_wants_facet(relation->describer, SG_FACET_STORAGE))
		sg_add_index_storage(relation, form, index);
	if (sg_wants_facet(relation->describer, SG_FACET_COMMENT))
		sg_add_comment_on(relation->describer, relation->object, RelationRelationId,
						  form->indexrelid, "index", index->name);
	if (sg_wants_dependencies(relation->describer))
		sg_add_dependency_of(relation->object, RelationRelationId, form->indexrelid,
							 sg_attribute("index", index->name));
	add_replica_identity(relation, form, index->name);
	add_incomplete(relation, form);
	definition = load_definition(&at, cursor, tuple);
	if (index->is_partition &&
		(!counts || repeats_parent(&at, definition)))
	{
		/* pg_dump keeps comments on these */
		if (at.constraint != NULL && sg_wants_facet(relation->describer, SG_FACET_COMMENT))
			sg_add_comment_on(relation->describer, relation->object, ConstraintRelationId,
							  at.constraint->oid, "constraint", at.constraint->name);
		return counts;
	}

	if (!counts)
		sg_object_add(relation->object, SG_FACET_STORAGE, form->indexrelid,
					  sg_attribute("invalid index", index->name), definition);
	else if (at.constraint != NULL)
		sg_object_add(relation->object, SG_FACET_STRUCTURE, at.constraint->oid,
					  sg_attribute("constraint", at.constraint->name), definition);
	else
		sg_object_add(relation->object,
					  form->indisunique ? SG_FACET_STRUCTURE : SG_FACET_INDEX, form->indexrelid,
					  sg_attribute("index", index->name), definition);
	return index->is_partition;
}

/* the parent's index, which the partition may lack */
static void
add_lacking(SgRelation *relation, const SgParentIndex *index, List *present)
{
	SgNames    *names = relation->describer->names;
	ListCell   *lc;

	foreach(lc, present)
	{
		if (sg_parent_of(relation->describer, lfirst_oid(lc)) == index->relid)
			return;
	}
	sg_mention(names, index->relid);
	sg_object_add(relation->object, index->enforces ? SG_FACET_STRUCTURE : SG_FACET_INDEX, 0,
				  sg_attribute("lacks index", sg_relation(names, index->relid)->name), "");
}

/*
 * Of the flags in pg_class this one can be false in error: VACUUM clears it where
 * there are only indexes that CREATE INDEX CONCURRENTLY has left half done.
 * They show in few facets.
 */
static bool
may_have_indexes(const SgRelation *relation)
{
	return relation->form->relhasindex ||
		sg_wants_facet(relation->describer, SG_FACET_STORAGE) ||
		sg_wants_facet(relation->describer, SG_FACET_COMMENT);
}

static bool
describe_indexes(SgRelation *relation, SgCursor *cursor)
{
	List	   *present = NIL;
	List	   *expected = NIL;
	ListCell   *lc;
	HeapTuple	tuple;

	if (may_have_indexes(relation))
	{
		while ((tuple = sg_cursor_next(cursor, relation->relid)) != NULL)
		{
			if (describe_index(relation, cursor, tuple))
				present = lappend_oid(present, ((Form_pg_index) GETSTRUCT(tuple))->indexrelid);
		}
	}
	/* a foreign table cannot have any */
	if (OidIsValid(relation->parent) && relation->form->relkind != RELKIND_FOREIGN_TABLE)
		expected = sg_partition_parent_indexes(relation);
	if (list_length(expected) > list_length(present))
	{
		foreach(lc, expected)
			add_lacking(relation, lfirst(lc), present);
	}
	return true;
}

const SgRelationPart sg_indexes_part = {
	.catalog = IndexRelationId,
	.index = IndexIndrelidIndexId,
	.key_attribute = Anum_pg_index_indrelid,
	.describe = describe_indexes
};
