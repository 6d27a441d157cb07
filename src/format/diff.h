/*
 * format/diff.h
 *		The differences between two descriptions.
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
 * One difference.  If "attribute" is NULL, it is about the whole object; "before"
 * and "after" are its block (added, removed) or its identity (renamed).  If an item
 * was renamed, they are its two attributes.  If "column order", "attribute order"
 * or "label order" has changed, they are the quoted names, comma-separated.
 * "identity" is the object's after the change, unless the object was removed.
 * "facet" has no meaning if "attribute" is NULL.
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
