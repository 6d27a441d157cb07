/*
 * queries/column.c
 *		Columns that a query reads, wherever they come from.
 *
 * A column of a subquery, a join or WITH is followed to the relation that it is of.
 * A name that stands alone is kept with the relations in which it was looked
 * for, if one of them could get a column of that name.
 */
#include "postgres.h"

#include "catalog/heap.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "queries/column.h"
#include "queries/combine.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/rows.h"
#include "queries/star.h"
#include "queries/use.h"
#include "support/compat.h"

/*
 * with how many uses a column of a query is followed; beyond these its very type counts, since each step of a chain of
 * WITH may multiply them
 */
#define MAX_FOLLOWED 100

/*
 * Returns true if a node was walked with that use before; else it will be now.  "use" may become NULL, as above, unless
 * it is a label: whatever the type, that has to be there.
 */
static bool
was_followed(SgWalk *walk, const Node *node, const char **use)
{
	bool		is_label = sg_label_is_use(*use);
	SgOutline  *uses = sg_outline_member(walk->followed, psprintf("%p%s%s", (const void *) node, walk->placed ? " placed" : "",
																   is_label ? " labels" : ""));
	const char *key;

	if (!is_label && uses->members != NULL && hash_get_num_entries(uses->members) >= MAX_FOLLOWED &&
		*use != NULL && (*use)[0] != '\0')
		*use = NULL;
	key = *use == NULL ? "its type" : *use;
	if (sg_outline_find(uses, key) != NULL)
		return true;
	(void) sg_outline_member(uses, key);
	return false;
}

/*
 * A column of a query that is not a relation's: what it is made of.  An expression was walked where it stands;
 * here it is for what the column is used for, once for each use.
 */
static void
use_expression(SgWalk *walk, const SgLevel *level, Node *node, const char *use)
{
	SgWalk		inner = *walk;
	bool		is_column = node != NULL && IsA(node, Var);

	inner.level = level;
	inner.placed = walk->placed && is_column;
	if (node == NULL || (!is_column && use != NULL && use[0] == '\0') || was_followed(&inner, node, &use))
		return;
	if (is_column)
		sg_column_use(&inner, (Var *) node, use);
	else
		walk->used(&inner, node, use);
}

/* The comparisons of the columns that USING or NATURAL JOIN merges: a List of OpExpr *, one for each. */
static List *
merging_comparisons(const JoinExpr *join)
{
	if (join->usingClause == NIL)
		return NIL;
	if (list_length(join->usingClause) == 1)
		return list_make1(join->quals);
	return IsA(join->quals, BoolExpr) ? ((BoolExpr *) join->quals)->args : NIL;
}

static bool
is_same_column(const Node *node, const Var *var)
{
	return IsA(node, Var) && ((const Var *) node)->varno == var->varno &&
		((const Var *) node)->varattno == var->varattno;
}

static bool use_merged(SgWalk *walk, Node *node, const Var *var, const char *use);
static void use_column(SgWalk *walk, Var *var, const char *use);

/* Both sides of a comparison by which a join merges two columns tell the type of what they become. */
static void
use_sides(SgWalk *walk, const JoinExpr *join, const OpExpr *comparison, Node *merged, const char *use)
{
	Node	   *sources[] = {join->larg, join->rarg};
	List	   *values = NIL;

	for (int i = 0; i < lengthof(sources); i++)
		values = lappend(values, sg_combine_value(walk, list_nth(comparison->args, i)));
	for (int i = 0; i < lengthof(sources); i++)
	{
		Node	   *side = sg_use_strip(list_nth(comparison->args, i));
		char	   *united = sg_combine_united(values, list_nth(values, i), exprType(merged), use);

		if (!IsA(side, Var))
			walk->used(walk, side, united);
		else if (!use_merged(walk, sources[i], (Var *) side, united))
			use_column(walk, (Var *) side, united);
	}
}

/* The same for a join that has merged the column; returns false if it has not. */
static bool
use_merged_join(SgWalk *walk, const JoinExpr *join, const Var *var, const char *use)
{
	const RangeTblEntry *entry = rt_fetch(join->rtindex, walk->level->query->rtable);
	int			number = 0;
	ListCell   *cell;

	foreach(cell, merging_comparisons(join))
	{
		Node	   *merged = list_nth(entry->joinaliasvars, number++);

		if (!IsA(lfirst(cell), OpExpr) || list_length(((OpExpr *) lfirst(cell))->args) != 2 ||
			!(var->varno == join->rtindex ? var->varattno == number : is_same_column(sg_use_strip(merged), var)))
			continue;
		use_sides(walk, join, lfirst(cell), merged, use);
		return true;
	}
	return false;
}

