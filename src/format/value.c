/*
 * format/value.c
 *		What the text of an expression says about its value, whatever the data.
 *
 * Given which columns are null or constant, this evaluates AND, OR, NOT, IS, CASE, COALESCE,
 * NULLIF, num_nulls(), num_nonnulls(), comparisons of constants, and strict
 * operators and functions, which are null if an operand is.  Nothing is executed.
 * Everything else is unknown: it depends on the data and on functions.
 *
 * Expressions are as the server's deparser prints them, with parentheses around
 * each operator.  An operator without a schema belongs to pg_catalog.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/token.h"
#include "format/value.h"
#include "format/value_known.h"

/* tokens of an expression, and what is known about its columns */
typedef struct Expression
{
	const SgToken *tokens;
	int			count;
	const SgValueFacts *facts;
} Expression;

static SgValue evaluate(const Expression *expression);
static SgValue evaluate_text(const char *text, const SgValueFacts *facts);

/* Returns the part of an expression from token "from" up to, but not including, "to". */
static Expression
part(const Expression *whole, int from, int to)
{
	Expression	result = {whole->tokens + from, to - from, whole->facts};

	return result;
}

/* Returns the expression in the parentheses of a group. */
static Expression
inside(const Expression *outside, const SgToken *group)
{
	Expression	result = {.facts = outside->facts};

	result.tokens = sg_tokens(group->text + 1, Max(group->len, 2) - 2, &result.count);
	return result;
}

/* Returns the index after the CASE ... END that begins at "i", or i + 1 if none does. */
static int
skip_case(const Expression *expression, int i)
{
	int			depth = 0;

	if (!sg_token_is(&expression->tokens[i], "CASE"))
		return i + 1;
	for (; i < expression->count; i++)
	{
		if (sg_token_is(&expression->tokens[i], "CASE"))
			depth++;
		else if (sg_token_is(&expression->tokens[i], "END") && --depth == 0)
			return i + 1;
	}
	return expression->count;
}

/* Returns the index of the first such keyword or sign, outside any CASE, or "count". */
static int
find_token(const Expression *expression, int from, const char *text)
{
	int			i = from;

	while (i < expression->count && !sg_token_is(&expression->tokens[i], text))
		i = skip_case(expression, i);
	return Min(i, expression->count);
}

static bool
is_sign(const SgToken *token, const char *any_of)
{
	return token->kind == SG_TOKEN_SIGN && strchr(any_of, token->text[0]) != NULL;
}

/* Returns true if the tokens from "from" on are nothing but casts: "::" and a type. */
static bool
are_casts(const Expression *expression, int from)
{
	if (expression->count - from < 3 || !sg_token_is(&expression->tokens[from], ":") ||
		!sg_token_is(&expression->tokens[from + 1], ":"))
		return false;
	for (int i = from + 2; i < expression->count; i++)
	{
		const SgToken *token = &expression->tokens[i];

		if (token->kind == SG_TOKEN_KEYWORD || token->kind == SG_TOKEN_STRING ||
			(token->kind == SG_TOKEN_SIGN && !is_sign(token, ":.[]")))
			return false;
	}
	return true;
}

/* Returns the text of the tokens from "from" on. */
static char *
text_from(const Expression *expression, int from)
{
	const SgToken *last = &expression->tokens[expression->count - 1];

	return pnstrdup(expression->tokens[from].text, last->text + last->len - expression->tokens[from].text);
}

/*
 * Evaluates operands that are joined by AND or OR; returns false if this keyword does
 * not occur.  Does not recurse into what follows the first operand, because the server
 * joins any number of operands on one level.
 */
static bool
evaluate_junction(const Expression *expression, const char *keyword, SgTruth dominant, SgValue *value)
{
	SgTruth		truth = dominant == SG_TRUE ? SG_FALSE : SG_TRUE;
	int			from = 0;
	int			at = find_token(expression, 0, keyword);

	if (at == expression->count)
		return false;
	while (from <= expression->count)
	{
		Expression	operand = part(expression, from, at);
		SgValue		operand_value = evaluate(&operand);

		truth = sg_value_combine(truth, sg_value_truth_of(&operand_value), dominant);
		from = at + 1;
		at = find_token(expression, from, keyword);
	}
	*value = sg_value_of_truth(truth);
	return true;
}

