/*
 * format/value_known.c
 *		Values as far as they are known: nulls, constants, numbers in a range.
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

/* Reads all of a number; returns false if the text is something else, or too long to be exact. */
bool
sg_value_read_number(const char *text, double *number)
{
	char	   *end;

	if (text[0] == '\0' || strspn(text, "-0123456789.") != strlen(text) || strlen(text) > 15)
		return false;
	*number = strtod(text, &end);
	return *end == '\0';
}

/* What a cast, from "::" on, makes of the value. */
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

/* "dominant" AND or OR anything is that; then unknown outweighs null, null the other. */
SgTruth
sg_value_combine(SgTruth left, SgTruth right, SgTruth dominant)
{
	if (left == dominant || right == dominant)
		return dominant;
	if (left == SG_UNKNOWN || right == SG_UNKNOWN)
		return SG_UNKNOWN;
	return left == SG_NULL ? left : right;
}

/* Compares two values that are not null: -1, 0, 1; 2 if they only differ; or 3, unknown. */
int
sg_value_compare(const SgValue *left, const SgValue *right)
{
	if (left->kind == SG_VALUE_NUMBER && right->kind == SG_VALUE_NUMBER)
	{
		if (left->high < right->low)
			return -1;
		if (left->low > right->high)
			return 1;
		return left->low == left->high && right->low == right->high && left->low == right->low ? 0 : 3;
	}
	if (left->kind == SG_VALUE_BOOL && right->kind == SG_VALUE_BOOL)
		return (int) left->truth - (int) right->truth;
	if (left->kind != right->kind || (left->kind != SG_VALUE_TEXT && left->kind != SG_VALUE_CONSTANT))
		return 3;
	if (left->len == right->len && memcmp(left->text, right->text, left->len) == 0)
		return 0;
	return left->kind == SG_VALUE_TEXT ? 2 : 3;
}

/* Returns true if the value is a constant or null of type text. */
static bool
is_text(const SgValue *value)
{
	return value->kind == SG_VALUE_TEXT ||
		(value->kind == SG_VALUE_NULL && value->text != NULL && strcmp(value->text, "::text") == 0);
}

/* Applies an operator of pg_catalog, all of which are strict but || of arrays. */
SgValue
sg_value_apply(const char *operator, const SgValue *left, const SgValue *right)
{
	int			order;

	if (strcmp(operator, "||") == 0 && !(left != NULL && is_text(left) && is_text(right)))
		return sg_value_of(SG_VALUE_UNKNOWN);
	if ((left != NULL && left->kind == SG_VALUE_NULL) || right->kind == SG_VALUE_NULL)
		return sg_value_of(SG_VALUE_NULL);
	if (left == NULL || (order = sg_value_compare(left, right)) == 3)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (strcmp(operator, "=") == 0)
		return sg_value_bool(order == 0);
	if (strcmp(operator, "<>") == 0)
		return sg_value_bool(order != 0);
	if (order == 2)
		return sg_value_of(SG_VALUE_UNKNOWN);
	if (strcmp(operator, "<") == 0)
		return sg_value_bool(order < 0);
	if (strcmp(operator, ">") == 0)
		return sg_value_bool(order > 0);
	if (strcmp(operator, "<=") == 0)
		return sg_value_bool(order <= 0);
	if (strcmp(operator, ">=") == 0)
		return sg_value_bool(order >= 0);
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

/* What is known of a value that is the one or the other. */
SgValue
sg_value_either(const SgValue *left, const SgValue *right)
{
	if (left->kind == SG_VALUE_NULL && right->kind == SG_VALUE_NULL)
		return *left;
	if (left->kind == right->kind && left->kind != SG_VALUE_UNKNOWN && sg_value_compare(left, right) == 0)
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

/* How many of the values are null, or are not. */
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
