/*
 * contracts/contract_beneath.c
 *		Privileges that statements ask for beneath the relations that they name.
 *
 * What a view reads or writes, its owner needs privileges on; or if the view is security_invoker, whoever
 * runs the statement, who also needs those on functions that it calls.  A row that is written
 * runs the expressions of defaults, generated columns, checks and indexes as whoever writes it:
 * a serial column is one whose default calls nextval(), while an identity column asks for nothing.
 *
 * Read from the catalogs, without locks on relations: a connection must not wait for them.  What is
 * damaged is an error, which contract_privilege.c takes for what cannot be told.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteSupport.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "contracts/contract.h"
#include "contracts/contract_beneath.h"
#include "deparse/tree.h"
#include "support/compat.h"

/* how many views may be written through; only in a damaged catalog are there more */
#define MAX_DEPTH 1000

/* what is collected */
typedef struct Collection
{
	List	   *needs;			/* of SgBeneath * */
	List	   *views;			/* of Oid: those looked into */
	Oid			role;			/* who reads what the view at hand reads */
	bool		risky;			/* what is added is asked for by some statements only */
} Collection;

/* the rows of a catalog that belong to an object */
typedef struct Rows
{
	Relation	catalog;
	SysScanDesc scan;
} Rows;

/* Begins to read them by an index whose first column is the object's OID. */
static Rows
open_rows(Oid catalog, Oid index, AttrNumber attribute, Oid object)
{
	Rows		rows = {table_open(catalog, AccessShareLock)};
	ScanKeyData key;

	ScanKeyInit(&key, attribute, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
	rows.scan = systable_beginscan(rows.catalog, index, true, NULL, 1, &key);
	return rows;
}

static void
close_rows(const Rows *rows)
{
	systable_endscan(rows->scan);
	table_close(rows->catalog, AccessShareLock);
}

static SgBeneath *
add(Collection *collection, const char *type, Oid objid, const char *identity, const char *privilege)
{
	SgBeneath  *need = palloc0(sizeof(SgBeneath));

	need->target.type = type;
	need->target.objid = objid;
	need->target.identity = identity;
	need->privilege = privilege;
	need->risky = collection->risky;
	collection->needs = lappend(collection->needs, need);
	return need;
}

/* Returns NULL if there is no such relation, any more or in a damaged catalog. */
static char *
relation_identity(Oid relid)
{
	char	   *name = get_rel_name(relid);

	return name == NULL ? NULL : quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/* check_functions_in_node()'s callback */
static bool
note_function(Oid function, void *arg)
{
	if (function >= FirstNormalObjectId)
		(void) add(arg, sg_contract_kind_name(SG_CONTRACT_FUNCTION), function, format_procedure(function),
				   "EXECUTE");
	return false;
}

/* nextval() and its like of a sequence that the expression names. */
static void
note_sequence(Node *node, Collection *collection)
{
	FuncExpr   *call = (FuncExpr *) node;
	Const	   *sequence = IsA(node, FuncExpr) && call->args != NIL ? linitial(call->args) : NULL;
	const char *name;
	const char *identity;

	if (sequence == NULL || !IsA(sequence, Const) || sequence->consttype != REGCLASSOID || sequence->constisnull ||
		call->funcid >= FirstNormalObjectId ||
		get_rel_relkind(DatumGetObjectId(sequence->constvalue)) != RELKIND_SEQUENCE)
		return;
	name = get_func_name(call->funcid);
	identity = relation_identity(DatumGetObjectId(sequence->constvalue));
	if (name != NULL && identity != NULL && (strcmp(name, "nextval") == 0 || strcmp(name, "setval") == 0))
		(void) add(collection, "sequence", DatumGetObjectId(sequence->constvalue), identity,
				   strcmp(name, "nextval") == 0 ? "USAGE or UPDATE" : "UPDATE");
}

/* The functions that an expression calls, those that come with PostgreSQL excepted, and sequences. */
static bool
collect_functions(Node *node, Collection *collection)
{
	if (node == NULL)
		return false;
	check_stack_depth();
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, collect_functions, collection, 0);
	/* the functions that read and write values of a type may be called by everybody */
	if (!IsA(node, CoerceViaIO))
		(void) check_functions_in_node(node, note_function, collection);
	note_sequence(node, collection);
	return expression_tree_walker(node, collect_functions, collection);
}

static void
collect_expression(Collection *collection, Datum expression)
{
	(void) collect_functions(sg_tree_required(TextDatumGetCString(expression)), collection);
}

/* -------------------------------------------------------------------- views */

/* The query of a view, or NULL. */
static Query *
view_query(Oid view)
{
	HeapTuple	tuple = SearchSysCache2(RULERELNAME, ObjectIdGetDatum(view), CStringGetDatum(ViewSelectRuleName));
	bool		isnull;
	Datum		expression;
	Node	   *actions;
	Query	   *query;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	expression = SysCacheGetAttr(RULERELNAME, tuple, Anum_pg_rewrite_ev_action, &isnull);
	actions = isnull ? NULL : sg_tree_required(TextDatumGetCString(expression));
	ReleaseSysCache(tuple);
	if (actions == NULL || !IsA(actions, List))
		return NULL;
	query = (Query *) sg_tree_nth((List *) actions, 0);
	return query != NULL && IsA(query, Query) && query->jointree != NULL ? query : NULL;
}

/* Who reads what the view reads: its owner; InvalidOid if that is whoever reads the view. */
static Oid
view_reader(Oid view)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	Oid			reader;
	bool		isnull;
	Datum		options;
	ListCell   *cell;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	reader = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	foreach(cell, isnull ? NIL : untransformRelOptions(options))
	{
		DefElem    *option = lfirst(cell);

		if (strcmp(option->defname, "security_invoker") == 0 && defGetBoolean(option))
			reader = InvalidOid;
	}
	ReleaseSysCache(tuple);
	return reader;
}

