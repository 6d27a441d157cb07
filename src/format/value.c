/*
 * format/value.c
 *		What an expression's text tells of its value, whatever the data.
 *
 * Decides what follows from some columns being null by AND, OR, NOT, IS, the
 * fields of rows and casts alone: NOT NULL written as a CHECK, a default that is NULL.  All
 * else is unknown: what functions and operators give, nobody here can say.
 * Expressions are as the server's deparser prints them, so with parentheses
 * around each operator.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/token.h"
#include "format/value.h"

/* which columns are null */
typedef struct Given
{
	SgIsNull	is_null;		/* or NULL: none is known to be */
	void	   *arg;
} Given;

/* Are the tokens nothing but casts: "::" and a type, once or more often? */
static bool
are_casts(const SgToken *tokens, int count)
{
	if (count < 3 || !sg_token_is(&tokens[0], ":") || !sg_token_is(&tokens[1], ":"))
		return false;
	for (int i = 2; i < count; i++)
	{
		if (tokens[i].kind == SG_TOKEN_SIGN && strchr(":.[]", tokens[i].text[0]) == NULL)
			return false;
		if (tokens[i].kind == SG_TOKEN_KEYWORD || tokens[i].kind == SG_TOKEN_STRING)
			return false;
	}
	return true;
}

/* Are the tokens a value that is null: NULL, or a column that is, or its field, cast or not? */
static bool
is_null_value(const SgToken *tokens, int count, const Given *given)
{
	check_stack_depth();
	/* (column).field */
	if (count > 2 && tokens[0].kind == SG_TOKEN_GROUP && sg_token_is(&tokens[1], "."))
		return (count == 3 || are_casts(tokens + 3, count - 3)) && is_null_value(tokens, 1, given);
	if (count == 0 || (count > 1 && !are_casts(tokens + 1, count - 1)))
		return false;
	if (tokens[0].kind == SG_TOKEN_GROUP)
	{
		int			inner;
		SgToken    *inside = sg_tokens(tokens[0].text + 1, Max(tokens[0].len, 2) - 2, &inner);

		return is_null_value(inside, inner, given);
	}
	if (sg_token_is(&tokens[0], "NULL"))
		return true;
	return given->is_null != NULL &&
		(tokens[0].kind == SG_TOKEN_NAME || tokens[0].kind == SG_TOKEN_KEYWORD) &&
		given->is_null(sg_token_name(&tokens[0]), given->arg);
}

static SgTruth
negate(SgTruth value)
{
	return value == SG_TRUE ? SG_FALSE : value == SG_FALSE ? SG_TRUE : value;
}

/* "dominant" AND or OR anything is that; then not to know outweighs null, null the other */
static SgTruth
combine(SgTruth left, SgTruth right, SgTruth dominant)
{
	if (left == dominant || right == dominant)
		return dominant;
	if (left == SG_UNKNOWN || right == SG_UNKNOWN)
		return SG_UNKNOWN;
	return left == SG_NULL ? left : right;
}

static SgTruth truth_of(const SgToken *tokens, int count, const Given *given);

/* Where the keyword stands first, or "count". */
static int
find_keyword(const SgToken *tokens, int count, const char *keyword)
{
	int			i = 0;

	while (i < count && !sg_token_is(&tokens[i], keyword))
		i++;
	return i;
}

/* The value of operands between that keyword; false if there is none. */
static bool
combined(const SgToken *tokens, int count, const char *keyword, SgTruth dominant,
		 const Given *given, SgTruth *value)
{
	int			at = find_keyword(tokens, count, keyword);

	if (at == count)
		return false;
	*value = combine(truth_of(tokens, at, given),
					 truth_of(tokens + at + 1, count - at - 1, given), dominant);
	return true;
}

