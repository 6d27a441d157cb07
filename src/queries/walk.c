/*
 * queries/walk.c
 *		Walks through an analysed query, and adds what it needs to the contract.
 *
 * Queries are walked as parse analysis leaves them, in which a view is a relation
 * like others.  If a column is used in a way that other types allow as well, as in a
 * comparison with a number, that use is noted with the column; otherwise exactly
 * the column's type is needed.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "queries/call.h"
#include "queries/column.h"
#include "queries/combine.h"
#include "queries/composite.h"
#include "queries/from.h"
#include "queries/hidden.h"
#include "queries/key.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/operator.h"
#include "queries/rows.h"
#include "queries/star.h"
#include "queries/unite.h"
#include "queries/use.h"
#include "queries/walk.h"
#include "queries/write.h"

static void walk_node(SgWalk *walk, Node *node, const char *use);

/* Walks an expression, of whose value "use" is made: as for sg_need_column(). */
void
sg_walk_used(SgWalk *walk, Node *node, const char *use)
{
	node = sg_use_strip(node);
	if (node != NULL)
		walk_node(walk, node, use);
}

/* A cast that is written: of a value of any type that it can be cast from. */
static void
walk_cast(SgWalk *walk, Node *argument, Oid result)
{
	sg_need_type(walk->contract, result);
	sg_walk_used(walk, argument, sg_use_type("cast", result));
}

/* Walks an argument that is passed to a parameter of the type. */
static void
walk_argument(SgWalk *walk, Node *argument, Oid type)
{
	sg_walk_used(walk, argument, OidIsValid(type) && type != ANYOID && !IsPolymorphicType(type) ?
				 sg_use_type("passed", type) : NULL);
}

/*
 * Walks what functions are passed, the user's or with names or VARIADIC: columns of types that are cast to those
 * of the parameters.
 */
static void
walk_passed(SgWalk *walk, const SgCallNode *call)
{
	Oid		   *declared;
	int			count;
	int			place = 0;
	ListCell   *cell;

	(void) get_func_signature(call->function, &declared, &count);
	foreach(cell, call->arguments)
	{
		Node	   *argument = lfirst(cell);

		if (IsA(argument, NamedArgExpr))
		{
			place = ((NamedArgExpr *) argument)->argnumber;
			argument = (Node *) ((NamedArgExpr *) argument)->arg;
		}
		if (call->expanded && lnext(call->arguments, cell) == NULL)
		{
			ListCell   *element;

			foreach(element, ((ArrayExpr *) argument)->elements)
				walk_argument(walk, lfirst(element), get_element_type(declared[count - 1]));
		}
		else
			walk_argument(walk, argument, place < count ? declared[place] : InvalidOid);
		place++;
	}
}

/* Walks what a call has besides its arguments. */
static void
walk_clauses(SgWalk *walk, Node *node)
{
	ListCell   *cell;

	if (IsA(node, WindowFunc))
		(void) sg_walk_expression((Node *) ((WindowFunc *) node)->aggfilter, walk);
	if (!IsA(node, Aggref))
		return;
	foreach(cell, ((Aggref *) node)->args)
	{
		if (((TargetEntry *) lfirst(cell))->resjunk || ((Aggref *) node)->aggdistinct != NIL)
			sg_walk_target(walk, lfirst(cell), "{\"sorted\": true}");
	}
	(void) sg_walk_expression((Node *) ((Aggref *) node)->aggfilter, walk);
}

/* rank(1) WITHIN GROUP (ORDER BY a) */
static bool
is_hypothetical(const Node *node)
{
	return IsA(node, Aggref) && ((const Aggref *) node)->aggkind == AGGKIND_HYPOTHETICAL;
}

