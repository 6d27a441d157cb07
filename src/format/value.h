/*
 * format/value.h
 *		What an expression's text tells of its value, whatever the data.
 *
 * Pure: works on the texts of items; what it has to know besides it asks for.
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

/* what is known about an expression; each function may be NULL */
typedef struct SgValueFacts
{
	/* the column of that name ("VALUE" of a domain) is null */
	bool		(*is_null) (const char *name, void *arg);
	void	   *arg;			/* of is_null */
	/* functions of pg_catalog of that name and number of arguments return null for a null */
	bool		(*is_strict) (const char *name, int nargs);
} SgValueFacts;

extern bool sg_value_is_null(const char *expression, const SgValueFacts *facts);
extern SgTruth sg_value_truth(const char *condition, const SgValueFacts *facts);

#endif							/* SG_FORMAT_VALUE_H */
