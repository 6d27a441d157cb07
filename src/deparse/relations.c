/*
 * deparse/relations.c
 *		Keeps the deparser from opening the relations that a query names.
 *
 * The server's deparser opens every relation of a query, to learn the current names
 * of its columns.  That waits for anyone who has locked the relation, and fills the
 * relation cache.  It does not open a WITH item, whose column names are in the tree.
 * So every relation is presented to it as a WITH item (ruleutils.c of 13 to 18),
 * with column names read from pg_attribute and a placeholder as its name.  In the
 * text, the relation's name then replaces the placeholder, qualified if the deparser
 * would qualify it.
 *
 * What it prints differently for a WITH item, and what we do about it:
 *
 * - The name is followed by an alias, even if that is the relation's own name: such
 *	 an alias is removed from the text.
 * - An alias with a list of column names is printed with the list, even if these are
 *	 the columns' own names: such a list is removed from the tree.
 * - ONLY is left out: it becomes part of the name.
 * - Dropped columns are not removed from the result of a join, which the deparser
 *	 does by looking into the catalog: we remove them.
 * - System columns are unknown: they become columns like others.
 *
 * A tree that cannot be presented in this way is left as it is, so that the deparser
 * opens the relations (cannot_hide()): TABLESAMPLE, system columns in a query with
 * JOIN, and some combinations of JOIN with columns that were added or renamed.
 *
 * The target relation of INSERT, UPDATE, DELETE or MERGE is looked up by its OID,
 * whatever the kind of its entry, which a server built with assertions does not allow.
 */
#include "postgres.h"

#include "catalog/heap.h"
#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "deparse/query_names.h"
#include "deparse/relations.h"
#include "format/sql.h"
#include "support/compat.h"

/*
 * The placeholder of relation n is this and n.  No identifier can be so long,
 * and it has to be quoted.
 */
#define PLACEHOLDER "================================================================"

StaticAssertDecl(sizeof(PLACEHOLDER) > NAMEDATALEN, "a placeholder must not be a possible identifier");

/* what replaces a placeholder */
typedef struct HiddenRelation
{
	const char *text;			/* ONLY and the name, quoted, qualified */
	const char *superfluous;	/* the alias to be removed, quoted; or NULL */
} HiddenRelation;

/* a query and those around it */
typedef struct QueryLevel
{
	const Query *query;
	const struct QueryLevel *parent;
} QueryLevel;

/* context of the walkers */
typedef struct HideContext
{
	SgNames    *names;
	const QueryLevel *level;
	List	   *hidden;			/* of HiddenRelation * */
} HideContext;

/*
 * Returns true if the query's range table has nothing but VALUES and a rule's OLD
 * and NEW.  Then the deparser prints VALUES alone, but only if it sees that the
 * others are relations.  An outermost query always has more: see deparse/query.c.
 */
static bool
is_values_in_rule(const Query *query)
{
	bool		values = false;
	bool		relations = false;
	ListCell   *lc;

	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind == RTE_VALUES && entry->inFromCl)
			values = true;
		else if (entry->rtekind == RTE_RELATION && !entry->inFromCl)
			relations = true;
		else
			return false;
	}
	return values && relations;
}

/* Returns true if the query cannot be printed correctly without opening relations. */
static bool
query_cannot_hide(HideContext *context, const Query *query)
{
	SgQueryShape shape = sg_query_shape(query);
	ListCell   *lc;

	if (query->resultRelation != 0 && !SG_COMPAT_HIDES_TARGET)
		return true;
	if (context->level->parent != NULL && is_values_in_rule(query))
		return true;
	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		/* of OLD, NEW and EXCLUDED, only the names of columns in use are printed */
		if (entry->rtekind != RTE_RELATION ||
			(!entry->inFromCl && foreach_current_index(lc) + 1 != query->resultRelation))
			continue;
		if (entry->tablesample != NULL || sg_query_names_would_differ(context->names, query, shape, entry))
			return true;
	}
	return false;
}