static void
walk_call(SgWalk *walk, Node *node, const char *use)
{
	SgCallNode	call;

	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcformat == COERCE_EXPLICIT_CAST)
	{
		walk_cast(walk, linitial(((FuncExpr *) node)->args), exprType(node));
		return;
	}
	if (!sg_call_take(walk, node, &call))
		return;
	if (node == walk->rows_of)
		(void) sg_call_part(walk, &call);
	else
		(void) sg_call_need(walk, &call, use);
	if (sg_need_is_builtin(get_func_namespace(call.function)))
		sg_need_sequence_call(walk->contract, call.function, call.arguments);
	if (is_hypothetical(node))
		sg_unite_walk_hypothetical(walk, (Aggref *) node);
	else if (!sg_call_is_plain(&call))
		walk_passed(walk, &call);
	else
		sg_operator_walk_arguments(walk, "function", get_func_name(call.function), call.arguments, call.result, use);
	walk_clauses(walk, node);
}

static void
walk_constant(SgWalk *walk, Const *constant)
{
	if (constant->constisnull)
		sg_need_type(walk->contract, constant->consttype);
	else
	{
		sg_need_value(walk->contract, constant->consttype, constant->constvalue);
		sg_hidden_constant(walk, constant);
		sg_composite_literal(walk->contract, constant->consttype);
	}
}

/* XMLELEMENT and XMLFOREST take values of any type (transformXmlExpr()). */
static void
walk_xml(SgWalk *walk, const XmlExpr *xml)
{
	ListCell   *cell;

	foreach(cell, xml->named_args)
		sg_walk_used(walk, lfirst(cell), xml->op == IS_XMLELEMENT || xml->op == IS_XMLFOREST ? "" : NULL);
	foreach(cell, xml->args)
		sg_walk_used(walk, lfirst(cell), xml->op == IS_XMLELEMENT ? "" : NULL);
}

/* What stands before ANY (SELECT ...). */
static void
walk_tested(SgWalk *walk, SubLink *sublink)
{
	List	   *uses = sg_combine_compared(walk, sublink, 0);
	ListCell   *cell;
	ListCell   *use;

	if (uses == NIL)
		(void) sg_walk_expression(sublink->testexpr, walk);
	forboth(cell, sg_combine_comparisons(sublink), use, uses)
	{
		sg_hidden_operator(walk, lfirst(cell));
		sg_walk_used(walk, linitial(((OpExpr *) lfirst(cell))->args), lfirst(use));
	}
}

static void
walk_sublink(SgWalk *walk, SubLink *sublink, const char *use)
{
	SgWalk		inner = *walk;

	inner.result_use = sublink->subLinkType == EXISTS_SUBLINK ? "" :
		sublink->subLinkType == EXPR_SUBLINK ? use : NULL;
	inner.result_uses = sg_combine_compared(walk, sublink, 1);
	inner.positional = false;
	inner.nameless = true;
	walk_tested(walk, sublink);
	sg_walk_query((Query *) sublink->subselect, &inner);
}

/* All columns are taken of what the stars in ROW(...) stand for. */
static void
need_stars_of_row(SgWalk *walk, const RowExpr *row)
{
	ListCell   *cell;

	foreach(cell, row->args)
	{
		const RangeTblEntry *entry;

		if (!sg_star_is(&walk->analysis->places, lfirst(cell)))
			continue;
		entry = sg_scope_entry(walk->level, lfirst(cell));
		if (entry->rtekind == RTE_RELATION)
			sg_need_row(walk->contract, entry->relid, "row");
	}
}

/* Of what is of a relation's row type, the field itself tells what is needed. */
static bool
is_row_of_relation(Oid type)
{
	Oid			relid = get_typ_typrelid(type);

	return OidIsValid(relid) && get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE;
}

/* A field of a composite value, or of the record that a function returns. */
static void
need_field(SgWalk *walk, const FieldSelect *select, const char *use)
{
	Node	   *record = (Node *) select->arg;

	if (exprType(record) == RECORDOID && IsA(record, FuncExpr))
		sg_call_need_field(walk, record, select->fieldnum);
	else
		sg_need_attribute(walk->contract, exprType(record), select->fieldnum, use);
}

