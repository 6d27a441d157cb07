/*
 * format/token.h
 *		Reads the SQL of definitions token by token.
 *
 * Pure: works on the texts of items, touches no catalog.
 */
#ifndef SG_FORMAT_TOKEN_H
#define SG_FORMAT_TOKEN_H

#include "nodes/pg_list.h"

typedef enum SgTokenKind
{
	SG_TOKEN_KEYWORD,			/* a word in upper case */
	SG_TOKEN_NAME,				/* an identifier, quoted or not; or a number */
	SG_TOKEN_STRING,			/* in single quotes */
	SG_TOKEN_GROUP,				/* a pair of parentheses and what is between them */
	SG_TOKEN_SIGN				/* any other character */
} SgTokenKind;

typedef struct SgToken
{
	SgTokenKind kind;
	const char *text;			/* in the text that is read */
	size_t		len;
} SgToken;

extern bool sg_token_next(const char **in, const char *end, SgToken *token);
extern SgToken *sg_tokens(const char *text, size_t len, int *count);
extern bool sg_token_is(const SgToken *token, const char *text);
extern char *sg_token_name(const SgToken *token);
extern char *sg_token_inside(const SgToken *group);
extern const char *sg_token_find(const char *text, const char *word);
extern char *sg_token_without_groups(const char *text);
extern List *sg_token_split(const char *text);

#endif							/* SG_FORMAT_TOKEN_H */