/* Uses a column that stands alone as what the outermost join has made of it; returns false if none has merged it. */
static bool
use_merged(SgWalk *walk, Node *node, const Var *var, const char *use)
{
	ListCell   *cell;

	check_stack_depth();
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
		{
			if (use_merged(walk, lfirst(cell), var, use))
				return true;
		}
		return false;
	}
	return IsA(node, JoinExpr) &&
		(use_merged_join(walk, (JoinExpr *) node, var, use) ||
		 use_merged(walk, ((JoinExpr *) node)->larg, var, use) ||
		 use_merged(walk, ((JoinExpr *) node)->rarg, var, use));
}

/* A whole row: what it is of, and whether somebody sees it as such. */
static void
use_row(SgWalk *walk, const Var *var, const char *use)
{
	const SgLevel *level = sg_scope_level(walk->level, var->varlevelsup);
	const RangeTblEntry *entry = sg_scope_entry(walk->level, var);
	const char *key = use == NULL ? "row" : "row_used";
	SgLevel		inner;
	ListCell   *cell;

	if (entry->rtekind == RTE_RELATION)
		sg_need_row(walk->contract, entry->relid, key);
	else if (entry->rtekind == RTE_FUNCTION)
		sg_rows_need_whole(walk, entry, use);
	else if (use == NULL && sg_scope_query(level, entry, &inner) && inner.query->setOperations == NULL)
	{
		foreach(cell, sg_scope_output(inner.query))
			use_expression(walk, &inner, (Node *) ((TargetEntry *) lfirst(cell))->expr, NULL);
	}
}

/* A column of a relation, to which FROM may give another name. */
static void
use_relation(SgWalk *walk, const RangeTblEntry *entry, const Var *var, const char *use)
{
	int			renamed = entry->alias == NULL ? 0 : list_length(entry->alias->colnames);
	int			place = 0;

	/* those of dropped columns are empty */
	for (int i = 0; renamed > 0 && i < var->varattno; i++)
		place += strVal(list_nth(entry->eref->colnames, i))[0] != '\0';
	if (place > 0 && place <= renamed)
		sg_need_first(walk->contract, entry->relid, renamed);
	if (walk->placed || (place > 0 && place <= renamed))
		sg_need_placed(walk->contract, entry->relid, var->varattno, use);
	else
		sg_need_column(walk->contract, entry->relid, var->varattno, use);
}

/* A column of a query in FROM.  The name that it has there does not count if FROM gives it another, or INSERT takes it by its place. */
static void
use_query(SgWalk *walk, const SgLevel *level, const RangeTblEntry *entry, const SgLevel *inner, AttrNumber number, const char *use)
{
	const TargetEntry *target = get_tle_by_resno(sg_scope_output(inner->query), number);
	SgWalk		placed = *walk;

	placed.placed |= level->query->commandType == CMD_INSERT;
	if (target != NULL && target->resname != NULL &&
		strcmp(target->resname, strVal(list_nth(entry->eref->colnames, number - 1))) != 0)
		placed.placed = true;
	use_expression(&placed, inner, sg_scope_column(inner->query, number), use);
}

/* Follows a column to what it is of. */
static void
use_column(SgWalk *walk, Var *var, const char *use)
{
	const SgLevel *level = sg_scope_level(walk->level, var->varlevelsup);
	RangeTblEntry *entry = sg_scope_entry(walk->level, var);
	SgLevel		inner;

	if (entry->rtekind == RTE_RELATION)
		use_relation(walk, entry, var, use);
	else if (entry->rtekind == RTE_FUNCTION)
		sg_rows_need_column(walk, entry, var, use);
	else if (entry->rtekind == RTE_JOIN)
		use_expression(walk, level, list_nth(entry->joinaliasvars, var->varattno - 1), use);
	else if (sg_compat_group_column(entry, var->varattno) != NULL)
		use_expression(walk, level, sg_compat_group_column(entry, var->varattno), use);
	else if (sg_scope_query(level, entry, &inner))
		use_query(walk, level, entry, &inner, var->varattno, use);
}

