/*
 * queries/outline.h
 *		A JSON document that is assembled piece by piece.
 */
#ifndef SG_QUERIES_OUTLINE_H
#define SG_QUERIES_OUTLINE_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"

/* an object, an array that has each element once, or a scalar */
typedef struct SgOutline
{
	const char *scalar;			/* as JSON; else ... */
	HTAB	   *members;		/* of an object: SgOutline * by key */
	HTAB	   *elements;		/* of an array: its elements as JSON */
	bool		lenient;		/* of a contract: see sg_need_takes() */
} SgOutline;

/* a part of an outline that has no parts itself */
typedef enum SgOutlineKind
{
	SG_OUTLINE_SCALAR = 's',
	SG_OUTLINE_ELEMENT = 'e',	/* of the array under the path */
	SG_OUTLINE_OBJECT = 'o',	/* an empty one */
	SG_OUTLINE_ARRAY = 'a'		/* an empty one */
} SgOutlineKind;

typedef struct SgOutlineLeaf
{
	List	   *path;			/* of char *: the keys that lead to it */
	SgOutlineKind kind;
	const char *json;			/* of a scalar or an element */
} SgOutlineLeaf;

extern SgOutline *sg_outline_new(void);
extern SgOutline *sg_outline_member(SgOutline *outline, const char *key);
extern SgOutline *sg_outline_find(const SgOutline *outline, const char *key);
extern void sg_outline_remove(SgOutline *outline, const char *key);
extern void sg_outline_set_text(SgOutline *outline, const char *text);
extern void sg_outline_add_text(SgOutline *outline, const char *text);
extern void sg_outline_add_json(SgOutline *outline, const char *json);
extern void sg_outline_be_array(SgOutline *outline);
extern void sg_outline_add_all(SgOutline *outline, const SgOutline *other);
extern SgOutline *sg_outline_retain_texts(SgOutline *outline, const List *texts);
extern char *sg_outline_texts(const List *texts);
extern List *sg_outline_leaves(const SgOutline *outline);
extern void sg_outline_add_leaf(SgOutline *outline, const SgOutlineLeaf *leaf);
extern int	sg_outline_keys(const SgOutline *outline, const char ***keys);
extern Datum sg_outline_jsonb(const SgOutline *outline);
extern void sg_outline_render(StringInfo buf, const SgOutline *outline);

#endif							/* SG_QUERIES_OUTLINE_H */
