/*
 * releases/contract_call.c
 *		The rules of functions: does the call that a contract names find one?
 *
 * A contract gives the types of a call's arguments.  As for the server, what is
 * called may have more parameters, with defaults, or take the last arguments as
 * its VARIADIC one; and a call that fits two functions equally well finds none.
 * Where no function has just these types, the server's own rules say which it
 * takes by implicit casts: risky, as a client that sends the types which the
 * server tells it will send others.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "parser/parse_func.h"

#include "format/item_text.h"
#include "format/token.h"
#include "releases/contract_rules.h"
#include "releases/problem.h"
#include "support/compat.h"

/* a function that can take as many arguments as are given */
typedef struct Candidate
{
	const SgObject *function;
	List	   *types;			/* of the parameters that the arguments go to */
	bool		expanded;		/* the last ones are of its VARIADIC parameter */
} Candidate;

/* The identity's name without arguments, schema.name; palloc'd. */
char *
sg_contract_function_called(const char *identity)
{
	return pnstrdup(identity, sg_token_find(identity, "(") - identity);
}

/* The types in a function's identity: a List of char *. */
static List *
input_types(const char *identity)
{
	const char *open = sg_token_find(identity, "(");

	return *open == '\0' ? NIL : sg_token_split(pnstrdup(open + 1, strlen(open) - 2));
}

/* What each of the arguments is that make up the VARIADIC one. */
static char *
element_type(const char *array)
{
	size_t		len = strlen(array);

	if (strcmp(array, "anyarray") == 0)
		return "anyelement";
	if (strcmp(array, "anycompatiblearray") == 0)
		return "anycompatible";
	return pnstrdup(array, len > 2 && strcmp(array + len - 2, "[]") == 0 ? len - 2 : len);
}

/* Fills in the candidate; false if the function does not take that many arguments. */
static bool
take_arguments(const SgObject *function, int count, Candidate *candidate)
{
	const char *arguments = sg_item_definition(function, "arguments");
	List	   *types = input_types(function->identity);
	int			parameters = list_length(types);
	int			defaults = 0;
	bool		variadic = false;
	ListCell   *cell;

	foreach(cell, sg_token_split(arguments == NULL ? "" : arguments))
	{
		defaults += *sg_token_find(lfirst(cell), " DEFAULT ") != '\0';
		variadic |= strncmp(lfirst(cell), "VARIADIC ", 9) == 0;
	}
	candidate->function = function;
	candidate->expanded = variadic && parameters <= count;
	if (candidate->expanded)
	{
		char	   *element = element_type(llast(types));

		types = list_truncate(types, parameters - 1);
		while (list_length(types) < count)
			types = lappend(types, element);
	}
	candidate->types = list_truncate(types, count);
	return candidate->expanded || parameters == count ||
		(parameters > count && parameters - defaults <= count);
}

static bool
same_types(const List *left, const List *right)
{
	ListCell   *cell;
	ListCell   *other;

	forboth(cell, left, other, right)
	{
		if (strcmp(lfirst(cell), lfirst(other)) != 0)
			return false;
	}
	return list_length(left) == list_length(right);
}

/*
 * The one function that has just these types, those that need not expand a
 * VARIADIC parameter before the others; NULL if there is none, or more than one.
 */
static const SgObject *
exact_function(const List *candidates, const List *types, bool *ambiguous)
{
	const SgObject *found[2] = {NULL, NULL};
	int			count[2] = {0, 0};
	int			kind;
	ListCell   *cell;

	foreach(cell, candidates)
	{
		const Candidate *candidate = lfirst(cell);

		if (!same_types(candidate->types, types))
			continue;
		found[candidate->expanded] = candidate->function;
		count[candidate->expanded]++;
	}
	kind = count[0] > 0 ? 0 : 1;
	*ambiguous = count[kind] > 1;
	return *ambiguous ? NULL : found[kind];
}

