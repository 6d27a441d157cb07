/*
 * queries/key.c
 *		Keys of relations that queries need: those of ON CONFLICT and GROUP BY.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/makefuncs.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "deparse/tree.h"
#include "description/describe.h"
#include "format/item_text.h"
#include "queries/key.h"
#include "queries/need.h"

/* The names of the columns of a primary key: a List of char *. */
static List *
key_columns(Oid relid)
{
	Oid			constraint;
	Bitmapset  *columns = get_primary_key_attnos(relid, false, &constraint);
	List	   *names = NIL;
	int			member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
		names = lappend(names, get_attname(relid, member + FirstLowInvalidHeapAttributeNumber, false));
	return names;
}

/*
 * A query that groups by a primary key may return other columns of the table as they are: analysis
 * notes the keys in constraintDeps.
 */
void
sg_key_grouped(SgOutline *contract, const Query *query)
{
	ListCell   *cell;

	foreach(cell, query->constraintDeps)
	{
		HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(lfirst_oid(cell)));
		Oid			relid;
		SgOutline  *relation;

		if (!HeapTupleIsValid(tuple))
			continue;
		relid = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
		ReleaseSysCache(tuple);
		relation = sg_need_relation(contract, relid);
		if (relation != NULL)
			sg_outline_member(relation, "grouped_by")->scalar = sg_outline_texts(key_columns(relid));
	}
}

/* What the table's description says of its unique index: the keys, and the rows that are in it. */
static char *
index_key(const SgObject *table, Oid index)
{
	Oid			constraint = get_index_constraint(index);
	char	   *attribute = OidIsValid(constraint) ?
		sg_item_attribute("constraint", get_constraint_name(constraint)) :
		sg_item_attribute("index", get_rel_name(index));
	const SgItem *item = sg_item_find(table, attribute);

	return item == NULL ? NULL : sg_item_unique_rows(item);
}

/* what ON CONFLICT looks for */
typedef struct Inference
{
	Bitmapset  *columns;
	List	   *expressions;
	List	   *conditions;		/* of WHERE, which all hold */
} Inference;

static Inference
read_inference(Query *query)
{
	OnConflictExpr *conflict = query->onConflict;
	Inference	inference = {NULL};
	ListCell   *cell;

	foreach(cell, conflict->arbiterElems)
	{
		Node	   *element = copyObject(((InferenceElem *) lfirst(cell))->expr);

		ChangeVarNodes(element, query->resultRelation, 1, 0);
		if (IsA(element, Var))
			inference.columns = bms_add_member(inference.columns, ((Var *) element)->varattno);
		else
			inference.expressions = lappend(inference.expressions, element);
	}
	if (conflict->arbiterWhere != NULL)
	{
		Node	   *where = copyObject(conflict->arbiterWhere);

		ChangeVarNodes(where, query->resultRelation, 1, 0);
		inference.conditions = make_ands_implicit((Expr *) where);
	}
	return inference;
}

/* The tree in that column of the index's row, or NULL. */
static Node *
stored_tree(HeapTuple tuple, AttrNumber number)
{
	bool		is_null;
	Datum		value = SysCacheGetAttr(INDEXRELID, tuple, number, &is_null);

	return is_null ? NULL : sg_tree_required(TextDatumGetCString(value));
}

static bool
is_inferred(HeapTuple tuple, const Inference *inference)
{
	Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);
	Node	   *stored = stored_tree(tuple, Anum_pg_index_indexprs);
	List	   *expressions = stored != NULL && IsA(stored, List) ? (List *) stored : NIL;
	Node	   *predicate = stored_tree(tuple, Anum_pg_index_indpred);
	Bitmapset  *columns = NULL;

	if (!index->indisunique || !index->indimmediate || !index->indisvalid)
		return false;
	for (int i = 0; i < index->indnkeyatts; i++)
	{
		if (index->indkey.values[i] > 0)
			columns = bms_add_member(columns, index->indkey.values[i]);
	}
	return bms_equal(columns, inference->columns) &&
		list_difference(expressions, inference->expressions) == NIL &&
		list_difference(inference->expressions, expressions) == NIL &&
		list_difference(make_ands_implicit((Expr *) predicate), inference->conditions) == NIL;
}

/*
 * The unique indexes that ON CONFLICT (expressions) or ON CONFLICT ... WHERE finds: any of them
 * will do.  They are inferred as plancat.c's infer_arbiter_indexes() does it, but from the trees as they
 * are stored: what folds constants would run functions.  Nothing is noted if none is found so.
 */
void
sg_key_inferred(SgOutline *relation, Query *query)
{
	Oid			relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	Inference	inference = read_inference(query);
	SgDescribeOptions options = {.facets = SG_FACETS_DEFAULT,.all_objects = true};
	SgObject   *described = sg_describe_one(&options, RelationRelationId, relid);
	Relation	table = relation_open(relid, NoLock);
	SgOutline  *keys = sg_outline_new();
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(table))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		char	   *key;

		if (!HeapTupleIsValid(tuple))
			continue;
		if (is_inferred(tuple, &inference) && described != NULL &&
			(key = index_key(described, lfirst_oid(cell))) != NULL)
			sg_outline_add_text(keys, key);
		ReleaseSysCache(tuple);
	}
	relation_close(table, NoLock);
	if (keys->elements != NULL)
	{
		StringInfoData buf;

		initStringInfo(&buf);
		sg_outline_render(&buf, keys);
		sg_outline_add_json(sg_outline_member(relation, "conflict_keys"), buf.data);
	}
}