/* Returns true if the column stands alone, so that it is what a join has merged, if one has. */
static bool
stands_alone(const SgWalk *walk, const Var *var)
{
	return var->location >= 0 && bms_is_member(var->location, walk->analysis->places.resolved);
}

/*
 * A column is read; "use" is as for sg_need_column().  One that is cast by
 * "::" to the type that it has needs no more than that cast.
 */
void
sg_column_use(SgWalk *walk, Var *var, const char *use)
{
	SgWalk		merging = *walk;

	check_stack_depth();
	if (var->varattno == InvalidAttrNumber)
	{
		use_row(walk, var, use);
		return;
	}
	if (var->location >= 0 && bms_is_member(var->location, walk->analysis->places.casted) &&
		(use == NULL || strncmp(use, "{\"cast\"", 7) != 0))
		use = sg_use_type("cast", var->vartype);
	merging.level = sg_scope_level(walk->level, var->varlevelsup);
	if ((use != NULL && use[0] == '\0') || !stands_alone(walk, var) ||
		!use_merged(&merging, (Node *) merging.level->query->jointree, var, use))
		use_column(walk, var, use);
}

/* A whole row is passed to something, which may make use of its type. */
void
sg_column_use_row(SgWalk *walk, Var *var, const char *use)
{
	sg_rows_need_type(walk, sg_scope_entry(walk->level, var), use);
	sg_column_use(walk, var, "");
}

/* a name that is looked for, and the relations that this leads to, as contracts write them */
typedef struct NameSearch
{
	SgWalk	   *walk;
	const char *name;
	List	   *searched;		/* of char * */
	List	   *found;			/* of char *: those that have the name */
	List	   *functions;		/* of SgOutline *: on functions whose rows do not */
	bool		left_out;		/* was one of them, by a lenient contract? */
} NameSearch;

/* "has_name": what is made of the relation has such a column; the relation itself may not, yet. */
static void
search_relation(NameSearch *search, Oid relid, bool has_name)
{
	SgOutline  *relation = sg_need_relation(search->walk->contract, relid);
	char	   *identity;

	if (relation == NULL)
	{
		search->left_out |= !sg_need_is_builtin(get_rel_namespace(relid));
		return;
	}
	identity = sg_need_relation_text(relid);
	search->searched = lappend(search->searched, identity);
	if (has_name && get_attnum(relid, search->name) != InvalidAttrNumber)
		search->found = lappend(search->found, identity);
}

static bool
has_column(const RangeTblEntry *entry, const char *name)
{
	ListCell   *cell;

	foreach(cell, entry->eref->colnames)
	{
		if (strcmp(strVal(lfirst(cell)), name) == 0)
			return true;
	}
	return false;
}

