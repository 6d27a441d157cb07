/*
 * recording/statement_key.c
 *		The key by which a statement is recognized that was seen before.
 *
 * Statements with the same key need the same of an unchanged schema.  The key is a
 * hash of the text without those numbers and strings that are constants in the
 * analysed tree and whose values no contract keeps; so "WHERE id = 1" and "WHERE id
 * = 2" are the same, but not "ORDER BY 1" and "ORDER BY 2", nor two labels of an
 * enum.  What names mean depends on the user and the search_path, which are part of
 * it.
 *
 * This must be cheap, because each recorded statement passes here: it is a walk
 * over the tree, with look-ups only for constants of user-defined types, and a
 * hash.  Whatever is not a plain literal stays in the text; at worst the statement
 * is recorded once more.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "recording/statement_key.h"

/* a literal whose value does not count */
typedef struct Literal
{
	int			location;
	Oid			type;
} Literal;

/* those of a statement; few have more than fit into the first array */
typedef struct Literals
{
	Literal    *items;
	int			count;
	int			capacity;
	Literal		first[32];
} Literals;

/* Returns true if a contract keeps no values of this type. */
static bool
is_plain(Oid type)
{
	Oid			element;

	switch (type)
	{
		case REGCLASSOID:
		case REGTYPEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
		case REGCOLLATIONOID:
			return false;
		default:
			break;
	}
	if (type < FirstNormalObjectId)
		return true;
	element = get_element_type(type);
	return !type_is_enum(OidIsValid(element) ? element : type);
}

static void
add_literal(Literals *literals, const Const *constant)
{
	if (literals->count == literals->capacity)
	{
		Literal    *larger = palloc(sizeof(Literal) * literals->capacity * 2);

		memcpy(larger, literals->items, sizeof(Literal) * literals->count);
		literals->items = larger;
		literals->capacity *= 2;
	}
	literals->items[literals->count].location = constant->location;
	literals->items[literals->count].type = constant->consttype;
	literals->count++;
}

static bool
find_literals(Node *node, Literals *literals)
{
	if (node == NULL)
		return false;
	if (IsA(node, Const))
	{
		if (((Const *) node)->location >= 0 && is_plain(((Const *) node)->consttype))
			add_literal(literals, (Const *) node);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, find_literals, literals, 0);
	return expression_tree_walker(node, find_literals, literals);
}

static int
compare_literals(const void *a, const void *b)
{
	return ((const Literal *) a)->location - ((const Literal *) b)->location;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the length of a string without escapes at the start of the text, or 0. */
static int
string_length(const char *text, const char *end)
{
	for (const char *c = text + 1; c < end && *c != '\\'; c++)
	{
		if (*c != '\'')
			continue;
		if (c + 1 == end || c[1] != '\'')
			return (int) (c + 1 - text);
		c++;
	}
	return 0;
}

/* Returns the length of a decimal number with its sign at the start of the text, or 0. */
static int
number_length(const char *text, const char *end)
{
	const char *c = text;
	const char *digits;

	if (c < end && *c == '-')
		c++;
	while (c < end && *c == ' ')
		c++;
	digits = c;
	while (c < end && (is_digit(*c) || *c == '.'))
		c++;
	if (c == digits || (c < end && (isalnum((unsigned char) *c) || *c == '_' || *c == '$')))
		return 0;
	return (int) (c - text);
}

static uint64
hash_text(uint64 key, const char *text, int64 len)
{
	return len == 0 ? key : hash_any_extended((const unsigned char *) text, (int) len, key);
}

/* Returns the hash of the source from "start" to "end", without the literals. */
static uint64
hash_statement(uint64 key, const char *source, int64 start, int64 end, const Literals *literals)
{
	for (int i = 0; i < literals->count; i++)
	{
		const Literal *literal = &literals->items[i];
		const char *text = source + literal->location;
		int			len;

		if (literal->location < start || literal->location >= end)
			continue;
		len = *text == '\'' ? string_length(text, source + end) : number_length(text, source + end);
		if (len == 0)
			continue;
		key = hash_text(key, source + start, literal->location - start);
		/* what counts is the literal's place, its kind and its type */
		key = hash_combine64(key, ((uint64) literal->type << 1) | (*text == '\''));
		start = literal->location + len;
	}
	return hash_text(key, source + start, end - start);
}

/*
 * Returns the key of a statement of that source text.  Not for statements whose names
 * are resolved by a function's hooks.
 */
uint64
sg_statement_key(const char *source, Query *query)
{
	Literals	literals;
	int64		start = Max(query->stmt_location, 0);
	int64		end = query->stmt_len > 0 ? start + query->stmt_len : (int64) strlen(source);
	uint64		key = hash_text(GetUserId(), namespace_search_path, strlen(namespace_search_path));

	literals.items = literals.first;
	literals.count = 0;
	literals.capacity = lengthof(literals.first);
	(void) query_tree_walker(query, find_literals, &literals, 0);
	if (literals.count > 1)
		qsort(literals.items, literals.count, sizeof(Literal), compare_literals);
	key = hash_statement(key, source, start, end, &literals);
	if (literals.items != literals.first)
		pfree(literals.items);
	return key;
}
