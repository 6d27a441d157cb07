/*
 * queries/write.c
 *		What INSERT, UPDATE, DELETE and MERGE need of the relation that they change.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"
#include "utils/syscache.h"

#include "queries/assign.h"
#include "queries/column.h"
#include "queries/combine.h"
#include "queries/key.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/star.h"
#include "queries/use.h"
#include "queries/write.h"
#include "support/compat.h"

/* Returns true if the entry has the rows of the table: of itself, or what a function returns that is given its type. */
static bool
has_rows_of(const RangeTblEntry *entry, Oid relid)
{
	const RangeTblFunction *function;

	if (entry->rtekind == RTE_RELATION)
		return entry->relid == relid;
	if (entry->rtekind != RTE_FUNCTION || entry->funcordinality || list_length(entry->functions) != 1)
		return false;
	function = linitial(entry->functions);
	/* a function of the user's may be declared to return another type */
	return IsA(function->funcexpr, FuncExpr) && get_typ_typrelid(exprType(function->funcexpr)) == relid &&
		IsPolymorphicType(get_func_rettype(((FuncExpr *) function->funcexpr)->funcid));
}

/* The query that an INSERT takes its rows from if that is SELECT * FROM the same table, and nothing else; or NULL. */
static Query *
own_rows(const SgWalk *walk)
{
	const Query *query = walk->level->query;
	Oid			relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	Query	   *rows = NULL;
	ListCell   *cell;

	if (query->commandType != CMD_INSERT || !walk->positional || get_rel_relkind(relid) == RELKIND_VIEW)
		return NULL;
	foreach(cell, query->rtable)
	{
		if (((RangeTblEntry *) lfirst(cell))->rtekind == RTE_SUBQUERY)
			rows = ((RangeTblEntry *) lfirst(cell))->subquery;
	}
	if (rows == NULL || rows->setOperations != NULL || list_length(rows->rtable) != 1 ||
		!has_rows_of(linitial(rows->rtable), relid))
		return NULL;
	foreach(cell, rows->targetList)
	{
		const TargetEntry *target = lfirst(cell);

		if (!target->resjunk && !sg_star_is(&walk->analysis->places, (Node *) target->expr))
			return NULL;
	}
	return rows;
}

/* The columns of that query count for nothing: the table takes what it has. */
const List *
sg_write_exposed(const SgWalk *walk)
{
	Query	   *rows = walk->level->query->resultRelation == 0 ? NULL : own_rows(walk);

	return rows == NULL ? walk->exposed : list_delete_ptr(list_copy(walk->exposed), rows);
}

/*
 * An INSERT with a list of columns.  Some it may leave to their defaults, in some rows or in
 * all: then they have to be there, but the table must have something to fill them with.
 */
static void
insert_named(SgTarget *target, const List *targets)
{
	List	   *always = NIL;
	List	   *sometimes = NIL;
	ListCell   *cell;

	foreach(cell, targets)
	{
		TargetEntry *entry = lfirst(cell);
		char	   *name = get_attname(target->relid, entry->resno, false);
		int			given = sg_assign_count(target, (Node *) entry->expr);

		if (given == 0)
			sg_outline_be_array(sg_outline_member(sg_outline_member(target->relation, "uses"), name));
		else
		{
			sg_need_given(target->relation, target->relid, entry->resno,
						  target->walk->level->query->override != OVERRIDING_NOT_SET);
			sometimes = lappend(sometimes, name);
			if (given == list_length(sg_assign_sources(target->walk, (Node *) entry->expr)))
				always = lappend(always, name);
		}
		sg_assign(target, entry->resno, (Node *) entry->expr);
	}
	sg_need_insert(target->relation, always);
	if (list_length(sometimes) > list_length(always))
		sg_need_insert(target->relation, sometimes);
}

/* An INSERT without: what counts is what each column in turn is given. */
static void
insert_positional(SgTarget *target, const List *targets)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, targets)
	{
		TargetEntry *entry = lfirst(cell);

		if (sg_assign_count(target, (Node *) entry->expr) > 0)
			sg_need_given(target->relation, target->relid, entry->resno,
						  target->walk->level->query->override != OVERRIDING_NOT_SET);
		appendStringInfoString(&buf, buf.len == 0 ? "[" : ", ");
		sg_assign_position(target, entry, &buf);
	}
	if (buf.len == 0)
		return;
	appendStringInfoChar(&buf, ']');
	sg_outline_add_json(sg_outline_member(target->relation, "positional"), buf.data);
}