/* Looks for the name in an entry that is not a subquery. */
static void
search_plain(NameSearch *search, const RangeTblEntry *entry, bool has_name)
{
	ListCell   *cell;

	if (entry->rtekind == RTE_RELATION)
		search_relation(search, entry->relid, has_name);
	if (entry->rtekind != RTE_FUNCTION)
		return;
	foreach(cell, entry->functions)
	{
		const RangeTblFunction *function = lfirst(cell);
		Oid			relid = get_typ_typrelid(exprType(function->funcexpr));

		/* what NATURAL JOIN joins by follows from the columns of relations */
		if (search->name[0] != '\0' && sg_rows_are_told(search->walk, entry, function))
			search->functions = lappend(search->functions,
										sg_rows_without(search->walk, entry, function, search->name, has_name));
		else if (OidIsValid(relid) && get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
			search_relation(search, relid, has_name);
	}
}

static void
search_entry(NameSearch *search, const SgLevel *level, const RangeTblEntry *entry,
			 const CommonTableExpr *cte)
{
	bool		has_name = has_column(entry, search->name);
	SgLevel		inner = {NULL, level};
	ListCell   *cell;

	if (entry->rtekind == RTE_SUBQUERY)
		inner.query = entry->subquery;
	else if (cte != NULL && IsA(cte->ctequery, Query))
		inner.query = (Query *) cte->ctequery;
	else
	{
		search_plain(search, entry, has_name);
		return;
	}
	foreach(cell, sg_star_relations(&search->walk->analysis->places, &inner))
		search_plain(search, lfirst(cell), has_name);
}

static bool
has_text(const List *texts, const char *text)
{
	ListCell   *cell;

	foreach(cell, texts)
	{
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	}
	return false;
}

/* Keeps the name if one of the relations could get such a column, with those that could. */
static void
keep_name(NameSearch *search)
{
	ListCell   *cell;

	foreach(cell, search->searched)
	{
		if (!has_text(search->found, lfirst(cell)))
			sg_outline_add_text(sg_outline_member(sg_outline_member(search->walk->contract, "bare"),
												  search->name), lfirst(cell));
	}
	foreach(cell, search->functions)
	{
		if (lfirst(cell) != NULL)
			sg_outline_add_text(sg_outline_member(lfirst(cell), "bare"), search->name);
	}
}

/* The names that stand alone. */
void
sg_column_bare_names(SgWalk *walk)
{
	ListCell   *cell;

	foreach(cell, walk->analysis->bare)
	{
		SgBareName *bare = lfirst(cell);
		NameSearch	search = {walk, bare->name};
		ListCell   *lc;

		/* no column can be called like those of the system */
		if (SystemAttributeByName(bare->name) != NULL)
			continue;
		foreach(lc, bare->sources)
		{
			SgSource   *source = lfirst(lc);

			search_entry(&search, walk->level, source->rte, source->cte);
		}
		keep_name(&search);
	}
}

/* Looks for the name in one side of a join. */
static void
search_side(NameSearch *search, Node *side)
{
	const SgLevel *level = search->walk->level;

	if (IsA(side, JoinExpr))
	{
		search_side(search, ((JoinExpr *) side)->larg);
		search_side(search, ((JoinExpr *) side)->rarg);
	}
	else if (IsA(side, RangeTblRef))
	{
		RangeTblEntry *entry = rt_fetch(((RangeTblRef *) side)->rtindex, level->query->rtable);
		SgLevel		inner;

		if (sg_scope_query(level, entry, &inner))
		{
			ListCell   *cell;

			foreach(cell, sg_star_relations(&search->walk->analysis->places, &inner))
				search_plain(search, lfirst(cell), has_column(entry, search->name));
		}
		else
			search_plain(search, entry, has_column(entry, search->name));
	}
}

/* The columns by which a NATURAL JOIN joins follow from those that its sides have. */
static void
need_natural(SgWalk *walk, const JoinExpr *join, const List *columns)
{
	NameSearch	left = {walk, ""};
	NameSearch	right = {walk, ""};

	search_side(&left, join->larg);
	search_side(&right, join->rarg);
	if (left.left_out || right.left_out)
		return;
	sg_outline_add_json(sg_outline_member(walk->contract, "natural"),
						psprintf("{\"left\": %s, \"right\": %s, \"columns\": %s}",
								 sg_outline_texts(left.searched), sg_outline_texts(right.searched),
								 sg_outline_texts(columns)));
}

/* The names that USING and NATURAL look for on both sides of a join. */
void
sg_column_join(SgWalk *walk, const JoinExpr *join)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, join->usingClause)
	{
		Node	   *sides[] = {join->larg, join->rarg};

		names = lappend(names, strVal(lfirst(cell)));
		for (int i = 0; i < lengthof(sides); i++)
		{
			NameSearch	search = {walk, strVal(lfirst(cell))};

			search_side(&search, sides[i]);
			keep_name(&search);
		}
	}
	if (join->isNatural)
		need_natural(walk, join, names);
}

/* A name in GROUP BY that is a result column's, as long as no relation has such a column. */
void
sg_column_group_names(SgWalk *walk)
{
	const Query *query = walk->level->query;
	ListCell   *cell;

	foreach(cell, walk->analysis->places.group_names)
	{
		ColumnRef  *column = lfirst(cell);
		NameSearch	search = {walk, strVal(linitial(column->fields))};
		bool		is_result = false;
		ListCell   *lc;

		if (bms_is_member(Max(column->location, 0), walk->analysis->places.resolved))
			continue;
		foreach(lc, query->targetList)
		{
			TargetEntry *target = lfirst(lc);

			is_result |= target->ressortgroupref > 0 && !target->resjunk &&
				strcmp(target->resname, search.name) == 0;
		}
		if (!is_result || query->groupClause == NIL)
			continue;
		foreach(lc, query->jointree->fromlist)
			search_side(&search, lfirst(lc));
		search.found = NIL;
		keep_name(&search);
	}
}
