/*
 * incidents/signature.h
 *		With how many arguments a function can be called.
 */
#ifndef SG_INCIDENTS_SIGNATURE_H
#define SG_INCIDENTS_SIGNATURE_H

/* how many; with most < least it cannot be called at all */
typedef struct SgArity
{
	int			least;
	int			most;
} SgArity;

extern SgArity sg_signature_arity(const char *type, const char *arguments);
extern SgArity sg_signature_arity_of_identity(const char *identity);
extern int	sg_signature_count(const char *call);
extern bool sg_signature_takes(const SgArity *arity, int count);

#endif							/* SG_INCIDENTS_SIGNATURE_H */