/* The types in this database; false if one is not there. */
static bool
look_up_types(const List *types, Oid *oids)
{
	ListCell   *cell;

	foreach(cell, types)
	{
		int32		typmod;

		*oids = InvalidOid;
		sg_compat_parse_type(lfirst(cell), oids, &typmod);
		if (!OidIsValid(*oids++))
			return false;
	}
	return true;
}

/* The one function that the server takes by implicit casts, and how it does. */
static const SgObject *
coerced_function(const List *candidates, const List *types, SgCall *call, bool *ambiguous)
{
	int			nargs = list_length(types);
	Oid		   *given = palloc(sizeof(Oid) * Max(nargs, 1));
	FuncCandidateList *entries = palloc(sizeof(FuncCandidateList) * Max(list_length(candidates), 1));
	FuncCandidateList all = NULL;
	FuncCandidateList chosen = NULL;
	int			count;

	if (nargs == 0 || !look_up_types(types, given))
		return NULL;
	for (int i = 0; i < list_length(candidates); i++)
	{
		FuncCandidateList entry = palloc0(offsetof(struct _FuncCandidateList, args) + sizeof(Oid) * nargs);

		entries[i] = entry;
		entry->nargs = nargs;
		if (!look_up_types(((Candidate *) list_nth(candidates, i))->types, entry->args))
			continue;
		entry->next = all;
		all = entry;
	}
	count = func_match_argtypes(nargs, given, all, &chosen);
	if (count > 1)
		chosen = func_select_candidate(nargs, given, chosen);
	*ambiguous = count > 1 && chosen == NULL;
	for (int i = 0; i < list_length(candidates) && chosen != NULL; i++)
	{
		if (entries[i] != chosen)
			continue;
		*call = (SgCall) {nargs, given, chosen->args};
		return ((Candidate *) list_nth(candidates, i))->function;
	}
	return NULL;
}

static void
check_result(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
			 const SgCall *call)
{
	SgProblem  *problem;

	if (needed->result == NULL || sg_contract_result_fits(check, needed->result, function, call))
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, function->type, needed->identity);
	problem->attribute = "returns";
	problem->needed = needed->result;
	problem->found = sg_item_definition(function, "returns");
}

/* Those of the functions that take so many arguments: a List of Candidate *. */
static List *
find_candidates(const List *functions, int count)
{
	List	   *candidates = NIL;
	ListCell   *cell;

	foreach(cell, functions)
	{
		Candidate  *candidate = palloc(sizeof(Candidate));

		if (take_arguments(lfirst(cell), count, candidate))
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}

static const SgObject *
identical_function(const List *functions, const char *identity)
{
	ListCell   *cell;

	foreach(cell, functions)
	{
		const SgObject *function = lfirst(cell);

		if (strcmp(function->identity, identity) == 0)
			return function;
	}
	return NULL;
}

/* Is there one function that the call finds, and does it return what is needed? */
void
sg_contract_check_function(SgContractCheck *check, const SgContractFunction *needed)
{
	List	   *functions = check->source->overloads(sg_contract_function_called(needed->identity),
													 check->source->arg);
	List	   *types = input_types(needed->identity);
	List	   *candidates = find_candidates(functions, list_length(types));
	SgCall		call = {0};
	bool		ambiguous = false;
	const SgObject *function = exact_function(candidates, types, &ambiguous);

	/* of these very parameters; its VARIADIC one is given as an array */
	if (function == NULL && !ambiguous)
		function = identical_function(functions, needed->identity);
	if (function == NULL && !ambiguous && candidates != NIL)
	{
		function = coerced_function(candidates, types, &call, &ambiguous);
		if (function != NULL)
		{
			SgProblem  *problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_ARGUMENTS_CHANGED, function->type,
												 needed->identity);

			problem->found = function->identity;
		}
	}
	if (function != NULL)
		check_result(check, needed, function, &call);
	else
		(void) sg_contract_missing(check, ambiguous ? SG_RULE_FUNCTION_AMBIGUOUS : SG_RULE_FUNCTION_MISSING,
								   SG_CONTRACT_FUNCTION, needed->identity);
}
