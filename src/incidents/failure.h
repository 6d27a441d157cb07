/*
 * incidents/failure.h
 *		Which names the error of a failed statement mentions.
 *
 * For use while an error is about to be reported: nothing here allocates, fails, or
 * reads a catalog.
 */
#ifndef SG_INCIDENTS_FAILURE_H
#define SG_INCIDENTS_FAILURE_H

#include "incidents/clue.h"
#include "incidents/search_path.h"
#include "incidents/words.h"

/* the parts of an error that matter; a text may be NULL */
typedef struct SgFailure
{
	SgErrorKind kind;
	int			sqlstate;
	const char *message_id;		/* the message in the server's English */
	const char *message;
	const char *schema;
	const char *table;
	const char *column;
	const char *constraint;
	const char *datatype;
	const char *query;			/* what the client has sent */
	const char *internal_query; /* the query that a function was running */
	const char *context;
	SgSearchPath search_path;
	bool		locks_are_held; /* all that the statement has taken */
} SgFailure;

/* a name that an error may mean, without quotes */
typedef struct SgNamed
{
	const char *text;
	int			len;
	const char *schema;			/* or NULL: not said */
	int			schema_len;
	const char *call;			/* the parenthesis that follows; or NULL */
	uint32		hash;
} SgNamed;

#define SG_MAX_NAMED 64

typedef struct SgNamedList
{
	int			count;
	SgNamed		names[SG_MAX_NAMED];
	uint64		seen[4];		/* a bit for each hash, modulo */
} SgNamedList;

#define sg_named_bit(hash) (UINT64CONST(1) << ((hash) & 63))
#define sg_named_may_have(list, hash) \
	(((list)->seen[((hash) >> 6) & 3] & sg_named_bit(hash)) != 0)

extern bool sg_failure_kind(const ErrorData *error, SgErrorKind *kind);
extern void sg_failure_names(const SgFailure *failure, SgNamedList *list);
extern uint32 sg_failure_hash(const char *name, int len);
extern void sg_failure_words(const SgFailure *failure, SgWords *words);
extern const SgNamed *sg_failure_fits(const SgFailure *failure, const SgNamedList *list, const SgClue *clue);

#endif							/* SG_INCIDENTS_FAILURE_H */