/* Evaluates the members of a comma-separated list. */
static SgValue *
evaluate_list(const Expression *list, int *count)
{
	SgValue	   *values = palloc(sizeof(SgValue) * (list->count + 1));
	int			start = 0;

	*count = 0;
	for (int i = 0; i <= list->count; i++)
	{
		Expression	member;

		if (i < list->count && !sg_token_is(&list->tokens[i], ","))
			continue;
		member = part(list, start, i);
		values[(*count)++] = evaluate(&member);
		start = i + 1;
	}
	return values;
}

/*
 * Evaluates "left operator ANY (ARRAY[...])", or ALL.  Nothing is known about an
 * array that is not written out; it may be empty.
 */
static SgValue
evaluate_quantified(const char *operator, const SgValue *left, const Expression *quantified)
{
	bool		any = sg_token_is(&quantified->tokens[0], "ANY");
	SgTruth		truth = any ? SG_FALSE : SG_TRUE;
	Expression	array;
	Expression	list;
	SgValue	   *values;
	int			count;

	if (quantified->count != 2 || quantified->tokens[1].kind != SG_TOKEN_GROUP)
		return sg_value_of(SG_VALUE_UNKNOWN);
	array = inside(quantified, &quantified->tokens[1]);
	while (array.count > 0 && array.tokens[0].kind == SG_TOKEN_GROUP &&
		   (array.count == 1 || are_casts(&array, 1)))
		array = inside(&array, &array.tokens[0]);
	if (array.count < 4 || !sg_token_is(&array.tokens[0], "ARRAY") ||
		find_token(&array, 0, "]") != array.count - 1)
		return sg_value_of(SG_VALUE_UNKNOWN);
	list = part(&array, 2, array.count - 1);
	values = evaluate_list(&list, &count);
	for (int i = 0; i < count; i++)
	{
		SgValue		member = sg_value_apply(operator, left, &values[i]);

		truth = sg_value_combine(truth, sg_value_truth_of(&member), any ? SG_TRUE : SG_FALSE);
	}
	return sg_value_of_truth(truth);
}

/* Evaluates "left operator right" or "operator right"; returns false if it is neither. */
static bool
evaluate_operator(const Expression *expression, SgValue *value)
{
	static const char signs[] = "+-*/<>=~!@#%^&|`?";
	char	   *operator;
	int			at = 0;
	int			after;
	Expression	left;
	Expression	right;
	SgValue		left_value;
	SgValue		right_value;

	while (at < expression->count && !is_sign(&expression->tokens[at], signs))
		at = skip_case(expression, at);
	if (at >= expression->count)
		return false;
	for (after = at; after < expression->count && is_sign(&expression->tokens[after], signs);)
		after++;
	if (after == expression->count)
		return false;
	operator = pnstrdup(expression->tokens[at].text, after - at);
	left = part(expression, 0, at);
	left_value = evaluate(&left);
	right = part(expression, after, expression->count);
	if (sg_token_is(&right.tokens[0], "ANY") || sg_token_is(&right.tokens[0], "ALL"))
		*value = evaluate_quantified(operator, &left_value, &right);
	else
	{
		right_value = evaluate(&right);
		*value = sg_value_apply(operator, at == 0 ? NULL : &left_value, &right_value);
	}
	return true;
}

