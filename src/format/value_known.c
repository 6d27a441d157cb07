/*
 * format/value_known.c
 *		Values that may be known in part: nulls, constants, numbers in a range.
 */
#include "postgres.h"

#include <math.h>

#include "format/value_known.h"

SgValue
sg_value_of(SgValueKind kind)
{
	SgValue		value = {.kind = kind};

	return value;
}

SgValue
sg_value_bool(bool truth)
{
	SgValue		value = {.kind = SG_VALUE_BOOL,.truth = truth};

	return value;
}

SgValue
sg_value_between(double low, double high)
{
	SgValue		value = {.kind = SG_VALUE_NUMBER,.low = low,.high = high};

	return value;
}

SgTruth
sg_value_truth_of(const SgValue *value)
{
	if (value->kind == SG_VALUE_NULL)
		return SG_NULL;
	if (value->kind != SG_VALUE_BOOL)
		return SG_UNKNOWN;
	return value->truth ? SG_TRUE : SG_FALSE;
}

SgValue
sg_value_of_truth(SgTruth truth)
{
	if (truth == SG_NULL)
		return sg_value_of(SG_VALUE_NULL);
	return truth == SG_UNKNOWN ? sg_value_of(SG_VALUE_UNKNOWN) : sg_value_bool(truth == SG_TRUE);
}

/* Reads a number; returns false if the text is something else, or too long to be exact. */
bool
sg_value_read_number(const char *text, double *number)
{
	char	   *end;

	if (text[0] == '\0' || strspn(text, "-0123456789.") != strlen(text) || strlen(text) > 15)
		return false;
	*number = strtod(text, &end);
	return *end == '\0';
}

/* Applies a cast, which is the text from "::" on, to a value. */
SgValue
sg_value_cast(SgValue value, const char *cast)
{
	static const char *const whole[] = {"::smallint", "::integer", "::bigint", "::numeric"};
	double		number;
	SgValue		constant = {.kind = SG_VALUE_CONSTANT};

	switch (value.kind)
	{
		case SG_VALUE_TEXT:
			if (strcmp(cast, "::text") == 0 || strcmp(cast, "::character varying") == 0)
				return value;
			for (int i = 0; i < lengthof(whole); i++)
			{
				if (strcmp(cast, whole[i]) == 0 &&
					sg_value_read_number(pnstrdup(value.text, value.len), &number))
					return sg_value_between(number, number);
			}
			constant.text = psprintf("%.*s'%s", (int) value.len, value.text, cast);
			constant.len = strlen(constant.text);
			return constant;
		case SG_VALUE_NUMBER:
			for (int i = 0; i < lengthof(whole); i++)
			{
				if (strcmp(cast, whole[i]) == 0 && floor(value.low) == value.low &&
					floor(value.high) == value.high)
					return value;
			}
			return sg_value_of(SG_VALUE_UNKNOWN);
		case SG_VALUE_NULL:
			value.text = cast;
			return value;
		default:
			return sg_value_of(SG_VALUE_UNKNOWN);
	}
}

SgValue
sg_value_negate(SgValue value)
{
	return value.kind == SG_VALUE_BOOL ? sg_value_bool(!value.truth) :
		value.kind == SG_VALUE_NULL ? value : sg_value_of(SG_VALUE_UNKNOWN);
}

/*
 * Combines two truth values by AND or OR, of which "dominant" is the value that
 * decides alone.  Otherwise unknown outweighs null, and null the remaining value.
 */
SgTruth
sg_value_combine(SgTruth left, SgTruth right, SgTruth dominant)
{
	if (left == dominant || right == dominant)
		return dominant;
	if (left == SG_UNKNOWN || right == SG_UNKNOWN)
		return SG_UNKNOWN;
	return left == SG_NULL ? left : right;
}