/*
 * Walks a query, column, constant or parameter, or a test of a column for null.  Returns
 * false if the node is something else.
 */
static bool
walk_source(SgWalk *walk, Node *node, const char *use)
{
	switch (nodeTag(node))
	{
		case T_Query:
			sg_walk_query((Query *) node, walk);
			return true;
		case T_SubLink:
			walk_sublink(walk, (SubLink *) node, use);
			return true;
		case T_Var:
			/*
			 * a whole row that is passed to something; where it is returned,
			 * sg_walk_target() sees it
			 */
			if (((Var *) node)->varattno != InvalidAttrNumber)
				sg_column_use(walk, (Var *) node, use);
			else
				sg_column_use_row(walk, (Var *) node, use);
			return true;
		case T_Const:
			/* a null is of whatever type stands beside it */
			if (!sg_use_is_null(&walk->analysis->places, node))
				walk_constant(walk, (Const *) node);
			return true;
		case T_Param:
			if (((Param *) node)->paramkind == PARAM_EXTERN)
				sg_need_type(walk->contract, ((Param *) node)->paramtype);
			return true;
		case T_NullTest:
			sg_walk_used(walk, (Node *) ((NullTest *) node)->arg, "");
			return true;
		case T_XmlExpr:
			walk_xml(walk, (XmlExpr *) node);
			return true;
		default:
			return false;
	}
}

/* Walks an operator of any kind.  Returns false if the node is something else. */
static bool
walk_operator(SgWalk *walk, Node *node, const char *use)
{
	switch (nodeTag(node))
	{
		case T_OpExpr:
			sg_operator_walk(walk, ((OpExpr *) node)->opno, ((OpExpr *) node)->args, exprType(node), use);
			return true;
		case T_DistinctExpr:
			sg_operator_walk(walk, ((DistinctExpr *) node)->opno, ((DistinctExpr *) node)->args, BOOLOID,
							 NULL);
			return true;
		case T_NullIfExpr:
			sg_operator_walk_null_if(walk, (NullIfExpr *) node, use);
			return true;
		case T_ScalarArrayOpExpr:
			sg_operator_walk_array(walk, (ScalarArrayOpExpr *) node);
			return true;
		case T_RowCompareExpr:
			sg_operator_walk_rows(walk, (RowCompareExpr *) node);
			return true;
		default:
			return false;
	}
}

/*
 * Walks a conversion.  Returns false if the node is something else, or if its argument
 * is still to be walked.
 */
static bool
walk_conversion(SgWalk *walk, Node *node)
{
	Node	   *argument = NULL;
	CoercionForm form = COERCE_IMPLICIT_CAST;

	switch (nodeTag(node))
	{
		case T_RelabelType:
			argument = (Node *) ((RelabelType *) node)->arg;
			form = ((RelabelType *) node)->relabelformat;
			break;
		case T_CoerceViaIO:
			argument = (Node *) ((CoerceViaIO *) node)->arg;
			form = ((CoerceViaIO *) node)->coerceformat;
			break;
		case T_ArrayCoerceExpr:
			argument = (Node *) ((ArrayCoerceExpr *) node)->arg;
			form = ((ArrayCoerceExpr *) node)->coerceformat;
			break;
		case T_CoerceToDomain:
			if (((CoerceToDomain *) node)->coercionformat != COERCE_IMPLICIT_CAST)
				sg_need_type(walk->contract, exprType(node));
			return false;
		default:
			return false;
	}
	if (form != COERCE_IMPLICIT_CAST)
		walk_cast(walk, argument, exprType(node));
	else
		(void) sg_walk_expression(argument, walk);
	return true;
}

/* ROW(a, b) that nobody reads, or that is sorted by, whatever types it is of.  Returns false if its arguments are still to be walked. */
static bool
walk_record(SgWalk *walk, const RowExpr *row, const char *use)
{
	ListCell   *cell;

	if (use == NULL || (use[0] != '\0' && strcmp(use, "{\"sorted\": true}") != 0))
		return false;
	foreach(cell, row->args)
		sg_walk_used(walk, lfirst(cell), use);
	return true;
}

