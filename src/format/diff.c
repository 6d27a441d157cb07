/*
 * format/diff.c
 *		What differs between two descriptions.
 *
 * Items are matched in three steps, each on what the step before left over:
 *
 * 1. by facet and attribute: the item is there on both sides, under its name;
 * 2. by key (attnum, OID) and first word of the attribute: it was renamed.
 *    Keys are known where both sides come from the live catalogs;
 * 3. where keys are not known, by place: an ordered item that went and one
 *    with the same definition that came at the same place among the ordered
 *    items.  ADD COLUMN adds at the end only, so nothing but the last column
 *    can be mistaken, when it was dropped and one of the same type added.
 *
 * What has a partner on the other side and another definition was changed;
 * what has none was removed or added.  If the ordered items that have partners
 * stand in another order, that is a change of its own.  Thus every difference
 * between two blocks shows up.
 */
#include "postgres.h"

#include "format/block.h"
#include "format/diff.h"
#include "support/text.h"

/* an item and its partner on the other side */
typedef struct Slot
{
	const SgItem *item;
	int			place;			/* among the ordered items, from 1, or 0 */
	size_t		word_len;		/* length of the attribute up to its name */
	struct Slot *partner;
} Slot;

/* the items of one side, in the order of the object and sorted */
typedef struct Side
{
	const SgObject *object;
	int			count;
	Slot	   *slots;
	Slot	  **sorted;			/* scratch for the matching steps */
} Side;

static List *
add_change(List *changes, SgChangeKind kind, const SgObject *object,
		   const SgItem *item, const char *before, const char *after)
{
	SgItemChange   *change = palloc(sizeof(SgItemChange));

	change->kind = kind;
	change->type = object->type;
	change->identity = object->identity;
	change->facet = item ? item->facet : SG_FACET_STRUCTURE;
	change->attribute = item ? item->attribute : NULL;
	change->before = before;
	change->after = after;
	return lappend(changes, change);
}

static char *
block_text(const SgObject *object)
{
	StringInfoData buf;

	initStringInfo(&buf);
	sg_block_write(&buf, object, SG_FACETS_ALL);
	return buf.data;
}

static void
init_side(Side *side, const SgObject *object)
{
	int			place = 0;

	side->object = object;
	side->count = object->nitems;
	side->slots = palloc(sizeof(Slot) * Max(side->count, 1));
	side->sorted = palloc(sizeof(Slot *) * Max(side->count, 1));
	for (int i = 0; i < side->count; i++)
	{
		Slot	   *slot = &side->slots[i];

		slot->item = &object->items[i];
		slot->place = sg_item_is_ordered(slot->item) ? ++place : 0;
		slot->word_len = strcspn(slot->item->attribute, "\"");
		slot->partner = NULL;
	}
}

/* Puts the slots without a partner into "sorted"; returns their number. */
static int
sort_unmatched(Side *side, int (*compare) (const void *, const void *))
{
	int			count = 0;

	for (int i = 0; i < side->count; i++)
	{
		if (side->slots[i].partner == NULL)
			side->sorted[count++] = &side->slots[i];
	}
	qsort(side->sorted, count, sizeof(Slot *), compare);
	return count;
}

/*
 * One step of the matching: makes partners of the slots without a partner that
 * "compare" finds equal and "accept" finds fit.
 */
static void
match(Side *before, Side *after, int (*compare) (const void *, const void *),
	  bool (*accept) (const Slot *, const Slot *))
{
	int			nbefore = sort_unmatched(before, compare);
	int			nafter = sort_unmatched(after, compare);
	int			b = 0;
	int			a = 0;

	while (b < nbefore && a < nafter)
	{
		Slot	   *left = before->sorted[b];
		Slot	   *right = after->sorted[a];
		int			order = compare(&left, &right);

		if (order == 0 && accept(left, right))
		{
			left->partner = right;
			right->partner = left;
		}
		if (order <= 0)
			b++;
		if (order >= 0)
			a++;
	}
}

static int
compare_names(const void *a, const void *b)
{
	const SgItem *left = (*(Slot *const *) a)->item;
	const SgItem *right = (*(Slot *const *) b)->item;

	if (left->facet != right->facet)
		return left->facet < right->facet ? -1 : 1;
	return strcmp(left->attribute, right->attribute);
}

static bool
accept_name(const Slot *before, const Slot *after)
{
	return true;
}

