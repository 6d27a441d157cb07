/*
 * format/object.c
 *		Objects: their types and their items.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "format/object.h"
#include "support/grow.h"
#include "support/text.h"

/*
 * Every object type of format sg1, as pg_identify_object() names it.  If one is a
 * prefix of another, the longer one comes first, so that a header line has only one
 * reading.
 */
static const char *const object_types[] = {
	"access method",
	"aggregate",
	"cast",
	"collation",
	"conversion",
	"database",
	"default acl",
	"event trigger",
	"extension",
	"foreign table",
	"foreign-data wrapper",
	"function",
	"language",
	"materialized view",
	"operator class",
	"operator family",
	"operator",
	"procedure",
	"publication",
	"schema",
	"sequence",
	"server",
	"statistics object",
	"subscription",
	"table",
	"text search configuration",
	"text search dictionary",
	"text search parser",
	"text search template",
	"transform",
	"type",
	"user mapping",
	"view",
	NULL
};

/* Returns all object types, NULL-terminated; a longer name comes before its prefix. */
const char *const *
sg_object_types(void)
{
	return object_types;
}

/* Returns the constant for an object type, which need not be NUL-terminated, or NULL. */
const char *
sg_object_type_intern(const char *name, size_t len)
{
	for (const char *const *type = object_types; *type != NULL; type++)
	{
		if (strlen(*type) == len && memcmp(*type, name, len) == 0)
			return *type;
	}
	return NULL;
}

/*
 * Initializes an object without items, in the current memory context.  "type" must
 * be a constant; "identity" is not copied.
 */
void
sg_object_init(SgObject *object, const char *type, const char *identity,
			   Oid classid, Oid objid)
{
	object->type = type;
	object->identity = identity;
	object->classid = classid;
	object->objid = objid;
	object->structural = true;
	object->nmentions = 0;
	object->mentions = NULL;
	object->nitems = 0;
	object->maxitems = 16;
	object->items = palloc(sizeof(SgItem) * object->maxitems);
}

/* Adds an item; the strings are not copied.  The result is valid until the next call. */
SgItem *
sg_object_add(SgObject *object, SgFacet facet, uint32 stable_id,
			  const char *attribute, const char *definition)
{
	SgItem	   *item;

	SG_GROW(object->items, object->nitems, object->maxitems);
	item = &object->items[object->nitems++];
	item->facet = facet;
	item->stable_id = stable_id;
	item->rank = 0;
	item->attribute = attribute;
	item->definition = definition;
	return item;
}

/* Adds a structure item that has no stable ID. */
void
sg_object_add_structure(SgObject *object, const char *attribute, const char *definition)
{
	(void) sg_object_add(object, SG_FACET_STRUCTURE, 0, attribute, definition);
}

/* Adds a structure item whose place, from 1, among items of its kind is part of its meaning. */
void
sg_object_add_ordered(SgObject *object, uint32 rank, uint32 stable_id,
					  const char *attribute, const char *definition)
{
	SgItem	   *item = sg_object_add(object, SG_FACET_STRUCTURE, stable_id, attribute, definition);

	Assert(rank > 0 && sg_item_is_ordered(item));
	item->rank = rank;
}

/* Orders ordered items first, by rank, then the others by facet and attribute, as UTF-8 bytes. */
static int
compare_items(const void *a, const void *b)
{
	const SgItem *left = a;
	const SgItem *right = b;
	int			result;

	if (left->rank != right->rank)
	{
		if (left->rank == 0 || right->rank == 0)
			return left->rank == 0 ? 1 : -1;
		return left->rank < right->rank ? -1 : 1;
	}
	if (left->facet != right->facet)
		return left->facet < right->facet ? -1 : 1;
	result = sg_text_compare(left->attribute, strlen(left->attribute),
							 right->attribute, strlen(right->attribute));
	if (result != 0)
		return result;
	return sg_text_compare(left->definition, strlen(left->definition),
						   right->definition, strlen(right->definition));
}

/* Returns how many items at the beginning are in their final places: ordered ones, in order. */
static int
count_in_order(const SgObject *object)
{
	int			count = 0;

	while (count < object->nitems && object->items[count].rank == count + 1)
		count++;
	for (int i = count; i < object->nitems; i++)
	{
		if (object->items[i].rank != 0)
			return 0;
	}
	return count;
}

/* Sorts the items into canonical order.  Columns, which are most of them, mostly are in order. */
void
sg_object_sort(SgObject *object)
{
	int			in_order = count_in_order(object);

	if (object->nitems - in_order > 1)
		qsort(object->items + in_order, object->nitems - in_order, sizeof(SgItem), compare_items);
}

/* Returns true if a description in these facets contains the object at all. */
bool
sg_object_in_facets(const SgObject *object, SgFacetSet facets)
{
	if (object->structural && (facets & SG_FACET_BIT(SG_FACET_STRUCTURE)) != 0)
		return true;
	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) != 0)
			return true;
	}
	return false;
}

/* Returns a copy of the object and all its strings, in the current memory context. */
SgObject *
sg_object_copy(const SgObject *object)
{
	SgObject   *copy = palloc(sizeof(SgObject));

	*copy = *object;
	copy->identity = pstrdup(object->identity);
	copy->maxitems = Max(object->nitems, 1);
	copy->items = palloc(sizeof(SgItem) * copy->maxitems);
	for (int i = 0; i < object->nitems; i++)
	{
		copy->items[i] = object->items[i];
		copy->items[i].attribute = pstrdup(object->items[i].attribute);
		copy->items[i].definition = pstrdup(object->items[i].definition);
	}
	copy->mentions = palloc(sizeof(Oid) * Max(object->nmentions, 1));
	if (object->nmentions > 0)
		memcpy(copy->mentions, object->mentions, sizeof(Oid) * object->nmentions);
	return copy;
}
