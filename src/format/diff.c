/*
 * format/diff.c
 *		The differences between two descriptions.
 *
 * Items are matched in three steps, each on what the step before left unmatched:
 *
 * 1. by facet and attribute: the item exists on both sides under its name;
 * 2. by stable ID (attnum, OID) and words of the attribute: it was renamed.
 *    Stable IDs are known if both sides come from the live catalogs;
 * 3. if they are not known, by place: an ordered item that is gone, and a new one
 *    with the same definition at the same place among the ordered items.  Since
 *    ADD COLUMN adds at the end, only the last column can be mistaken, if it was
 *    dropped and another one of the same type was added.
 *
 * An item whose partner has another definition was changed; an item without a
 * partner was removed or added.  If the matched ordered items are in another order,
 * that is a change of its own.  So every difference between two blocks is reported.
 */
#include "postgres.h"

#include "miscadmin.h"

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
	SgItemChange *change = palloc(sizeof(SgItemChange));

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

/* Sorts the slots without a partner into "sorted", and returns their number. */
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
 * Does one step of the matching: pairs slots without a partner that are equal by
 * "compare" and that "accept" accepts.
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

/* Compares the words of two attributes, without the names. */
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

/* Returns the quoted names of the ordered items of a side, comma-separated. */
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

/* Adds a change if the ordered items that have partners are in another order. */
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
 * Returns true if the object was dropped and another created under its name.
 * Then its columns are new too: reporting them as renamed would hide that data is
 * lost.
 */
static bool
is_another(const SgObject *old, const SgObject *new)
{
	return OidIsValid(old->objid) && OidIsValid(new->objid) && old->objid != new->objid;
}

/* Adds the differences between the items of two objects that are taken for the same one. */
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
 * Returns the differences between an object before and after, either of which may
 * be NULL: a List of SgItemChange in the current memory context, which shares
 * strings with the objects.  The items must be sorted.
 */
static List *
diff_object(const SgObject *before, const SgObject *after)
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
			return list_concat(diff_object(before, NULL), diff_object(NULL, after));
		changes = add_change(changes, SG_RENAMED, after, NULL,
							 before->identity, after->identity);
	}
	return diff_items(changes, before, after);
}

/* two objects that are taken for the same one; either may be NULL */
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

/* the objects of one side that have no partner yet */
typedef struct ObjectArray
{
	SgObject  **objects;
	int			count;
} ObjectArray;

/* the pairs that were found */
typedef struct PairArray
{
	Pair	   *pairs;
	int			count;
} PairArray;

static void
add_pair(PairArray *pairs, const SgObject *before, const SgObject *after)
{
	Pair		pair = {.before = before, .after = after};

	pairs->pairs[pairs->count++] = pair;
}

/*
 * Pairs the objects that are equal by "compare" and that "accept" accepts.  Those
 * without a partner stay in the two arrays.
 */
static void
pair_objects(ObjectArray *before, ObjectArray *after, int (*compare) (const void *, const void *),
			 bool (*accept) (const SgObject *), PairArray *pairs)
{
	int			b = 0;
	int			a = 0;
	int			bkept = 0;
	int			akept = 0;

	qsort(before->objects, before->count, sizeof(SgObject *), compare);
	qsort(after->objects, after->count, sizeof(SgObject *), compare);
	while (b < before->count || a < after->count)
	{
		int			order = b >= before->count ? 1 : a >= after->count ? -1 :
			compare(&before->objects[b], &after->objects[a]);

		if (order == 0 && accept(before->objects[b]))
		{
			add_pair(pairs, before->objects[b++], after->objects[a++]);
			continue;
		}
		if (order <= 0)
			before->objects[bkept++] = before->objects[b++];
		if (order >= 0)
			after->objects[akept++] = after->objects[a++];
	}
	before->count = bkept;
	after->count = akept;
}

static bool
any_object(const SgObject *object)
{
	return true;
}

static bool
has_oid(const SgObject *object)
{
	return OidIsValid(object->objid);
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
 * Returns the differences between two sets of objects, as diff_object() does,
 * sorted by type and identity.  Objects are matched by type and identity, then by
 * classid and objid if both sides have them.  Reorders the arrays.
 */
List *
sg_diff_objects(SgObject **before, int nbefore, SgObject **after, int nafter)
{
	List	   *changes = NIL;
	ObjectArray left = {before, nbefore};
	ObjectArray right = {after, nafter};
	PairArray	pairs = {palloc(sizeof(Pair) * Max(nbefore + nafter, 1)), 0};

	pair_objects(&left, &right, compare_object_names, any_object, &pairs);
	pair_objects(&left, &right, compare_object_oids, has_oid, &pairs);
	for (int i = 0; i < left.count; i++)
		add_pair(&pairs, left.objects[i], NULL);
	for (int i = 0; i < right.count; i++)
		add_pair(&pairs, NULL, right.objects[i]);
	qsort(pairs.pairs, pairs.count, sizeof(Pair), compare_pairs);
	for (int i = 0; i < pairs.count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		changes = list_concat(changes, diff_object(pairs.pairs[i].before, pairs.pairs[i].after));
	}
	return changes;
}