/* The names of the columns, whose numbers are in pg_class's way of writing such sets. */
static List *
column_names(Oid relid, const Bitmapset *columns)
{
	List	   *names = NIL;
	int			member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber	number = member + FirstLowInvalidHeapAttributeNumber;
		char	   *name = number > 0 ? get_attname(relid, number, true) : NULL;

		if (name != NULL)
			names = lappend(names, name);
	}
	return names;
}

static void collect_view(Collection *collection, Oid view);

/* What a query beneath a view reads. */
static bool
collect_reads(Node *node, Collection *collection)
{
	Query	   *query = (Query *) node;
	ListCell   *cell;

	if (node == NULL)
		return false;
	check_stack_depth();
	if (!IsA(node, Query))
		return expression_tree_walker(node, collect_reads, collection);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *entry = lfirst(cell);
		Bitmapset  *columns = NULL;
		const char *identity;
		SgBeneath  *need;

		if (entry->rtekind != RTE_RELATION || (sg_compat_required(query, entry, &columns) & ACL_SELECT) == 0)
			continue;
		if (entry->relid < FirstNormalObjectId || (identity = relation_identity(entry->relid)) == NULL)
			continue;
		need = add(collection, sg_contract_kind_name(SG_CONTRACT_RELATION), entry->relid, identity, "SELECT");
		need->role = collection->role;
		need->columns = column_names(entry->relid, columns);
		collect_view(collection, entry->relid);
	}
	return query_tree_walker(query, collect_reads, collection, 0);
}

/* What a view reads, and the views beneath it, each once. */
static void
collect_view(Collection *collection, Oid view)
{
	Query	   *query;
	Oid			role = collection->role;
	bool		risky = collection->risky;

	CHECK_FOR_INTERRUPTS();
	if (get_rel_relkind(view) != RELKIND_VIEW || list_member_oid(collection->views, view) ||
		(query = view_query(view)) == NULL)
		return;
	collection->views = lappend_oid(collection->views, view);
	collection->role = view_reader(view);
	(void) collect_reads((Node *) query, collection);
	collection->risky = true;	/* columns that are not used are not computed */
	(void) collect_functions((Node *) query, collection);
	collection->risky = risky;
	collection->role = role;
}