/* Evaluates "left IS [NOT] DISTINCT FROM right"; returns false if it is something else. */
static bool
evaluate_distinct(const Expression *expression, SgValue *value)
{
	int			at = find_token(expression, 0, "DISTINCT");
	bool		negated;
	Expression	operand;
	SgValue		left;
	SgValue		right;
	SgValueOrder order;

	if (at < 2 || at + 2 >= expression->count || !sg_token_is(&expression->tokens[at + 1], "FROM"))
		return false;
	negated = sg_token_is(&expression->tokens[at - 1], "NOT");
	operand = part(expression, 0, at - (negated ? 2 : 1));
	left = evaluate(&operand);
	operand = part(expression, at + 2, expression->count);
	right = evaluate(&operand);
	if (left.kind == SG_VALUE_UNKNOWN || right.kind == SG_VALUE_UNKNOWN)
		*value = sg_value_of(SG_VALUE_UNKNOWN);
	else if (left.kind == SG_VALUE_NULL || right.kind == SG_VALUE_NULL)
		*value = sg_value_bool(left.kind != right.kind);
	else
	{
		order = sg_value_compare(&left, &right);
		*value = order == SG_ORDER_UNKNOWN ? sg_value_of(SG_VALUE_UNKNOWN) : sg_value_bool(order != SG_ORDER_EQUAL);
	}
	if (negated)
		*value = sg_value_negate(*value);
	return true;
}

static bool
is_row(const Expression *operand)
{
	return operand->count == 2 && sg_token_is(&operand->tokens[0], "ROW") &&
		operand->tokens[1].kind == SG_TOKEN_GROUP;
}

/* Evaluates "ROW(...) IS NOT NULL", which is false if a member is null. */
static SgValue
test_row(const Expression *row)
{
	Expression	members = inside(row, &row->tokens[1]);
	int			count;
	SgValue    *values = evaluate_list(&members, &count);

	return sg_value_has_null(values, count) ? sg_value_bool(false) : sg_value_of(SG_VALUE_UNKNOWN);
}

/* Evaluates "value IS word"; the word is NULL, TRUE, FALSE or UNKNOWN. */
static SgValue
test_value(const SgValue *value, const SgToken *word)
{
	SgTruth		truth = sg_value_truth_of(value);

	if (sg_token_is(word, "NULL"))
	{
		/* a row that is not null may satisfy IS NULL nevertheless */
		if (value->kind == SG_VALUE_UNKNOWN || value->kind == SG_VALUE_NOT_NULL ||
			value->kind == SG_VALUE_CONSTANT)
			return sg_value_of(SG_VALUE_UNKNOWN);
		return sg_value_bool(value->kind == SG_VALUE_NULL);
	}
	if (truth == SG_UNKNOWN)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (sg_token_is(word, "TRUE"))
		return sg_value_bool(truth == SG_TRUE);
	return sg_value_bool(truth == (sg_token_is(word, "FALSE") ? SG_FALSE : SG_NULL));
}

/* Evaluates a test by IS; returns false if the tokens are not one. */
static bool
evaluate_test(const Expression *expression, SgValue *value)
{
	const SgToken *word = &expression->tokens[expression->count - 1];
	bool		negated = expression->count > 3 &&
		sg_token_is(&expression->tokens[expression->count - 2], "NOT");
	int			is = expression->count - (negated ? 3 : 2);
	Expression	operand;

	if (is < 1 || !sg_token_is(&expression->tokens[is], "IS") ||
		!(sg_token_is(word, "NULL") || sg_token_is(word, "TRUE") ||
		  sg_token_is(word, "FALSE") || sg_token_is(word, "UNKNOWN")))
		return false;
	operand = part(expression, 0, is);
	if (negated && sg_token_is(word, "NULL") && is_row(&operand))
		*value = test_row(&operand);
	else
	{
		SgValue		tested = evaluate(&operand);

		*value = test_value(&tested, word);
		if (negated)
			*value = sg_value_negate(*value);
	}
	return true;
}