/* Is any member of the row null?  What is in its parentheses stands between commas. */
static bool
has_null_member(const SgToken *row, const Given *given)
{
	int			count;
	SgToken    *tokens = sg_tokens(row->text + 1, Max(row->len, 2) - 2, &count);
	int			start = 0;

	for (int i = 0; i <= count; i++)
	{
		if (i < count && !sg_token_is(&tokens[i], ","))
			continue;
		if (is_null_value(tokens + start, i - start, given))
			return true;
		start = i + 1;
	}
	return false;
}

/* What "operand IS [NOT] word" gives; the word is NULL, TRUE, FALSE or UNKNOWN. */
static SgTruth
tested(const SgToken *operand, int count, const SgToken *word, const Given *given)
{
	SgTruth		value;

	if (sg_token_is(word, "NULL"))
	{
		if (is_null_value(operand, count, given))
			return SG_TRUE;
		return SG_UNKNOWN;
	}
	value = truth_of(operand, count, given);
	if (value == SG_UNKNOWN)
		return SG_UNKNOWN;
	if (sg_token_is(word, "TRUE"))
		return value == SG_TRUE ? SG_TRUE : SG_FALSE;
	if (sg_token_is(word, "FALSE"))
		return value == SG_FALSE ? SG_TRUE : SG_FALSE;
	return value == SG_NULL ? SG_TRUE : SG_FALSE;
}

/* The value of a test by IS; false if the tokens are none. */
static bool
is_test(const SgToken *tokens, int count, const Given *given, SgTruth *value)
{
	const SgToken *word = &tokens[count - 1];
	bool		negated = count > 3 && sg_token_is(&tokens[count - 2], "NOT");
	int			operand = count - (negated ? 3 : 2);

	if (operand < 1 || !sg_token_is(&tokens[operand], "IS") ||
		!(sg_token_is(word, "NULL") || sg_token_is(word, "TRUE") ||
		  sg_token_is(word, "FALSE") || sg_token_is(word, "UNKNOWN")))
		return false;
	if (negated && sg_token_is(word, "NULL") && operand == 2 && sg_token_is(&tokens[0], "ROW") &&
		tokens[1].kind == SG_TOKEN_GROUP && has_null_member(&tokens[1], given))
		*value = SG_FALSE;
	else
	{
		*value = tested(tokens, operand, word, given);
		if (negated)
			*value = negate(*value);
	}
	return true;
}

static SgTruth
truth_of(const SgToken *tokens, int count, const Given *given)
{
	SgTruth		value;

	check_stack_depth();
	if (count == 0 || sg_token_is(&tokens[0], "CASE"))
		return SG_UNKNOWN;
	if (count == 1 && tokens[0].kind == SG_TOKEN_GROUP)
	{
		int			inner;
		SgToken    *inside = sg_tokens(tokens[0].text + 1, Max(tokens[0].len, 2) - 2, &inner);

		return truth_of(inside, inner, given);
	}
	if (combined(tokens, count, "OR", SG_TRUE, given, &value) ||
		combined(tokens, count, "AND", SG_FALSE, given, &value))
		return value;
	if (sg_token_is(&tokens[0], "NOT"))
		return negate(truth_of(tokens + 1, count - 1, given));
	if (is_test(tokens, count, given, &value))
		return value;
	if (count == 1 && sg_token_is(&tokens[0], "true"))
		return SG_TRUE;
	if (count == 1 && sg_token_is(&tokens[0], "false"))
		return SG_FALSE;
	return is_null_value(tokens, count, given) ? SG_NULL : SG_UNKNOWN;
}

/* Is the expression nothing but NULL, cast or not? */
bool
sg_value_is_null(const char *expression)
{
	Given		none = {0};
	int			count;
	SgToken    *tokens = sg_tokens(expression, strlen(expression), &count);

	return is_null_value(tokens, count, &none);
}

/* The condition's value, given which columns are null ("VALUE" of a domain). */
SgTruth
sg_value_truth(const char *condition, SgIsNull is_null, void *arg)
{
	Given		given = {is_null, arg};
	int			count;
	SgToken    *tokens = sg_tokens(condition, strlen(condition), &count);

	return truth_of(tokens, count, &given);
}
