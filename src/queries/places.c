/*
 * queries/places.c
 *		What the analysed tree no longer shows, noted by its place in the text.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"

#include "queries/places.h"
#include "support/compat.h"

static bool
note_column(ColumnRef *column, SgPlaces *places)
{
	int			place = Max(column->location, 0);

	if (!IsA(llast(column->fields), A_Star))
		return false;
	places->stars = bms_add_member(places->stars, place);
	if (list_length(column->fields) == 1)
		places->resolved = bms_add_member(places->resolved, place);
	return false;
}

static void
note_group_names(const List *clause, SgPlaces *places)
{
	ListCell   *cell;

	foreach(cell, clause)
	{
		ColumnRef  *column = lfirst(cell);

		if (IsA(column, ColumnRef) && list_length(column->fields) == 1)
			places->group_names = lappend(places->group_names, column);
	}
}

/* "TABLE t" is "SELECT * FROM t", but its star has no place in the text: it takes the table's. */
static void
place_star(SelectStmt *select)
{
	ResTarget  *target = list_length(select->targetList) == 1 ? linitial(select->targetList) : NULL;
	ColumnRef  *star = target == NULL ? NULL : (ColumnRef *) target->val;

	if (star != NULL && IsA(star, ColumnRef) && star->location < 0 && IsA(llast(star->fields), A_Star) &&
		list_length(select->fromClause) == 1 && IsA(linitial(select->fromClause), RangeVar))
		star->location = ((RangeVar *) linitial(select->fromClause))->location;
}

/* Returns true for an INSERT, or a MERGE with one, that does not name its columns. */
bool
sg_places_is_positional(Node *statement)
{
	if (IsA(statement, InsertStmt))
		return ((InsertStmt *) statement)->cols == NIL &&
			((InsertStmt *) statement)->selectStmt != NULL;
	return sg_compat_merge_is_positional(statement);
}

/* Notes the name of a type or collation, a List of String, if it has no schema. */
static void
note_name(List **names, const List *parts)
{
	if (list_length(parts) == 1)
		*names = lappend(*names, strVal(linitial(parts)));
}

/* Notes the place of a call or operator whose name, a List of String, has no schema. */
static void
note_unqualified(SgPlaces *places, const List *name, int place)
{
	if (list_length(name) == 1 && place >= 0)
		places->unqualified = bms_add_member(places->unqualified, place);
}

/* Notes a literal that could name an object and no schema. */
static void
note_undotted(A_Const *literal, SgPlaces *places)
{
	if (IsA(&literal->val, String) && strchr(strVal(&literal->val), '.') == NULL)
		places->undotted = bms_add_member(places->undotted, Max(literal->location, 0));
}

/*
 * Notes the places of ARRAY[...]::type[]: the cast tells the type of the elements, not
 * what they are used with.
 */
static void
note_casted_array(const A_ArrayExpr *array, SgPlaces *places)
{
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, array->elements)
	{
		Node	   *element = lfirst(cell);

		if (IsA(element, A_ArrayExpr))
			note_casted_array((A_ArrayExpr *) element, places);
		else if (IsA(element, ParamRef))
			places->casted = bms_add_member(places->casted, Max(((ParamRef *) element)->location, 0));
		else if (!IsA(element, A_Const))
			(void) sg_places_note(element, places);
	}
}

/* Notes the places of a raw tree.  Returns false. */
bool
sg_places_note(Node *node, SgPlaces *places)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_ColumnRef:
			return note_column((ColumnRef *) node, places);
		case T_A_Const:
			note_undotted((A_Const *) node, places);
			if (sg_compat_const_is_untyped((A_Const *) node))
				places->literals = bms_add_member(places->literals,
												  Max(((A_Const *) node)->location, 0));
			return false;
		case T_A_Indirection:
			if (IsA(llast(((A_Indirection *) node)->indirection), A_Star))
			{
				Node	   *arg = ((A_Indirection *) node)->arg;

				places->row_star = true;
				if (IsA(arg, ColumnRef))
					places->stars = bms_add_member(places->stars,
												   Max(((ColumnRef *) arg)->location, 0));
			}
			break;
		case T_TypeCast:
		{
			Node *arg = ((TypeCast *) node)->arg;

			if (IsA(arg, ColumnRef))
				places->casted = bms_add_member(places->casted,
													Max(((ColumnRef *) arg)->location, 0));
			/* the cast tells the parameter's type, not what it is used with */
			if (IsA(arg, ParamRef))
				places->casted = bms_add_member(places->casted,
													Max(((ParamRef *) arg)->location, 0));
			if (IsA(arg, A_ArrayExpr))
				note_casted_array((A_ArrayExpr *) arg, places);
			if (IsA(arg, A_Const))
				note_undotted((A_Const *) arg, places);
			if (IsA(arg, A_Const) || IsA(arg, A_ArrayExpr))
				return sg_places_note((Node *) ((TypeCast *) node)->typeName, places);
			break;
		}
		case T_TypeName:
			note_name(&places->types, ((TypeName *) node)->names);
			break;
		case T_CollateClause:
			note_name(&places->collations, ((CollateClause *) node)->collname);
			break;
		case T_A_Expr:
			note_unqualified(places, ((A_Expr *) node)->name, ((A_Expr *) node)->location);
			break;
		case T_SubLink:
			/* IN (SELECT ...) does not name it */
			note_unqualified(places, ((SubLink *) node)->operName == NIL ? list_make1(node) : ((SubLink *) node)->operName,
							 ((SubLink *) node)->location);
			break;
		case T_FuncCall:
			note_unqualified(places, ((FuncCall *) node)->funcname, ((FuncCall *) node)->location);
			if (((FuncCall *) node)->func_variadic)
				places->variadic = bms_add_member(places->variadic,
												  Max(((FuncCall *) node)->location, 0));
			break;
		case T_RangeVar:
			if (((RangeVar *) node)->schemaname == NULL)
				places->relations = lappend(places->relations, ((RangeVar *) node)->relname);
			return false;
		case T_CommonTableExpr:
		{
			CommonTableExpr *cte = (CommonTableExpr *) node;

			if (sg_places_is_positional(cte->ctequery))
				places->positional = lappend(places->positional, pstrdup(cte->ctename));
			break;
		}
		case T_SelectStmt:
			place_star((SelectStmt *) node);
			note_group_names(((SelectStmt *) node)->groupClause, places);
			break;
		default:
			break;
	}
	return raw_expression_tree_walker(node, sg_places_note, places);
}