/* Evaluates CASE WHEN condition THEN result ... [ELSE result] END, the whole expression. */
static SgValue
evaluate_case(const Expression *expression)
{
	Expression	body = part(expression, 1, expression->count - 1);
	SgValue		result = sg_value_of(SG_VALUE_NULL);
	bool		any = false;	/* some WHEN may have been true */
	int			at = 0;

	/* we do not know by which operator CASE operand WHEN value compares */
	if (body.count == 0 || !sg_token_is(&body.tokens[0], "WHEN"))
		return sg_value_of(SG_VALUE_UNKNOWN);
	while (at < body.count)
	{
		bool		otherwise = sg_token_is(&body.tokens[at], "ELSE");
		int			then = otherwise ? at : find_token(&body, at, "THEN");
		int			next = Min(find_token(&body, then, "WHEN"), find_token(&body, then + 1, "ELSE"));
		Expression	condition = part(&body, at + 1, Max(then, at + 1));
		Expression	branch;
		SgValue		value = otherwise ? sg_value_bool(true) : evaluate(&condition);
		SgTruth		truth = sg_value_truth_of(&value);

		if (then >= body.count)
			return sg_value_of(SG_VALUE_UNKNOWN);
		branch = part(&body, then + 1, next);
		at = next;
		if (truth == SG_FALSE || truth == SG_NULL)
			continue;
		value = evaluate(&branch);
		result = any ? sg_value_either(&result, &value) : value;
		any = true;
		if (truth == SG_TRUE)
			return result;
	}
	/* no ELSE, so it may be null */
	if (any)
	{
		SgValue		nothing = sg_value_of(SG_VALUE_NULL);

		return sg_value_either(&result, &nothing);
	}
	return result;
}

static SgValue
evaluate_nullif(const SgValue *values, int count)
{
	if (values[0].kind == SG_VALUE_NULL)
		return values[0];
	return sg_value_of(count == 2 && sg_value_compare(&values[0], &values[1]) == SG_ORDER_EQUAL ?
					   SG_VALUE_NULL : SG_VALUE_UNKNOWN);
}

/* Evaluates "function(arguments)". */
static SgValue
evaluate_call(const SgToken *function, const Expression *arguments)
{
	int			count;
	SgValue	   *values;
	char	   *name;

	if (arguments->count == 0 || find_token(arguments, 0, "VARIADIC") < arguments->count)
		return sg_value_of(SG_VALUE_UNKNOWN);
	values = evaluate_list(arguments, &count);
	if (sg_token_is(function, "COALESCE"))
		return sg_value_coalesce(values, count);
	if (sg_token_is(function, "NULLIF"))
		return evaluate_nullif(values, count);
	if (sg_token_is(function, "num_nulls"))
		return sg_value_count_nulls(values, count, true);
	if (sg_token_is(function, "num_nonnulls"))
		return sg_value_count_nulls(values, count, false);
	if (function->kind != SG_TOKEN_NAME || !sg_value_has_null(values, count) || arguments->facts->is_strict == NULL)
		return sg_value_of(SG_VALUE_UNKNOWN);
	name = sg_token_name(function);
	return sg_value_of(arguments->facts->is_strict(name, count) ? SG_VALUE_NULL : SG_VALUE_UNKNOWN);
}

/* Evaluates a constant or column, without casts. */
static SgValue
evaluate_name(const SgToken *token, const SgValueFacts *facts)
{
	double		number;
	const char *equal;

	if (sg_token_is(token, "NULL"))
		return sg_value_of(SG_VALUE_NULL);
	if (sg_token_is(token, "true") || sg_token_is(token, "false"))
		return sg_value_bool(token->text[0] == 't');
	if (token->kind == SG_TOKEN_STRING)
	{
		SgValue		value = {.kind = SG_VALUE_TEXT,.text = token->text + 1,.len = token->len - 2};

		return token->text[0] == '\'' && token->len >= 2 ? value : sg_value_of(SG_VALUE_NOT_NULL);
	}
	if (sg_value_read_number(pnstrdup(token->text, token->len), &number))
		return sg_value_between(number, number);
	if ((token->kind != SG_TOKEN_NAME && token->kind != SG_TOKEN_KEYWORD) || facts->equal_to == NULL)
		return sg_value_of(SG_VALUE_UNKNOWN);
	equal = facts->equal_to(sg_token_name(token), facts->arg);
	return equal == NULL ? sg_value_of(SG_VALUE_UNKNOWN) : evaluate_text(equal, facts);
}