/* Compares two values that are not null. */
SgValueOrder
sg_value_compare(const SgValue *left, const SgValue *right)
{
	if (left->kind == SG_VALUE_NUMBER && right->kind == SG_VALUE_NUMBER)
	{
		if (left->high < right->low)
			return SG_ORDER_LESS;
		if (left->low > right->high)
			return SG_ORDER_GREATER;
		return left->low == left->high && right->low == right->high && left->low == right->low ?
			SG_ORDER_EQUAL : SG_ORDER_UNKNOWN;
	}
	if (left->kind == SG_VALUE_BOOL && right->kind == SG_VALUE_BOOL)
	{
		if (left->truth == right->truth)
			return SG_ORDER_EQUAL;
		return left->truth ? SG_ORDER_GREATER : SG_ORDER_LESS;
	}
	if (left->kind != right->kind || (left->kind != SG_VALUE_TEXT && left->kind != SG_VALUE_CONSTANT))
		return SG_ORDER_UNKNOWN;
	if (left->len == right->len && memcmp(left->text, right->text, left->len) == 0)
		return SG_ORDER_EQUAL;
	return left->kind == SG_VALUE_TEXT ? SG_ORDER_DIFFERENT : SG_ORDER_UNKNOWN;
}

/* Returns true if the value is a constant or null of type text. */
static bool
is_text(const SgValue *value)
{
	return value->kind == SG_VALUE_TEXT ||
		(value->kind == SG_VALUE_NULL && value->text != NULL && strcmp(value->text, "::text") == 0);
}

/* Applies an operator of pg_catalog; all of those are strict, except || of arrays. */
SgValue
sg_value_apply(const char *operator, const SgValue *left, const SgValue *right)
{
	SgValueOrder order;

	if (strcmp(operator, "||") == 0 && !(left != NULL && is_text(left) && is_text(right)))
		return sg_value_of(SG_VALUE_UNKNOWN);
	if ((left != NULL && left->kind == SG_VALUE_NULL) || right->kind == SG_VALUE_NULL)
		return sg_value_of(SG_VALUE_NULL);
	if (left == NULL || (order = sg_value_compare(left, right)) == SG_ORDER_UNKNOWN)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (strcmp(operator, "=") == 0)
		return sg_value_bool(order == SG_ORDER_EQUAL);
	if (strcmp(operator, "<>") == 0)
		return sg_value_bool(order != SG_ORDER_EQUAL);
	if (order == SG_ORDER_DIFFERENT)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (strcmp(operator, "<") == 0)
		return sg_value_bool(order == SG_ORDER_LESS);
	if (strcmp(operator, ">") == 0)
		return sg_value_bool(order == SG_ORDER_GREATER);
	if (strcmp(operator, "<=") == 0)
		return sg_value_bool(order != SG_ORDER_GREATER);
	if (strcmp(operator, ">=") == 0)
		return sg_value_bool(order != SG_ORDER_LESS);
	return sg_value_of(SG_VALUE_UNKNOWN);
}

bool
sg_value_has_null(const SgValue *values, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (values[i].kind == SG_VALUE_NULL)
			return true;
	}
	return false;
}

/* Returns what is known about a value that is one of two. */
SgValue
sg_value_either(const SgValue *left, const SgValue *right)
{
	if (left->kind == SG_VALUE_NULL && right->kind == SG_VALUE_NULL)
		return *left;
	if (left->kind == right->kind && left->kind != SG_VALUE_UNKNOWN &&
		sg_value_compare(left, right) == SG_ORDER_EQUAL)
		return *left;
	if (left->kind == SG_VALUE_UNKNOWN || left->kind == SG_VALUE_NULL ||
		right->kind == SG_VALUE_UNKNOWN || right->kind == SG_VALUE_NULL)
		return sg_value_of(SG_VALUE_UNKNOWN);
	return sg_value_of(SG_VALUE_NOT_NULL);
}

SgValue
sg_value_coalesce(const SgValue *values, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (values[i].kind != SG_VALUE_NULL)
			return values[i];
	}
	return sg_value_of(SG_VALUE_NULL);
}

/* Returns how many of the values are null, or are not null. */
SgValue
sg_value_count_nulls(const SgValue *values, int count, bool nulls)
{
	int			null = 0;
	int			unknown = 0;

	for (int i = 0; i < count; i++)
	{
		null += values[i].kind == SG_VALUE_NULL;
		unknown += values[i].kind == SG_VALUE_UNKNOWN;
	}
	return nulls ? sg_value_between(null, null + unknown) :
		sg_value_between(count - null - unknown, count - null);
}