/* Returns the query that the column belongs to, or NULL if it is outside the tree. */
static const Query *
query_of(const HideContext *context, const Var *var)
{
	const QueryLevel *level = context->level;

	for (Index i = 0; i < var->varlevelsup && level != NULL; i++)
		level = level->parent;
	return level != NULL ? level->query : NULL;
}

/*
 * Returns true for a system column that cannot be presented to the deparser as one
 * more column (show_system_column()).  It can be if no column names are printed.
 */
static bool
is_stubborn_column(const HideContext *context, const Var *var)
{
	const Query *query = query_of(context, var);
	const RangeTblEntry *entry;

	if (var->varattno >= 0)
		return false;
	if (query == NULL || sg_query_shape(query).joins || query->resultRelation != 0)
		return true;
	entry = rt_fetch(var->varno, query->rtable);
	return entry->rtekind != RTE_RELATION || (entry->alias != NULL && entry->alias->colnames != NIL);
}

/* Returns true if the tree cannot be printed correctly without opening relations. */
static bool
cannot_hide(Node *node, void *arg)
{
	HideContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return is_stubborn_column(context, (Var *) node);
	if (IsA(node, Query))
	{
		QueryLevel	level = {.query = (Query *) node, .parent = context->level};
		bool		result;

		context->level = &level;
		result = query_cannot_hide(context, level.query) ||
			query_tree_walker((Query *) node, cannot_hide, arg, 0);
		context->level = level.parent;
		return result;
	}
	return expression_tree_walker(node, cannot_hide, arg);
}

/* Returns true if this query or an outer one has a WITH item of this name. */
static bool
is_name_in_with(const QueryLevel *level, const char *name)
{
	ListCell   *lc;

	for (; level != NULL; level = level->parent)
	{
		foreach(lc, level->query->cteList)
		{
			if (strcmp(lfirst_node(CommonTableExpr, lc)->ctename, name) == 0)
				return true;
		}
	}
	return false;
}

/* Returns the relation's name as the deparser would print it in a FROM list. */
static char *
printed_name(const HideContext *context, const SgRelationName *relation)
{
	const char *name = relation->name;

	if (sg_names_relation_is_visible(context->names, relation) && !is_name_in_with(context->level, name))
		return quote_qualified_identifier(NULL, name);
	return quote_qualified_identifier(get_namespace_name_or_temp(relation->schema), name);
}

/*
 * Sets the entry's column names for the deparser, "" for a dropped column.  It looks up those of
 * a join without asking whether they are there, so in damaged catalogs those get a name, too.
 */
static void
set_column_names(RangeTblEntry *entry, const char *name, SgNames *names, SgQueryShape shape)
{
	const SgRelationColumns *columns = sg_names_columns(names, entry->relid);
	int			joined = shape.joins ? list_length(entry->eref->colnames) : 0;
	int			count = columns->count;
	List	   *colnames = NIL;

	/* columns that were added are neither printed nor part of the join: see sg_query_names_would_differ() */
	if (shape.joins)
		count = Min(count, joined);
	for (int i = 0; i < count; i++)
		colnames = lappend(colnames, makeString(pstrdup(columns->names[i] ? columns->names[i] : "")));
	for (int i = count; i < joined; i++)
		colnames = lappend(colnames, makeString(pstrdup(sg_names_missing(names, "column"))));
	entry->eref = makeAlias(name, colnames);
	if (entry->alias != NULL && sg_query_first_renamed_column(entry, columns) < 0)
		entry->alias = makeAlias(entry->alias->aliasname, NIL);
}

/*
 * Turns a relation into a WITH item; "is_target" says that the query changes it.  Damaged
 * catalogs may have an empty name, which before 15 would become NULL on its way to the deparser.
 */