/*
 * Notes what a row, or a field of one, needs.  Returns false if the node is something
 * else, or if its arguments are still to be walked.
 */
static bool
walk_row(SgWalk *walk, Node *node, const char *use)
{
	FieldSelect *select;
	ListCell   *cell;

	switch (nodeTag(node))
	{
		case T_FieldSelect:
			select = (FieldSelect *) node;
			need_field(walk, select, use);
			if (!IsA(select->arg, Var) || !is_row_of_relation(exprType((Node *) select->arg)))
				return false;
			sg_column_use(walk, (Var *) select->arg, "");
			return true;
		case T_FieldStore:
			foreach(cell, ((FieldStore *) node)->fieldnums)
				sg_need_attribute(walk->contract, ((FieldStore *) node)->resulttype, lfirst_int(cell), NULL);
			return false;
		case T_RowExpr:
			need_stars_of_row(walk, (RowExpr *) node);
			if (((RowExpr *) node)->row_typeid == RECORDOID)
				return walk_record(walk, (RowExpr *) node, use);
			if (!is_row_of_relation(((RowExpr *) node)->row_typeid))
			{
				sg_composite_row(walk, (RowExpr *) node);
				return true;
			}
			sg_need_row_type(walk->contract, ((RowExpr *) node)->row_typeid, "row");
			return false;
		default:
			return false;
	}
}

/* Walks an expression that takes several values to one type.  Returns false if it is something else. */
static bool
walk_united(SgWalk *walk, Node *node, const char *use)
{
	switch (nodeTag(node))
	{
		case T_CoalesceExpr:
			sg_unite_walk(walk, ((CoalesceExpr *) node)->args, exprType(node), use);
			return true;
		case T_MinMaxExpr:
			sg_unite_walk(walk, ((MinMaxExpr *) node)->args, exprType(node), use);
			return true;
		case T_CaseExpr:
			sg_unite_walk_case(walk, (CaseExpr *) node, use);
			return true;
		case T_ArrayExpr:
			if (((ArrayExpr *) node)->multidims)
				return false;
			sg_unite_walk(walk, ((ArrayExpr *) node)->elements, ((ArrayExpr *) node)->element_typeid,
						  sg_use_of_element(use));
			return true;
		default:
			return false;
	}
}

/* An element of an array.  Returns false if the node is something else. */
static bool
walk_element(SgWalk *walk, Node *node, const char *use)
{
	SubscriptingRef *element = (SubscriptingRef *) node;
	ListCell   *cell;

	if (!IsA(node, SubscriptingRef) || element->reflowerindexpr != NIL || element->refassgnexpr != NULL ||
		!OidIsValid(get_element_type(exprType((Node *) element->refexpr))))
		return false;
	foreach(cell, element->refupperindexpr)
		sg_walk_used(walk, lfirst(cell), sg_use_type("assignable", INT4OID));
	sg_walk_used(walk, (Node *) element->refexpr, sg_use_element(use));
	return true;
}

/* Walks an expression, and notes what it needs; "use" is as for sg_need_column(). */
static void
walk_node(SgWalk *walk, Node *node, const char *use)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (sg_label_is_use(use) && !IsA(node, Var))
	{
		sg_label_walk(walk, node, use);
		return;
	}
	sg_hidden_operator(walk, node);
	if (walk_source(walk, node, use) || walk_operator(walk, node, use) || walk_conversion(walk, node) ||
		walk_row(walk, node, use) || walk_united(walk, node, use) || walk_element(walk, node, use))
		return;
	if (IsA(node, CollateExpr))
		sg_operator_walk_collated(walk, (CollateExpr *) node, use);
	else if (IsA(node, FuncExpr) || IsA(node, Aggref) || IsA(node, WindowFunc))
		walk_call(walk, node, use);
	else
		(void) expression_tree_walker(node, sg_walk_expression, walk);
}