/* the words of two attributes, without names */
static int
compare_words(const Slot *left, const Slot *right)
{
	int			order = strncmp(left->item->attribute, right->item->attribute,
								Min(left->word_len, right->word_len));

	if (order != 0 || left->word_len == right->word_len)
		return order;
	return left->word_len < right->word_len ? -1 : 1;
}

static int
compare_keys(const void *a, const void *b)
{
	const Slot *left = *(Slot *const *) a;
	const Slot *right = *(Slot *const *) b;

	if (left->item->stable_id != right->item->stable_id)
		return left->item->stable_id < right->item->stable_id ? -1 : 1;
	return compare_words(left, right);
}

static bool
accept_key(const Slot *before, const Slot *after)
{
	return before->item->stable_id != 0 && before->item->facet == after->item->facet;
}

static int
compare_places(const void *a, const void *b)
{
	const Slot *left = *(Slot *const *) a;
	const Slot *right = *(Slot *const *) b;

	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return compare_words(left, right);
}

static bool
accept_place(const Slot *before, const Slot *after)
{
	if (before->place == 0)
		return false;
	if (before->item->stable_id != 0 && after->item->stable_id != 0)
		return false;
	return strcmp(before->item->definition, after->item->definition) == 0;
}

/* The quoted names of the ordered items of a side, comma-separated. */
static char *
ordered_names(const Side *side)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < side->count; i++)
	{
		const Slot *slot = &side->slots[i];

		if (slot->place == 0)
			continue;
		if (buf.len > 0)
			appendStringInfoString(&buf, ", ");
		appendStringInfoString(&buf, slot->item->attribute + slot->word_len);
	}
	return buf.data;
}

/* Adds a change if the ordered items that have partners stand in another order. */
static List *
diff_order(List *changes, const Side *before, const Side *after)
{
	int			last = 0;

	for (int i = 0; i < after->count; i++)
	{
		const Slot *slot = &after->slots[i];
		SgItem		order;

		if (slot->place == 0 || slot->partner == NULL)
			continue;
		if (slot->partner->place > last)
		{
			last = slot->partner->place;
			continue;
		}
		order = *slot->item;
		order.attribute = psprintf("%.*sorder", (int) slot->word_len, slot->item->attribute);
		return add_change(changes, SG_CHANGED, after->object, &order,
						  ordered_names(before), ordered_names(after));
	}
	return changes;
}

/*
 * Is it another object under the old one's name, dropped and made anew?  Then
 * its columns are new too: calling them renamed would hide that data is lost.
 */
static bool
is_another(const SgObject *old, const SgObject *new)
{
	return OidIsValid(old->objid) && OidIsValid(new->objid) && old->objid != new->objid;
}

/* Adds what differs between two objects that are taken to be the same one. */
static List *
diff_items(List *changes, const SgObject *old, const SgObject *new)
{
	Side		before;
	Side		after;

	init_side(&before, old);
	init_side(&after, new);
	match(&before, &after, compare_names, accept_name);
	if (!is_another(old, new))
	{
		match(&before, &after, compare_keys, accept_key);
		match(&before, &after, compare_places, accept_place);
	}

	for (int i = 0; i < before.count; i++)
	{
		const SgItem *item = before.slots[i].item;
		const SgItem *partner;

		if (before.slots[i].partner == NULL)
		{
			changes = add_change(changes, SG_REMOVED, new, item, item->definition, NULL);
			continue;
		}
		partner = before.slots[i].partner->item;
		if (strcmp(item->attribute, partner->attribute) != 0)
			changes = add_change(changes, SG_RENAMED, new, partner,
								 item->attribute, partner->attribute);
		if (strcmp(item->definition, partner->definition) != 0)
			changes = add_change(changes, SG_CHANGED, new, partner,
								 item->definition, partner->definition);
	}
	for (int i = 0; i < after.count; i++)
	{
		const SgItem *item = after.slots[i].item;

		if (after.slots[i].partner == NULL)
			changes = add_change(changes, SG_ADDED, new, item, NULL, item->definition);
	}
	return diff_order(changes, &before, &after);
}

static bool
same_name(const SgObject *a, const SgObject *b)
{
	return strcmp(a->type, b->type) == 0 && strcmp(a->identity, b->identity) == 0;
}

/*
 * What differs between an object before and after; either may be NULL.
 * Returns a list of SgItemChange in the current memory context, whose strings
 * partly are those of the objects.  The items must be sorted.
 */
