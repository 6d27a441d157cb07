/*
 * contracts/contract_conflict.c
 *		The rules of ON CONFLICT: are the unique keys there that it needs?
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"

/* Returns true if the two lists are the same set of names. */
static bool
same_names(const List *left, const List *right)
{
	for (int side = 0; side < 2; side++)
	{
		ListCell   *cell;

		foreach(cell, side == 0 ? left : right)
		{
			ListCell   *other;
			bool		found = false;

			foreach(other, side == 0 ? right : left)
				found = found || strcmp(lfirst(cell), lfirst(other)) == 0;
			if (!found)
				return false;
		}
	}
	return true;
}

/* Returns true if ON CONFLICT does not find the index because a partition lacks it. */
static bool
is_incomplete(const SgObject *object, const SgItem *item)
{
	const char *name = strchr(item->attribute, ' ');

	return name != NULL &&
		(sg_item_definition(object, psprintf("incomplete index%s", name)) != NULL ||
		 sg_item_definition(object, psprintf("lacks index%s", name)) != NULL);
}

/* The keys of the relation that ON CONFLICT may find: a List of SgUniqueKey *. */
static List *
unique_keys(const SgRelationCheck *state)
{
	List	   *keys = NIL;

	for (int i = 0; i < state->source->nitems; i++)
	{
		SgUniqueKey *key = palloc(sizeof(SgUniqueKey));

		if (sg_item_unique_key(&state->source->items[i], key) &&
			!is_incomplete(state->source, &state->source->items[i]))
			keys = lappend(keys, key);
	}
	return keys;
}

/* ON CONFLICT takes all keys on exactly its columns, and fails if one is deferrable. */
static void
check_conflict_targets(SgRelationCheck *state)
{
	List	   *keys = state->needed->conflict_targets == NIL ? NIL : unique_keys(state);
	bool		refused = sg_contract_conflict_rule(state->source) != NULL;
	ListCell   *cell;

	foreach(cell, state->needed->conflict_targets)
	{
		SgProblem  *problem;
		bool		found = false;
		bool		deferrable = false;
		ListCell   *lc;

		CHECK_FOR_INTERRUPTS();
		foreach(lc, keys)
		{
			const SgUniqueKey *key = lfirst(lc);

			if (!same_names(lfirst(cell), key->columns))
				continue;
			found |= !key->deferrable;
			deferrable |= key->deferrable;
		}
		if (found && !deferrable && !refused)
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_CONFLICT_TARGET_MISSING, NULL);
		problem->needed = psprintf("unique %s", sg_contract_name_list(lfirst(cell)));
		problem->found = !found ? NULL : deferrable ? "a deferrable key" : "a rule on INSERT or UPDATE";
	}
}

/* a unique index as ON CONFLICT names it: (lower(mail)) WHERE (active) */
typedef struct IndexKey
{
	List	   *keys;			/* of char * */
	const char *where;			/* with the word, or "" */
} IndexKey;

/*
 * Returns the column if that is all that the function is given, with a cast that it would make
 * of the column by itself: lower((mail)::text); else NULL.
 */
static SgToken *
cast_column(const SgRelationCheck *state, const char *function, const SgToken *group)
{
	char	   *inside = sg_token_inside(group);
	int			count;
	SgToken    *tokens = sg_tokens(inside, strlen(inside), &count);
	SgToken    *column;
	const char *type;
	const char *taken;
	int			inner;

	if (count < 4 || tokens[0].kind != SG_TOKEN_GROUP || tokens[0].len < 2 || !sg_token_is(&tokens[1], ":") || !sg_token_is(&tokens[2], ":"))
		return NULL;
	column = sg_tokens(tokens[0].text + 1, tokens[0].len - 2, &inner);
	if (inner != 1 || column->kind != SG_TOKEN_NAME)
		return NULL;
	type = sg_contract_column_type(state, sg_token_name(column));
	taken = type == NULL ? NULL : sg_contract_builtin_takes(function, sg_contract_without_modifier(type));
	return taken != NULL && strcmp(tokens[3].text, taken) == 0 ? column : NULL;
}

/* longer keys are taken as they are, so that nested parentheses cost little */
#define MAX_KEY_LENGTH 10000

/*
 * Appends a key without the casts that functions make of columns by themselves, which are in the definition of an
 * index: they come and go with the columns' types, and ON CONFLICT (lower(mail)) finds the index all the same.
 */