static void
hide_relation(HideContext *context, RangeTblEntry *entry, bool is_target, SgQueryShape shape)
{
	const SgRelationName *relation = sg_names_relation(context->names, entry->relid);
	const char *name = relation->name[0] != '\0' ? relation->name : sg_names_missing(context->names, "relation");
	HiddenRelation *hidden = palloc0(sizeof(HiddenRelation));

	set_column_names(entry, name, context->names, shape);
	entry->rtekind = RTE_CTE;
	if (is_target)
	{
		/* with this alias none is printed; the name is looked up by entry->relid */
		entry->ctename = pstrdup(name);
		return;
	}
	hidden->text = psprintf("%s%s", entry->inh ? "" : "ONLY ",
							printed_name(context, relation));
	if (entry->alias == NULL)
		hidden->superfluous = quote_identifier(name);
	entry->ctename = psprintf("%s%d", PLACEHOLDER, list_length(context->hidden));
	context->hidden = lappend(context->hidden, hidden);
}

/* Returns true if the join's result column refers to a column that was dropped. */
static bool
is_dropped(HideContext *context, const Query *query, Node *node)
{
	const SgRelationColumns *columns;
	const RangeTblEntry *entry;
	const Var  *var;

	/* as AcquireRewriteLocks() does it */
	node = strip_implicit_coercions(node);
	if (node == NULL || !IsA(node, Var))
		return false;
	var = (Var *) node;
	entry = rt_fetch(var->varno, query->rtable);
	if (entry->rtekind != RTE_RELATION || var->varattno <= 0)
		return false;
	columns = sg_names_columns(context->names, entry->relid);
	return var->varattno > columns->count || columns->names[var->varattno - 1] == NULL;
}

/* Removes dropped columns from the results of joins. */
static void
forget_dropped_columns(HideContext *context, const Query *query)
{
	ListCell   *lc;
	ListCell   *column;

	foreach(lc, query->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind != RTE_JOIN)
			continue;
		foreach(column, entry->joinaliasvars)
		{
			if (is_dropped(context, query, lfirst(column)))
				lfirst(column) = NULL;
		}
	}
}

/* Returns the number of the column of this name, which is added if there is none. */
static AttrNumber
column_number(RangeTblEntry *entry, const char *name)
{
	ListCell   *lc;

	foreach(lc, entry->eref->colnames)
	{
		if (strcmp(strVal(lfirst(lc)), name) == 0)
			return foreach_current_index(lc) + 1;
	}
	entry->eref->colnames = lappend(entry->eref->colnames, makeString(pstrdup(name)));
	return list_length(entry->eref->colnames);
}

/* Turns a system column into one more column of its relation. */
static void
show_system_column(const HideContext *context, Var *var)
{
	RangeTblEntry *entry = rt_fetch(var->varno, query_of(context, var)->rtable);

	var->varattno = column_number(entry, NameStr(SystemAttributeDefinition(var->varattno)->attname));
	var->varattnosyn = var->varattno;
}

static bool
hide_walker(Node *node, void *arg)
{
	HideContext *context = arg;
	QueryLevel	level;
	SgQueryShape shape;
	ListCell   *lc;

	if (node == NULL)
		return false;
	if (IsA(node, Var) && ((Var *) node)->varattno < 0)
		show_system_column(context, (Var *) node);
	if (!IsA(node, Query))
		return expression_tree_walker(node, hide_walker, arg);
	level.query = (Query *) node;
	level.parent = context->level;
	context->level = &level;
	shape = sg_query_shape(level.query);
	forget_dropped_columns(context, level.query);
	foreach(lc, level.query->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind == RTE_RELATION)
			hide_relation(context, entry,
						  foreach_current_index(lc) + 1 == level.query->resultRelation, shape);
	}
	(void) query_tree_walker((Query *) node, hide_walker, arg, 0);
	context->level = level.parent;
	return false;
}

/*
 * Prepares an expression, a Query or a list of either so that the deparser opens
 * none of its relations.  Changes range table entries and lists of joins in the
 * tree, but nothing that they share with another tree.  Returns what
 * sg_relations_show() needs.  Does nothing if the relations cannot be hidden; then
 * the deparser opens them.
 */