List *
sg_diff_object(const SgObject *before, const SgObject *after)
{
	List	   *changes = NIL;

	if (before == NULL && after == NULL)
		return NIL;
	if (before == NULL)
		return add_change(NIL, SG_ADDED, after, NULL, NULL, block_text(after));
	if (after == NULL)
		return add_change(NIL, SG_REMOVED, before, NULL, block_text(before), NULL);
	if (!same_name(before, after))
	{
		if (strcmp(before->type, after->type) != 0)
			return list_concat(sg_diff_object(before, NULL), sg_diff_object(NULL, after));
		changes = add_change(changes, SG_RENAMED, after, NULL,
							 before->identity, after->identity);
	}
	return diff_items(changes, before, after);
}

/* two objects taken to be the same one; either may be NULL */
typedef struct Pair
{
	const SgObject *before;
	const SgObject *after;
} Pair;

static int
compare_object_names(const void *a, const void *b)
{
	const SgObject *left = *(SgObject *const *) a;
	const SgObject *right = *(SgObject *const *) b;
	int			order = strcmp(left->type, right->type);

	if (order != 0)
		return order;
	return sg_text_compare(left->identity, strlen(left->identity),
						   right->identity, strlen(right->identity));
}

static int
compare_object_oids(const void *a, const void *b)
{
	const SgObject *left = *(SgObject *const *) a;
	const SgObject *right = *(SgObject *const *) b;

	if (left->classid != right->classid)
		return left->classid < right->classid ? -1 : 1;
	if (left->objid != right->objid)
		return left->objid < right->objid ? -1 : 1;
	return 0;
}

/*
 * Pairs off the objects that "compare" finds equal, those without OIDs left
 * out if "oids".  What finds no partner stays in the two arrays.
 */
static int
pair_objects(SgObject **before, int *nbefore, SgObject **after, int *nafter,
			 int (*compare) (const void *, const void *), bool oids, Pair *pairs)
{
	int			npairs = 0;
	int			b = 0;
	int			a = 0;
	int			bkept = 0;
	int			akept = 0;

	qsort(before, *nbefore, sizeof(SgObject *), compare);
	qsort(after, *nafter, sizeof(SgObject *), compare);
	while (b < *nbefore || a < *nafter)
	{
		int			order = b >= *nbefore ? 1 : a >= *nafter ? -1 :
			compare(&before[b], &after[a]);

		if (order == 0 && (!oids || OidIsValid(before[b]->objid)))
		{
			pairs[npairs].before = before[b++];
			pairs[npairs++].after = after[a++];
			continue;
		}
		if (order <= 0)
			before[bkept++] = before[b++];
		if (order >= 0)
			after[akept++] = after[a++];
	}
	*nbefore = bkept;
	*nafter = akept;
	return npairs;
}

static int
compare_pairs(const void *a, const void *b)
{
	const Pair *left = a;
	const Pair *right = b;
	const SgObject *left_object = left->after ? left->after : left->before;
	const SgObject *right_object = right->after ? right->after : right->before;

	return compare_object_names(&left_object, &right_object);
}

/*
 * What differs between two sets of objects, sorted by type and identity.
 * Objects are matched by type and identity, then by classid and objid where
 * both sides have them.  Reorders the arrays; otherwise as sg_diff_object.
 */
List *
sg_diff_objects(SgObject **before, int nbefore, SgObject **after, int nafter)
{
	List	   *changes = NIL;
	Pair	   *pairs = palloc(sizeof(Pair) * Max(nbefore + nafter, 1));
	int			npairs;

	npairs = pair_objects(before, &nbefore, after, &nafter,
						  compare_object_names, false, pairs);
	npairs += pair_objects(before, &nbefore, after, &nafter,
						   compare_object_oids, true, pairs + npairs);
	for (int i = 0; i < nbefore; i++)
	{
		pairs[npairs].before = before[i];
		pairs[npairs++].after = NULL;
	}
	for (int i = 0; i < nafter; i++)
	{
		pairs[npairs].before = NULL;
		pairs[npairs++].after = after[i];
	}
	qsort(pairs, npairs, sizeof(Pair), compare_pairs);
	for (int i = 0; i < npairs; i++)
		changes = list_concat(changes, sg_diff_object(pairs[i].before, pairs[i].after));
	return changes;
}
