/*
 * contracts/contract_diff.c
 *		What one contract needs and another one does not.
 */
#include "postgres.h"

#include "contracts/contract_diff.h"
#include "contracts/contract_need.h"

static int
compare_cells(const ListCell *a, const ListCell *b)
{
	return sg_contract_need_compare(lfirst(a), lfirst(b));
}

static List *
sorted_needs(const SgContract *contract)
{
	List	   *needs = sg_contract_need_list(contract);

	list_sort(needs, compare_cells);
	return needs;
}

/* Two that differ, or one that only one side has; the other is NULL. */
static SgNeedChange *
make_change(const SgNeed *before, const SgNeed *after)
{
	const SgNeed *need = after != NULL ? after : before;
	SgNeedChange *change = palloc0(sizeof(SgNeedChange));

	Assert(need != NULL);
	change->change = before == NULL ? "added" : after == NULL ? "removed" : "changed";
	change->key = need->key;
	change->object = need->object;
	change->attribute = need->attribute;
	change->before = before == NULL ? NULL : before->value;
	change->after = after == NULL ? NULL : after->value;
	return change;
}

static bool
same_value(const SgNeed *left, const SgNeed *right)
{
	if (left->value == NULL || right->value == NULL)
		return left->value == right->value;
	return strcmp(left->value, right->value) == 0;
}

/*
 * What the second contract needs that the first does not, and what it no longer needs:
 * a List of SgNeedChange *.
 */
List *
sg_contract_diff(const SgContract *before, const SgContract *after)
{
	List	   *left = sorted_needs(before);
	List	   *right = sorted_needs(after);
	List	   *changes = NIL;
	int			l = 0;
	int			r = 0;

	while (l < list_length(left) || r < list_length(right))
	{
		const SgNeed *old = l < list_length(left) ? list_nth(left, l) : NULL;
		const SgNeed *new = r < list_length(right) ? list_nth(right, r) : NULL;
		int			order = old == NULL ? 1 : new == NULL ? -1 : sg_contract_need_compare(old, new);

		l += order <= 0;
		r += order >= 0;
		if (order == 0 && same_value(old, new))
			continue;
		changes = lappend(changes, make_change(order <= 0 ? old : NULL, order >= 0 ? new : NULL));
	}
	return changes;
}