/*
 * What (SELECT ...) in UPDATE SET (a, b) = (SELECT ...) gives is assigned: of each of its
 * columns, what becomes of it, a List of char *.
 */
static List *
multiple_uses(const SgTarget *target, const List *targets, const SubLink *sublink)
{
	List	   *uses = NIL;
	ListCell   *cell;

	foreach(cell, ((Query *) sublink->subselect)->targetList)
	{
		char	   *use = NULL;
		ListCell   *lc;

		foreach(lc, targets)
		{
			const TargetEntry *entry = lfirst(lc);
			Node	   *source = sg_use_strip((Node *) entry->expr);

			/* numbered as in primnodes.h: that of the sublink, that of its column */
			if (!entry->resjunk && IsA(source, Param) && ((Param *) source)->paramkind == PARAM_MULTIEXPR &&
				((Param *) source)->paramid == (sublink->subLinkId << 16 | ((TargetEntry *) lfirst(cell))->resno))
				use = sg_combine_assignable(target->relid, entry->resno);
		}
		uses = lappend(uses, use);
	}
	return uses;
}

/* Walks what is assigned to several columns at once, which stands behind the columns themselves. */
static void
walk_multiple(SgTarget *target, const List *targets, const TargetEntry *entry)
{
	SubLink    *sublink = (SubLink *) entry->expr;
	SgWalk		inner = *target->walk;

	if (!IsA(sublink, SubLink) || sublink->subLinkType != MULTIEXPR_SUBLINK)
	{
		(void) target->walk->expression((Node *) entry->expr, target->walk);
		return;
	}
	inner.result_use = NULL;
	inner.result_uses = multiple_uses(target, targets, sublink);
	inner.positional = false;
	inner.nameless = true;
	(void) inner.expression(sublink->subselect, &inner);
}

static void
update_columns(SgTarget *target, const List *targets)
{
	ListCell   *cell;

	foreach(cell, targets)
	{
		TargetEntry *entry = lfirst(cell);

		if (entry->resjunk)
		{
			walk_multiple(target, targets, entry);
			continue;
		}
		sg_outline_add_text(sg_outline_member(target->relation, IsA(entry->expr, SetToDefault) ?
											  "update_default" : "update"),
							get_attname(target->relid, entry->resno, false));
		sg_assign(target, entry->resno, (Node *) entry->expr);
	}
}

/* The columns of ON CONFLICT, if it has nothing but columns; else NIL. */
static List *
conflict_columns(Oid relid, const OnConflictExpr *conflict)
{
	List	   *names = NIL;
	ListCell   *cell;

	if (conflict->arbiterWhere != NULL)
		return NIL;
	foreach(cell, conflict->arbiterElems)
	{
		InferenceElem *element = lfirst(cell);

		if (!IsA(element->expr, Var) || OidIsValid(element->infercollid) ||
			OidIsValid(element->inferopclass))
			return NIL;
		names = lappend(names, get_attname(relid, ((Var *) element->expr)->varattno, false));
	}
	return names;
}

static void
walk_conflict(SgTarget *target, OnConflictExpr *conflict)
{
	List	   *names = conflict_columns(target->relid, conflict);
	char	   *constraint = OidIsValid(conflict->constraint) ?
		get_constraint_name(conflict->constraint) : NULL;
	ListCell   *cell;

	if (constraint == NULL && conflict->arbiterElems == NIL)
		sg_write_command(target->walk->contract, target->relid, "insert on conflict");
	if (constraint != NULL)
	{
		sg_outline_add_text(sg_outline_member(target->relation, "conflict_constraints"), constraint);
		if (conflict->action == ONCONFLICT_UPDATE)
			sg_outline_add_text(sg_outline_member(target->relation, "conflict_updates"), constraint);
	}
	else if (names != NIL)
		sg_outline_add_json(sg_outline_member(target->relation, "conflict_targets"),
							sg_outline_texts(names));
	else if (conflict->arbiterElems != NIL && get_rel_relkind(target->relid) != RELKIND_VIEW)
		sg_key_inferred(target->relation, target->walk->level->query);
	foreach(cell, names == NIL ? conflict->arbiterElems : NIL)
	{
		Node	   *element = (Node *) ((InferenceElem *) lfirst(cell))->expr;

		/* a value of any type has an index with such a key, or has not */
		if (IsA(element, Var))
			sg_column_use(target->walk, (Var *) element, "");
		else
			target->walk->used(target->walk, element, "");
	}
	(void) target->walk->expression(conflict->arbiterWhere, target->walk);
	update_columns(target, conflict->onConflictSet);
	(void) target->walk->expression(conflict->onConflictWhere, target->walk);
}

