/*
 * approvals/path_fit.c
 *		Whether a contract fits the states of a path.
 *
 * Only the first state is loaded as a whole; the cost of each further step depends
 * on what it changes.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "approvals/path_fit.h"
#include "contracts/contract_privilege.h"
#include "contracts/contract_stored.h"
#include "contracts/problem.h"
#include "format/fingerprint.h"
#include "snapshots/snapshot.h"
#include "state/store.h"

/* Turns the schema from the state "from" into the state "to"; returns false if they are equal. */
static bool
take_step(SgContractStored *schema, const char *from, const char *to)
{
	SgDigest	from_root;
	SgDigest	to_root;
	SgDigestSet gone;
	SgDigestSet come;
	SgObject  **objects;

	sg_fingerprint_root(from, &from_root);
	sg_fingerprint_root(to, &to_root);
	sg_store_load_tree_difference(&from_root, &to_root, &gone, &come);
	objects = sg_store_load_objects(gone.members, gone.count);
	for (int i = 0; i < gone.count; i++)
		sg_contract_stored_remove(schema, objects[i]);
	objects = sg_store_load_objects(come.members, come.count);
	for (int i = 0; i < come.count; i++)
		sg_contract_stored_add(schema, objects[i]);
	return gone.count > 0 || come.count > 0;
}

static SgContractStored *
load_state(const char *fingerprint)
{
	SgContractStored *schema = sg_contract_stored_create();
	SgDigest	root;
	SgDigestSet digests;
	SgObject  **objects;

	sg_fingerprint_root(fingerprint, &root);
	sg_store_load_tree(&root, &digests);
	objects = sg_store_load_objects(digests.members, digests.count);
	for (int i = 0; i < digests.count; i++)
		sg_contract_stored_add(schema, objects[i]);
	return schema;
}

static bool
has_problem(const List *problems, const SgProblem *problem)
{
	ListCell   *lc;

	foreach(lc, problems)
	{
		const SgProblem *other = lfirst(lc);

		if (sg_problem_same(other, problem) && other->severity == problem->severity)
			return true;
	}
	return false;
}

/*
 * Returns what does not hold in the states that the path's steps lead to: a List
 * of SgProblem *, each with the state in which it begins, "name/step".
 */
List *
sg_path_fit_problems(const SgPath *path, const SgContract *contract)
{
	SgContractStored *schema = NULL;
	const char *state = NULL;
	List	   *result = NIL;
	List	   *before = NIL;
	ListCell   *lc;

	foreach(lc, sg_path_states(path))
	{
		const SgPathState *next = lfirst(lc);
		List	   *after;
		ListCell   *lp;

		CHECK_FOR_INTERRUPTS();
		if (schema == NULL)
			schema = load_state(next->fingerprint);
		else if (!take_step(schema, state, next->fingerprint))
			continue;
		state = next->fingerprint;
		after = sg_contract_stored_check(schema, contract);
		foreach(lp, after)
		{
			SgProblem  *problem = lfirst(lp);

			if (has_problem(before, problem))
				continue;
			problem->state = psprintf("%s/%d", path->name, next->step);
			result = lappend(result, problem);
		}
		before = after;
	}
	return result;
}

/*
 * Returns what does not hold in a snapshot, or in the states that a path leads through.
 * In a snapshot that includes the privileges of the role, or of the one that the
 * contract names if it is NULL.
 */
List *
sg_path_fit_reference(const SgContract *contract, const char *role, const char *reference)
{
	SgPath	   *path = sg_path_find(reference);
	SgSnapshot *snapshot;
	SgDescription *schema;
	List	   *problems;
	ListCell   *lc;

	if (path != NULL)
		return sg_path_fit_problems(path, contract);
	snapshot = sg_snapshot_find(reference, false);
	schema = sg_snapshot_load(snapshot);
	problems = list_concat(sg_contract_check_schema(contract, schema),
						   sg_contract_privilege_check_schema(contract, role, schema));
	foreach(lc, problems)
		((SgProblem *) lfirst(lc))->state = snapshot->name;
	return problems;
}
