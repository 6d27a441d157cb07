/*
 * format/value_known.h
 *		Values that may be known in part: nulls, constants, numbers in a range.
 */
#ifndef SG_FORMAT_VALUE_KNOWN_H
#define SG_FORMAT_VALUE_KNOWN_H

#include "format/value.h"

typedef enum SgValueKind
{
	SG_VALUE_UNKNOWN,
	SG_VALUE_NULL,
	SG_VALUE_NOT_NULL,				/* nothing else is known */
	SG_VALUE_BOOL,
	SG_VALUE_NUMBER,
	SG_VALUE_TEXT,					/* a constant of a type of which "=" compares bytes */
	SG_VALUE_CONSTANT				/* of another type */
} SgValueKind;

/* the order of two values */
typedef enum SgValueOrder
{
	SG_ORDER_LESS,
	SG_ORDER_EQUAL,
	SG_ORDER_GREATER,
	SG_ORDER_DIFFERENT,			/* not equal, but nothing else is known */
	SG_ORDER_UNKNOWN
} SgValueOrder;

typedef struct SgValue
{
	SgValueKind	kind;
	bool		truth;
	double		low;			/* the number is within these */
	double		high;
	const char *text;			/* of a constant, as it is written; of a null, its cast */
	size_t		len;
} SgValue;

extern SgValue sg_value_of(SgValueKind kind);
extern SgValue sg_value_bool(bool truth);
extern SgValue sg_value_between(double low, double high);
extern SgTruth sg_value_truth_of(const SgValue *value);
extern SgValue sg_value_of_truth(SgTruth truth);
extern bool sg_value_read_number(const char *text, double *number);
extern SgValue sg_value_cast(SgValue value, const char *cast);
extern SgValue sg_value_negate(SgValue value);
extern SgTruth sg_value_combine(SgTruth left, SgTruth right, SgTruth dominant);
extern SgValueOrder sg_value_compare(const SgValue *left, const SgValue *right);
extern SgValue sg_value_apply(const char *operator, const SgValue *left, const SgValue *right);
extern bool sg_value_has_null(const SgValue *values, int count);
extern SgValue sg_value_either(const SgValue *left, const SgValue *right);
extern SgValue sg_value_coalesce(const SgValue *values, int count);
extern SgValue sg_value_count_nulls(const SgValue *values, int count, bool nulls);

#endif							/* SG_FORMAT_VALUE_KNOWN_H */