/* Notes a command that does not take every kind of relation. */
void
sg_write_command(SgOutline *contract, Oid relid, const char *command)
{
	SgOutline  *relation = sg_need_relation(contract, relid);

	if (relation != NULL)
		sg_outline_add_text(sg_outline_member(relation, "commands"), command);
}

static void
walk_insert(SgTarget *target, const List *targets)
{
	const Query *rows = own_rows(target->walk);

	if (rows != NULL && linitial_node(RangeTblEntry, rows->rtable)->rtekind == RTE_RELATION)
		sg_write_command(target->walk->contract, target->relid, "insert own rows");
	else if (rows != NULL)
	{
		sg_write_command(target->walk->contract, target->relid, "insert all columns");
		/* the columns that there are when rows are made */
		sg_need_row(target->walk->contract, target->relid, "row_used");
	}
	else if (target->walk->positional && targets != NIL)
		insert_positional(target, targets);
	else
		insert_named(target, targets);
}

static void
walk_merge(SgTarget *target)
{
	Query	   *query = target->walk->level->query;
	ListCell   *cell;

	foreach(cell, sg_compat_merge_actions(query))
	{
		int			command;
		Node	   *condition;
		List	   *targets;

		sg_compat_merge_action(lfirst(cell), &command, &condition, &targets);
		(void) target->walk->expression(condition, target->walk);
		if (command == CMD_INSERT)
			walk_insert(target, targets);
		else if (command == CMD_UPDATE)
			update_columns(target, targets);
		else if (command == CMD_DELETE)
			sg_write_command(target->walk->contract, target->relid, "delete");
	}
	(void) target->walk->expression(sg_compat_merge_condition(query), target->walk);
}

/* Notes the checks and triggers that exist, so that a rule can warn of those that are added. */
static void
note_guards(SgTarget *target)
{
	Relation	relation = relation_open(target->relid, AccessShareLock);
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	TriggerDesc *triggers = relation->trigdesc;
	SgOutline  *checks = sg_outline_member(target->relation, "checks");
	SgOutline  *names = sg_outline_member(target->relation, "triggers");

	sg_outline_be_array(checks);
	sg_outline_be_array(names);
	for (int i = 0; constraints != NULL && i < constraints->num_check; i++)
		sg_outline_add_text(checks, constraints->check[i].ccname);
	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		if (!triggers->triggers[i].tgisinternal)
			sg_outline_add_text(names, triggers->triggers[i].tgname);
	}
	relation_close(relation, NoLock);
}

/* What rules on the relation would have to allow. */
static void
note_rewriting(const SgTarget *target)
{
	static const char *const commands[] = {
		[CMD_UPDATE] = "update", [CMD_INSERT] = "insert", [CMD_DELETE] = "delete"
	};
	const SgWalk *walk = target->walk;
	const Query *query = walk->level->query;

	if (sg_compat_merge_actions(query) != NIL)
	{
		sg_write_command(walk->contract, target->relid, "merge");
		return;
	}
	if (query->returningList != NIL)
		sg_write_command(walk->contract, target->relid, psprintf("%s returning", commands[query->commandType]));
	if (query->cteList != NIL)
		sg_write_command(walk->contract, target->relid, psprintf("%s after with", commands[query->commandType]));
	if (walk->level->outer != NULL || walk->analysis->copied != NULL)
		sg_write_command(walk->contract, target->relid, psprintf("%s in with", commands[query->commandType]));
}

/* What a query that is no SELECT needs of its target. */
void
sg_write_need(SgWalk *walk)
{
	Query	   *query = walk->level->query;
	SgTarget	target = {walk};

	if (query->resultRelation == 0)
		return;
	target.relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	target.relation = sg_need_relation(walk->contract, target.relid);
	if (target.relation == NULL)
		return;
	if (query->commandType == CMD_INSERT)
		walk_insert(&target, query->targetList);
	else if (query->commandType == CMD_UPDATE)
		update_columns(&target, query->targetList);
	else if (query->commandType == CMD_DELETE)
		sg_write_command(walk->contract, target.relid, "delete");
	else
		walk_merge(&target);
	if (query->onConflict != NULL)
		walk_conflict(&target, query->onConflict);
	note_rewriting(&target);
	if (query->commandType != CMD_DELETE)
		note_guards(&target);
}