/* The relation's column that a view's column is, if the server writes through the view; or InvalidAttrNumber. */
static AttrNumber
column_beneath(const Query *query, const char *name, int relation)
{
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		const TargetEntry *target = lfirst(cell);
		const Var  *var = (const Var *) target->expr;

		if (!target->resjunk && target->resname != NULL && strcmp(target->resname, name) == 0)
			return var != NULL && IsA(var, Var) && var->varno == relation && var->varlevelsup == 0 ? var->varattno : InvalidAttrNumber;
	}
	return InvalidAttrNumber;
}

/* Returns true if triggers or rules do something else than to write through the view. */
static bool
writes_instead(Oid view)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	bool		instead = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relhastriggers;
	Rows		rules = open_rows(RewriteRelationId, RewriteRelRulenameIndexId, Anum_pg_rewrite_ev_class, view);
	int			count = 0;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	while (systable_getnext(rules.scan) != NULL)
		count++;
	close_rows(&rules);
	return instead || count > 1;
}

/* A privilege to write these columns of a view, a List of char *: on those of what is beneath. */
static void
collect_write(Collection *collection, Oid view, const char *privilege, const List *columns)
{
	for (int depth = 0; depth < MAX_DEPTH; depth++)
	{
		Query	   *query = get_rel_relkind(view) == RELKIND_VIEW ? view_query(view) : NULL;
		RangeTblRef *from = query == NULL || list_length(query->jointree->fromlist) != 1 ? NULL :
			linitial(query->jointree->fromlist);
		RangeTblEntry *entry;
		List	   *names = NIL;
		SgBeneath  *need;
		const char *identity;
		Oid			reader;
		Oid			relid;
		ListCell   *cell;

		if (from == NULL || !IsA(from, RangeTblRef) || writes_instead(view) ||
			(entry = (RangeTblEntry *) sg_tree_nth(query->rtable, from->rtindex - 1)) == NULL ||
			entry->rtekind != RTE_RELATION)
			return;
		reader = view_reader(view);
		relid = entry->relid;
		if ((identity = relation_identity(relid)) == NULL)
			return;
		foreach(cell, columns)
		{
			AttrNumber	number = column_beneath(query, lfirst(cell), from->rtindex);
			char	   *name = number > 0 ? get_attname(relid, number, true) : NULL;

			if (name != NULL)
				names = lappend(names, name);
		}
		need = add(collection, sg_contract_kind_name(SG_CONTRACT_RELATION), relid, identity, privilege);
		need->role = reader;
		need->columns = names;
		view = relid;
		columns = names;
	}
}

static bool
has_command(const SgContractRelation *needed, const char *command)
{
	ListCell   *cell;

	foreach(cell, needed->commands)
	{
		if (strcmp(lfirst(cell), command) == 0)
			return true;
	}
	return false;
}

