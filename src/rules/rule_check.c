/*
 * rules/rule_check.c
 *		The findings of all rules about the current transaction.
 */
#include "postgres.h"

#include "rules/in_the_way.h"
#include "rules/rule.h"

static int
compare_findings(const ListCell *a, const ListCell *b)
{
	const SgRuleFinding *left = lfirst(a);
	const SgRuleFinding *right = lfirst(b);

	if (left->rule != right->rule)
		return (int) left->rule - (int) right->rule;
	return strcmp(left->message, right->message);
}

/*
 * Returns the findings of the rules about the current transaction, a List of
 * SgRuleFinding *: about the relations that it may have touched, and about the
 * changes to the schema.  "unfinished" means that its command goes on after this
 * commit; "until" says how long locks count as held.
 */
List *
sg_rule_check(const List *relids, const SgDelta *delta, bool unfinished, TimestampTz until)
{
	List	   *findings = NIL;
	ListCell   *lc;

	foreach(lc, delta->objects)
		sg_rule_check_change(&findings, lfirst(lc));
	foreach(lc, relids)
		sg_rule_check_relation(&findings, lfirst_oid(lc), unfinished, until);
	sg_in_the_way_findings(&findings);
	list_sort(findings, compare_findings);
	return findings;
}
