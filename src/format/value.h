/*
 * format/value.h
 *		What the text of an expression says about its value, whatever the data.
 *
 * Pure: works on the texts of items, and asks its caller for everything else.
 */
#ifndef SG_FORMAT_VALUE_H
#define SG_FORMAT_VALUE_H

typedef enum SgTruth
{
	SG_TRUE,
	SG_FALSE,
	SG_NULL,
	SG_UNKNOWN					/* it depends on the data or on functions */
} SgTruth;

/* what is known about an expression; each function may be NULL */
typedef struct SgValueFacts
{
	/* Returns true if the column of that name ("VALUE" in a domain) is null. */
	bool		(*is_null) (const char *name, void *arg);
	void	   *arg;			/* of is_null */
	/* Returns true if all functions of pg_catalog with that name and number of arguments are strict. */
	bool		(*is_strict) (const char *name, int nargs);
} SgValueFacts;

extern bool sg_value_is_null(const char *expression, const SgValueFacts *facts);
extern SgTruth sg_value_truth(const char *condition, const SgValueFacts *facts);

#endif							/* SG_FORMAT_VALUE_H */
