/*
 * format/item.h
 *		Items: the properties of an object, and what their attributes look like.
 */
#ifndef SG_FORMAT_ITEM_H
#define SG_FORMAT_ITEM_H

#include "lib/stringinfo.h"

#include "format/facet.h"

/*
 * One property.  "attribute" is a word or words, followed by a double-quoted
 * name where it has one: column "id", row security.  "definition" may be "".
 *
 * "stable_id" survives a rename of what the item describes (attnum of a column, OID
 * of a constraint, index, trigger ...); it is 0 where there is none or where
 * the item does not come from the live catalogs.  It is not part of the text.
 */
typedef struct SgItem
{
	SgFacet		facet;
	uint32		stable_id;
	uint32		rank;			/* 0, or the place among the ordered items */
	const char *attribute;
	const char *definition;
} SgItem;

/* the address of an object in the live catalogs */
typedef struct SgObjectKey
{
	Oid			classid;
	Oid			objid;
} SgObjectKey;

/* the kinds of items with a name that code looks for */
typedef enum SgItemKind
{
	SG_ITEM_ATTRIBUTE,			/* of a composite type */
	SG_ITEM_COLUMN,
	SG_ITEM_CONSTRAINT,
	SG_ITEM_INCOMPLETE_INDEX,
	SG_ITEM_INDEX,
	SG_ITEM_INVALID_INDEX,
	SG_ITEM_LABEL,				/* of an enum */
	SG_ITEM_POLICY,
	SG_ITEM_RULE,
	SG_ITEM_TRIGGER
} SgItemKind;

extern bool sg_item_attribute_is(const char *attribute, SgItemKind kind);
extern bool sg_item_is(const SgItem *item, SgItemKind kind);
extern bool sg_item_is_ordered(const SgItem *item);
extern char *sg_item_attribute(const char *words, const char *name);
extern void sg_item_text_init(StringInfo buf);

#endif							/* SG_FORMAT_ITEM_H */
