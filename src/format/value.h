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
	/*
	 * Returns an expression that the column of that name ("VALUE" in a domain) is equal to, NULL as a
	 * text, for one; NULL if nothing is known about it.  It must not lead back to the column.
	 */
	const char *(*equal_to) (const char *name, void *arg);
	void	   *arg;			/* of equal_to */
	/* Returns true if all functions of pg_catalog with that name and number of arguments are strict. */
	bool		(*is_strict) (const char *name, int nargs);
} SgValueFacts;

extern bool sg_value_is_null(const char *expression, const SgValueFacts *facts);
extern bool sg_value_is_constant(const char *expression, const char *type);
extern SgTruth sg_value_truth(const char *condition, const SgValueFacts *facts);

#endif							/* SG_FORMAT_VALUE_H */