static void
append_uncast(StringInfo buf, const SgRelationCheck *state, const char *text, size_t len)
{
	const char *done = text;
	int			count;
	SgToken    *tokens = sg_tokens(text, len, &count);

	check_stack_depth();
	for (int i = 0; i < count; i++)
	{
		/* what has no schema comes with PostgreSQL */
		bool		called = i > 0 && tokens[i - 1].kind == SG_TOKEN_NAME && (i < 2 || !sg_token_is(&tokens[i - 2], "."));
		SgToken    *column;

		if (tokens[i].kind != SG_TOKEN_GROUP || tokens[i].len < 2 || tokens[i].text[tokens[i].len - 1] != ')')
			continue;
		appendBinaryStringInfo(buf, done, tokens[i].text + 1 - done);
		done = tokens[i].text + tokens[i].len - 1;
		column = called ? cast_column(state, sg_token_name(&tokens[i - 1]), &tokens[i]) : NULL;
		if (column != NULL)
			appendBinaryStringInfo(buf, column->text, column->len);
		else
			append_uncast(buf, state, tokens[i].text + 1, tokens[i].len - 2);
	}
	appendBinaryStringInfo(buf, done, text + len - done);
}

static IndexKey *
read_index_key(const SgRelationCheck *state, const char *definition)
{
	IndexKey   *key = palloc(sizeof(IndexKey));
	StringInfoData buf;
	const char *text;

	initStringInfo(&buf);
	if (strlen(definition) <= MAX_KEY_LENGTH)
		append_uncast(&buf, state, definition, strlen(definition));
	text = buf.len > 0 ? buf.data : definition;
	key->where = sg_token_find(text, " WHERE ");
	key->keys = sg_token_split(pnstrdup(text + 1, key->where - text - 2));
	return key;
}

/* The keys of the relation by which ON CONFLICT finds rows: a List of IndexKey *. */
static List *
index_keys(const SgRelationCheck *state)
{
	const SgObject *table = state->source;
	List	   *keys = NIL;

	for (int i = 0; i < table->nitems; i++)
	{
		const char *found = sg_item_unique_rows(&table->items[i]);

		if (found != NULL && !is_incomplete(table, &table->items[i]))
			keys = lappend(keys, read_index_key(state, found));
	}
	return keys;
}

/*
 * Returns true if one of the needed keys is there: the same columns or expressions, in any order, of an
 * index that covers at least the rows that are needed.
 */
static bool
has_key(const SgRelationCheck *state, const List *found, const List *needed)
{
	ListCell   *cell;

	foreach(cell, needed)
	{
		const IndexKey *wanted = read_index_key(state, lfirst(cell));
		ListCell   *lc;

		foreach(lc, found)
		{
			const IndexKey *key = lfirst(lc);

			if (same_names(wanted->keys, key->keys) &&
				(*key->where == '\0' || strcmp(wanted->where, key->where) == 0))
				return true;
		}
	}
	return false;
}

/* ON CONFLICT by expressions, or with a predicate, takes an index that has just these. */
static void
check_conflict_keys(SgRelationCheck *state)
{
	List	   *keys = state->needed->conflict_keys == NIL ? NIL : index_keys(state);
	bool		refused = sg_contract_conflict_rule(state->source) != NULL;
	ListCell   *cell;

	foreach(cell, state->needed->conflict_keys)
	{
		SgProblem  *problem;

		CHECK_FOR_INTERRUPTS();
		if (!refused && has_key(state, keys, lfirst(cell)))
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_CONFLICT_TARGET_MISSING, NULL);
		problem->needed = psprintf("unique %s", (char *) linitial(lfirst(cell)));
		problem->found = refused ? "a rule on INSERT or UPDATE" : NULL;
	}
}

static bool
is_named(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* ON CONFLICT DO NOTHING without a key looks at all of them, none of which may be deferrable. */
static void
check_any_conflict(SgRelationCheck *state)
{
	if (!is_named(state->needed->commands, "insert on conflict"))
		return;
	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];

		if (sg_item_is_deferrable_key(item))
			sg_contract_relation_problem(state, SG_RULE_ARBITER_CONSTRAINT_MISSING, item->attribute)->found =
				item->definition;
	}
}

/* ON CONFLICT ON CONSTRAINT takes a key of that name, or an exclusion constraint with DO NOTHING. */
void
sg_contract_check_arbiters(SgRelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->conflict_constraints)
	{
		const char *attribute = sg_item_attribute("constraint", lfirst(cell));
		const SgItem *item = sg_name_find(state->items, attribute);
		SgUniqueKey key = {NIL};
		bool		is_key = item != NULL && sg_item_unique_key(item, &key);
		SgProblem  *problem;

		if ((is_key && !key.deferrable && sg_contract_conflict_rule(state->source) == NULL) ||
			(item != NULL && strncmp(item->definition, "EXCLUDE", 7) == 0 &&
			 !sg_item_is_deferrable_key(item) && !is_named(state->needed->conflict_updates, lfirst(cell))))
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_ARBITER_CONSTRAINT_MISSING, attribute);
		problem->found = item == NULL ? NULL : item->definition;
	}
}

/* What the relation's ON CONFLICT clauses rely on. */
void
sg_contract_check_conflicts(SgRelationCheck *state)
{
	check_conflict_targets(state);
	check_conflict_keys(state);
	check_any_conflict(state);
	sg_contract_check_arbiters(state);
}