/* Evaluates an expression without operators: a constant, column, call, group or field of one, cast or not. */
static SgValue
evaluate_primary(const Expression *expression)
{
	const SgToken *first = &expression->tokens[0];
	Expression	inner;
	SgValue		value;
	double		number;
	int			after = 1;

	if (first->kind == SG_TOKEN_GROUP)
	{
		inner = inside(expression, first);
		value = evaluate(&inner);
		/* (column).field */
		if (expression->count > 2 && sg_token_is(&expression->tokens[1], "."))
		{
			after = 3;
			if (value.kind != SG_VALUE_NULL)
				return sg_value_of(SG_VALUE_UNKNOWN);
		}
	}
	else if (expression->count > 1 && expression->tokens[1].kind == SG_TOKEN_GROUP)
	{
		inner = inside(expression, &expression->tokens[1]);
		value = evaluate_call(first, &inner);
		after = 2;
	}
	else if (sg_value_read_number(text_from(expression, 0), &number))
		return sg_value_between(number, number);
	else
		value = evaluate_name(first, expression->facts);
	if (after >= expression->count)
		return value;
	return are_casts(expression, after) ? sg_value_cast(value, text_from(expression, after)) :
		sg_value_of(SG_VALUE_UNKNOWN);
}

static SgValue
evaluate(const Expression *expression)
{
	Expression	operand;
	SgValue		value;
	int			collate;

	/* expressions nest as deep as the server's parser allows, which needs more stack */
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (expression->count == 0)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (sg_token_is(&expression->tokens[0], "CASE") && skip_case(expression, 0) == expression->count)
		return evaluate_case(expression);
	if (evaluate_junction(expression, "OR", SG_TRUE, &value) ||
		evaluate_junction(expression, "AND", SG_FALSE, &value))
		return value;
	if (sg_token_is(&expression->tokens[0], "NOT"))
	{
		operand = part(expression, 1, expression->count);
		return sg_value_negate(evaluate(&operand));
	}
	if (evaluate_distinct(expression, &value) || evaluate_test(expression, &value))
		return value;
	collate = find_token(expression, 0, "COLLATE");
	if (collate > 0 && collate < expression->count)
	{
		operand = part(expression, 0, collate);
		value = evaluate(&operand);
		/* a collation may treat different texts as equal */
		return value.kind == SG_VALUE_TEXT ? sg_value_of(SG_VALUE_NOT_NULL) : value;
	}
	if (evaluate_operator(expression, &value))
		return value;
	return evaluate_primary(expression);
}

static SgValue
evaluate_text(const char *text, const SgValueFacts *facts)
{
	Expression	expression = {.facts = facts};

	expression.tokens = sg_tokens(text, strlen(text), &expression.count);
	return evaluate(&expression);
}

/* Returns true if the expression is certain to be null. */
bool
sg_value_is_null(const char *expression, const SgValueFacts *facts)
{
	return evaluate_text(expression, facts).kind == SG_VALUE_NULL;
}

/*
 * Returns true if the expression is a constant that a column of that type takes as it
 * is: without rounding, padding or cutting off.
 */
bool
sg_value_is_constant(const char *expression, const char *type)
{
	static const char *const whole[] = {"smallint", "integer", "bigint", "numeric"};
	SgValueFacts facts = {0};
	SgValue		value = evaluate_text(expression, &facts);

	switch (value.kind)
	{
		case SG_VALUE_BOOL:
			return strcmp(type, "boolean") == 0;
		case SG_VALUE_TEXT:
			if (strncmp(type, "character varying(", 18) == 0 && type[strlen(type) - 1] == ')')
				return value.len == 0 || value.text[value.len - 1] != ' ';
			return strcmp(type, "text") == 0 || strcmp(type, "character varying") == 0;
		case SG_VALUE_NUMBER:
			for (int i = 0; i < lengthof(whole); i++)
			{
				if (strcmp(type, whole[i]) == 0)
					return value.low == value.high && sg_value_cast(value, "::bigint").kind == SG_VALUE_NUMBER;
			}
			return false;
		default:
			return false;
	}
}

/* Returns the condition's value, as far as it is certain. */
SgTruth
sg_value_truth(const char *condition, const SgValueFacts *facts)
{
	SgValue		value = evaluate_text(condition, facts);

	return sg_value_truth_of(&value);
}
