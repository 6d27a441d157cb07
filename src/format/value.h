/*
 * format/value.h
 *		What an expression's text tells of its value, whatever the data.
 *
 * Pure: works on the texts of items, touches no catalog.
 */
#ifndef SG_FORMAT_VALUE_H
#define SG_FORMAT_VALUE_H

typedef enum SgTruth
{
	SG_TRUE,
	SG_FALSE,
	SG_NULL,
	SG_UNKNOWN					/* the data, or functions, decide */
} SgTruth;

/* Is the column of that name known to be null? */
typedef bool (*SgIsNull) (const char *name, void *arg);

extern bool sg_value_is_null(const char *expression);
extern SgTruth sg_value_truth(const char *condition, SgIsNull is_null, void *arg);

#endif							/* SG_FORMAT_VALUE_H */
