/*
 * incidents/clue.h
 *		Clues: what a journaled change did to one name, to explain the error that it
 *		causes.
 */
#ifndef SG_INCIDENTS_CLUE_H
#define SG_INCIDENTS_CLUE_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "format/diff.h"
#include "incidents/signature.h"

/* the errors that a schema change can cause, by SQLSTATE */
typedef enum SgErrorKind
{
	SG_ERROR_COLUMN,			/* undefined column */
	SG_ERROR_AMBIGUOUS,			/* ambiguous column */
	SG_ERROR_RELATION,			/* undefined table */
	SG_ERROR_FUNCTION,			/* undefined function */
	SG_ERROR_TYPE,				/* undefined object, of which types are one kind */
	SG_ERROR_SCHEMA,			/* undefined schema */
	SG_ERROR_NOT_NULL,			/* not-null violation */
	SG_ERROR_CHECK,				/* check violation */
	SG_ERROR_LABEL,				/* invalid text representation, of an enum */
	SG_ERROR_PLAN				/* cached plan must not change result type */
} SgErrorKind;

/* a set of them, one bit each */
typedef uint32 SgErrorSet;

#define SG_ERROR_BIT(kind) ((SgErrorSet) 1 << (kind))

#define SG_CLUE_TYPE_LEN 32
#define SG_CLUE_IDENTITY_LEN 192
#define SG_CLUE_TEXT_LEN 256

/*
 * A clue has a fixed size, because it is kept in shared memory: long texts are
 * truncated.  Names are not quoted.  The object is what the name belongs to; if
 * errors name the object itself, both are the same.
 */
typedef struct SgClue
{
	int64		journal_id;
	TimestampTz changed_at;
	SgErrorSet	errors;			/* that it can cause */
	Oid			relation;		/* the object, if it can be locked as a relation */
	char		changed_by[NAMEDATALEN];	/* "": not known */
	char		application_name[NAMEDATALEN];	/* likewise */
	char		schema[NAMEDATALEN];
	char		object[NAMEDATALEN];
	char		name[NAMEDATALEN];
	SgArity		took;			/* arguments, of a function; or any number */
	SgArity		takes;			/* the same since the change */
	char		type[SG_CLUE_TYPE_LEN]; /* of the object, as in the journal */
	char		identity[SG_CLUE_IDENTITY_LEN];
	char		text[SG_CLUE_TEXT_LEN]; /* the change in one line */
} SgClue;

/* what the clues of one entry of the journal have in common */
typedef struct SgClueOrigin
{
	int64		journal_id;
	TimestampTz changed_at;
	const char *changed_by;		/* or NULL */
	const char *application_name;	/* or NULL */
} SgClueOrigin;

extern List *sg_clues_of(const SgItemChange *change, const SgClueOrigin *origin);

#endif							/* SG_INCIDENTS_CLUE_H */
