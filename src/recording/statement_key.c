/*
 * recording/statement_key.c
 *		By what a statement is recognized that was looked at before.
 *
 * Statements with the same key need the same of the schema, as long as that stays as
 * it is.  The key is a hash of the text, in which the values of numbers and strings are
 * left out where they are constants of the analysed tree whose values no contract
 * keeps; so "WHERE id = 1" and "WHERE id = 2" are the same, but not "ORDER BY 1" and
 * "ORDER BY 2", nor two labels of an enum.  What names mean depends on the user and the
 * search_path, which are part of it.
 *
 * Each statement that is recorded passes here, so it is cheap: a walk over the tree,
 * in which look-ups are made for constants of the user's types only, and a hash.  Whatever is
 * not a plain literal stays in the text: at worst the statement is looked at once more.
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

/* those of a statement; few have more than there is room for at first */
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

/* The length of a string without escapes at the text's start; 0 if there is none. */
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

/* The length of a decimal number at the text's start, with its sign; 0 if there is none. */
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

/* The hash of the text from "start" to "end", both places in the source, without the literals. */
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
		/* the same place in the text, and the same kind of literal, of the same type */
		key = hash_combine64(key, ((uint64) literal->type << 1) | (*text == '\''));
		start = literal->location + len;
	}
	return hash_text(key, source + start, end - start);
}

/* The key of a statement of that source text.  Not for one whose names a function explains. */
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