static bool
is_listed(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* What the statements of a release ask for beneath a view: a List of SgBeneath *. */
List *
sg_contract_beneath_view(Oid view, const SgContractRelation *needed)
{
	Collection	collection = {NIL};
	List	   *updated = list_concat_copy(needed->update, needed->update_default);
	bool		writes = needed->inserts || updated != NIL || has_command(needed, "delete");
	List	   *read = list_concat_copy(needed->not_null, needed->star);
	ListCell   *cell;

	if (get_rel_relkind(view) != RELKIND_VIEW)
		return NIL;
	foreach(cell, needed->select)
		read = lappend(read, unconstify(char *, ((const SgContractColumn *) lfirst(cell))->name));
	/* a statement that writes needs to read no more than it names; others need all that the view reads */
	if (writes && read != NIL)
		collect_write(&collection, view, "SELECT", read);
	collection.risky = writes;
	if (!writes || read != NIL)
		collect_view(&collection, view);
	collection.risky = false;
	if (needed->inserts)
		collect_write(&collection, view, "INSERT", needed->insert);
	if (updated != NIL)
		collect_write(&collection, view, "UPDATE", updated);
	if (has_command(needed, "delete"))
		collect_write(&collection, view, "DELETE", NIL);
	return collection.needs;
}

/* The function by which a cast is done, or InvalidOid. */
Oid
sg_contract_beneath_cast(Oid cast)
{
	Rows		scan = open_rows(CastRelationId, CastOidIndexId, Anum_pg_cast_oid, cast);
	HeapTuple	tuple = systable_getnext(scan.scan);
	Oid			function = HeapTupleIsValid(tuple) ? ((Form_pg_cast) GETSTRUCT(tuple))->castfunc : InvalidOid;

	close_rows(&scan);
	return function;
}

/* -------------------------------------------------------- rows that are written */

/* Does every INSERT give the column? */
static bool
is_always_given(const SgContractRelation *needed, const char *column)
{
	ListCell   *cell;

	if (needed->inserts && !is_listed(needed->insert, column))
		return false;
	foreach(cell, needed->positional)
	{
		bool		given = false;
		ListCell   *lc;

		foreach(lc, (List *) lfirst(cell))
			given |= strcmp(((const SgContractPosition *) lfirst(lc))->column, column) == 0;
		if (!given)
			return false;
	}
	return true;
}

/* Defaults of columns that INSERTs leave out, or UPDATEs set, and the expressions of generated columns. */
static void
collect_defaults(Collection *collection, Oid relid, const SgContractRelation *needed)
{
	Rows		scan = open_rows(AttrDefaultRelationId, AttrDefaultIndexId, Anum_pg_attrdef_adrelid, relid);
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan.scan)) != NULL)
	{
		AttrNumber	number = ((Form_pg_attrdef) GETSTRUCT(tuple))->adnum;
		char	   *name = get_attname(relid, number, true);
		bool		isnull;
		Datum		expression = heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(scan.catalog), &isnull);

		if (name == NULL || isnull)
			continue;
		collection->risky = is_listed(needed->may_insert, name);
		if (get_attgenerated(relid, number) != '\0' || is_listed(needed->update_default, name) ||
			!is_always_given(needed, name))
			collect_expression(collection, expression);
	}
	close_rows(&scan);
	collection->risky = false;
}

static void
collect_checks(Collection *collection, Oid relid)
{
	Rows		scan = open_rows(ConstraintRelationId, ConstraintRelidTypidNameIndexId, Anum_pg_constraint_conrelid, relid);
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan.scan)) != NULL)
	{
		bool		isnull;
		Datum		expression = heap_getattr(tuple, Anum_pg_constraint_conbin, RelationGetDescr(scan.catalog), &isnull);

		if (!isnull && ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_CHECK)
			collect_expression(collection, expression);
	}
	close_rows(&scan);
}

static void
collect_indexes(Collection *collection, Oid relid)
{
	static const AttrNumber expressions[] = {Anum_pg_index_indexprs, Anum_pg_index_indpred};
	Rows		scan = open_rows(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, relid);
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan.scan)) != NULL)
	{
		for (int i = 0; i < lengthof(expressions); i++)
		{
			bool		isnull;
			Datum		expression = heap_getattr(tuple, expressions[i], RelationGetDescr(scan.catalog), &isnull);

			if (!isnull)
				collect_expression(collection, expression);
		}
	}
	close_rows(&scan);
}

/* What rows that a release writes to a table ask for: a List of SgBeneath *. */
List *
sg_contract_beneath_row(Oid relid, const SgContractRelation *needed)
{
	Collection	collection = {NIL};
	char		kind = get_rel_relkind(relid);
	bool		inserts = needed->inserts || needed->positional != NIL;

	if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) ||
		(!inserts && needed->update == NIL && needed->update_default == NIL))
		return NIL;
	collect_defaults(&collection, relid, needed);
	collect_checks(&collection, relid);
	collection.risky = !inserts;	/* an UPDATE may leave indexes alone */
	collect_indexes(&collection, relid);
	return collection.needs;
}