List *
sg_relations_hide(SgNames *names, Node *tree)
{
	HideContext context = {.names = names};

	if (!cannot_hide(tree, &context))
		(void) hide_walker(tree, &context);
	return context.hidden;
}

/*
 * Returns what follows the superfluous alias at "in", or "in" if there is none: an
 * alias with a list of column names is not superfluous.
 */
static const char *
skip_superfluous_alias(const char *in, const char *superfluous)
{
	size_t		len = strlen(superfluous);
	const char *end = in + 1 + len;

	if (in[0] != ' ' || strncmp(in + 1, superfluous, len) != 0)
		return in;
	/* it must be the whole alias, not the beginning of t_1 or "t""u" */
	if (*end == '(' || *end == '"' || sg_sql_is_identifier_byte(*end))
		return in;
	return end;
}

/*
 * Returns the deparser's text of a tree that sg_relations_hide() has prepared, with
 * the relations' names in it, in the current memory context.
 */
char *
sg_relations_show(const char *text, List *hidden)
{
	static const char placeholder[] = "\"" PLACEHOLDER;
	StringInfoData buf;

	initStringInfo(&buf);
	while (*text != '\0')
	{
		size_t		plain = strcspn(text, "'\"");

		appendBinaryStringInfo(&buf, text, plain);
		text += plain;
		if (strncmp(text, placeholder, strlen(placeholder)) == 0)
		{
			int			number = atoi(text + strlen(placeholder));
			const HiddenRelation *relation = list_nth(hidden, number);

			text = sg_sql_skip_quoted(text);
			appendStringInfoString(&buf, relation->text);
			if (relation->superfluous != NULL)
				text = skip_superfluous_alias(text, relation->superfluous);
		}
		else if (*text != '\0')
		{
			const char *end = sg_sql_skip_quoted(text);

			appendBinaryStringInfo(&buf, text, end - text);
			text = end;
		}
	}
	return buf.data;
}

/* Adds the relation of a row type, or of an array or domain of one. */
static void
add_row_type(List **relations, Oid type)
{
	Oid			element = get_element_type(getBaseType(type));
	Oid			relation = get_typ_typrelid(getBaseType(OidIsValid(element) ? element : type));

	if (OidIsValid(relation))
		*relations = list_append_unique_oid(*relations, relation);
}

/* Collects the relations whose row types the deparser looks up. */
static bool
row_types_walker(Node *node, void *arg)
{
	List	  **relations = arg;

	if (node == NULL)
		return false;
	if (IsA(node, FieldSelect))
		add_row_type(relations, exprType((Node *) ((FieldSelect *) node)->arg));
	else if (IsA(node, RowExpr) || IsA(node, Const))
		add_row_type(relations, exprType(node));
	else if (IsA(node, RangeTblFunction))
		add_row_type(relations, exprType(((RangeTblFunction *) node)->funcexpr));
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, row_types_walker, arg, 0);
	return expression_tree_walker(node, row_types_walker, arg);
}

/* Collects the relations of range tables. */
static bool
relations_walker(Node *node, void *arg)
{
	List	  **relations = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *entry = (RangeTblEntry *) node;

		if (entry->rtekind == RTE_RELATION)
			*relations = list_append_unique_oid(*relations, entry->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, relations_walker, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, relations_walker, arg);
}

/*
 * Returns the relations (a List of OIDs) that the deparser will open for an
 * expression, a Query, or a list of either: those of row types, and those of all
 * its queries if sg_relations_hide() cannot hide them.
 */
List *
sg_relations_opened(SgNames *names, Node *tree)
{
	HideContext context = {.names = names};
	List	   *relations = NIL;

	if (cannot_hide(tree, &context))
		(void) relations_walker(tree, &relations);
	(void) row_types_walker(tree, &relations);
	return relations;
}