/* The same, of a value whose very type counts; for expression_tree_walker().  Returns false. */
bool
sg_walk_expression(Node *node, SgWalk *walk)
{
	if (node != NULL)
		walk_node(walk, node, NULL);
	return false;
}

/* Walks a column of a result, with what is done with it. */
void
sg_walk_target(SgWalk *walk, TargetEntry *target, const char *use)
{
	if (IsA(target->expr, Var))
		sg_column_use(walk, (Var *) target->expr, use);
	else
		sg_walk_used(walk, (Node *) target->expr, use);
}

/* All columns of what the stars of a result stand for are taken. */
static void
walk_stars(SgWalk *walk, const List *targets)
{
	const SgPlaces *places = &walk->analysis->places;
	ListCell   *cell;

	foreach(cell, targets)
	{
		Node	   *node = (Node *) ((TargetEntry *) lfirst(cell))->expr;

		if (places->row_star && IsA(node, FieldSelect))
			sg_call_need_all(walk, (Node *) ((FieldSelect *) node)->arg);
	}
	foreach(cell, sg_star_entries(places, walk->level))
	{
		const RangeTblEntry *entry = lfirst(cell);

		if (entry->rtekind == RTE_FUNCTION)
			sg_rows_need_star(walk, entry);
		if (entry->rtekind != RTE_RELATION)
			continue;
		sg_need_row(walk->contract, entry->relid, "star");
		if (walk->nameless)
			sg_need_first(walk->contract, entry->relid, 0);
	}
}

static void
walk_column(SgWalk *walk, TargetEntry *target, const char *use)
{
	sg_walk_target(walk, target, use);
	if (target->ressortgroupref > 0 && use != NULL && !target->resjunk)
		sg_walk_target(walk, target, "{\"sorted\": true}");
}

/* A column that a star hands on.  What is used of it may be noted elsewhere, but a clause of this query may name it as well. */
static void
walk_handed_on(SgWalk *walk, TargetEntry *target, const char *use, bool exposed)
{
	SgWalk		star = *walk;

	star.placed = walk->nameless;
	if (exposed)
		walk_column(&star, target, use);
	if (sg_scope_is_ordered_by(walk->level->query, target))
		sg_walk_target(walk, target, exposed ? "" : "{\"sorted\": true}");
}

/* The columns of a result, in the way that they count. */
static void
walk_result(SgWalk *walk, const List *targets)
{
	bool		exposed = list_member_ptr(walk->exposed, walk->level->query);
	ListCell   *cell;

	if (exposed)
		walk_stars(walk, targets);
	foreach(cell, targets)
	{
		TargetEntry *target = lfirst(cell);
		const char *use = target->resjunk ? "{\"sorted\": true}" :
			target->resno <= list_length(walk->result_uses) ? list_nth(walk->result_uses, target->resno - 1) : walk->result_use;

		if (!target->resjunk && sg_star_is(&walk->analysis->places, (Node *) target->expr))
			walk_handed_on(walk, target, use, exposed);
		else
			walk_column(walk, target, use);
		if (walk->level->outer == NULL && !target->resjunk)
		{
			sg_need_returned(walk->contract, exprType((Node *) target->expr));
			if (IsA(target->expr, FuncExpr) && exprType((Node *) target->expr) == RECORDOID)
				sg_call_need_all(walk, (Node *) target->expr);
		}
	}
}

/* Walks a query, or one within another. */
void
sg_walk_query(Query *query, SgWalk *walk)
{
	SgLevel		level = {query, walk->level};
	SgWalk		inner = *walk;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	inner.level = &level;
	inner.placed = false;
	inner.exposed = sg_write_exposed(&inner);
	sg_key_grouped(walk->contract, query);
	sg_from_walk(&inner);
	if (query->commandType == CMD_SELECT)
	{
		if (query->setOperations == NULL)
			walk_result(&inner, query->targetList);
		sg_column_group_names(&inner);
		return;
	}
	sg_write_need(&inner);
	walk_result(&inner, query->returningList);
}
