/*
 * format/diff.h
 *		What differs between two descriptions.
 *
 * Pure: works on objects, touches no catalog.  Two objects whose blocks differ
 * never give an empty list.
 */
#ifndef SG_FORMAT_DIFF_H
#define SG_FORMAT_DIFF_H

#include "nodes/pg_list.h"

#include "format/object.h"

typedef enum SgChangeKind
{
	SG_ADDED,
	SG_REMOVED,
	SG_CHANGED,
	SG_RENAMED
} SgChangeKind;

/*
 * One difference.  attribute == NULL: the object as a whole, "before" and
 * "after" then being its block (added, removed) or its identity (renamed).
 * Renamed attribute: "before" and "after" are the two attributes.  Changed
 * "column order", "attribute order", "label order": the quoted names, comma-
 * separated.  identity is the one it has afterwards, except for what was
 * removed.  facet means nothing where attribute is NULL.
 */
typedef struct SgItemChange
{
	SgChangeKind kind;
	const char *type;
	const char *identity;
	SgFacet		facet;
	const char *attribute;
	const char *before;			/* NULL: added */
	const char *after;			/* NULL: removed */
} SgItemChange;

/* format/diff.c */
extern List *sg_diff_objects(SgObject **before, int nbefore, SgObject **after, int nafter);

/* format/change_text.c */
extern const char *sg_change_kind_name(SgChangeKind kind);
extern char *sg_change_text(const SgItemChange *change);
extern char *sg_changes_reason(const List *changes);
extern char *sg_changes_detail(const List *changes);

#endif							/* SG_FORMAT_DIFF_H */
