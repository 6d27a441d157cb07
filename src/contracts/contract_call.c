/*
 * contracts/contract_call.c
 *		The rules about functions: whether the call that a contract names finds one.
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
#include "miscadmin.h"
#include "parser/parse_func.h"

#include "contracts/contract_overload.h"
#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "support/text.h"

/* a function that can take as many arguments as are given */
typedef struct Candidate
{
	const SgObject *function;
	List	   *types;			/* of the parameters that the arguments go to */
	bool		expanded;		/* the last ones are of its VARIADIC parameter */
	int			place;			/* of its schema in search_path */
	FuncCandidateList entry;	/* the same as the server has it, where it was asked; or NULL */
} Candidate;

/* The types of the parameters that named arguments go to; false if they do not fit. */
static bool
take_named(const SgParameters *parameters, const List *arguments, Candidate *candidate)
{
	int			count = list_length(parameters->types);
	bool	   *filled = palloc0(sizeof(bool) * Max(count, 1));
	int			place = 0;
	ListCell   *cell;

	candidate->types = NIL;
	foreach(cell, arguments)
	{
		const SgArgument *argument = lfirst(cell);

		if (argument->name != NULL)
			place = sg_contract_overload_place(parameters, argument->name);
		if (place < 0 || place >= count || filled[place])
			return false;
		filled[place] = true;
		candidate->types = lappend(candidate->types, list_nth(parameters->types, place));
		place++;
	}
	for (int i = 0; i < count - parameters->defaults; i++)
	{
		if (!filled[i])
			return false;
	}
	return true;
}

/*
 * Fills in the candidate; false if the function does not take these arguments,
 * whatever their types.
 */
static bool
take_arguments(const SgOverload *overload, const List *arguments, Candidate *candidate)
{
	const SgParameters *parameters = &overload->parameters;
	int			wanted = list_length(parameters->types);
	int			count = list_length(arguments);
	const SgArgument *last = arguments == NIL ? NULL : llast(arguments);
	bool		variadic = last != NULL && last->variadic;

	*candidate = (Candidate) {.function = overload->function};
	if (last != NULL && last->name != NULL)
		return take_named(parameters, arguments, candidate);
	/* the call's VARIADIC says no more than that nothing is to be expanded */
	candidate->expanded = parameters->variadic && wanted <= count && !variadic;
	if (!candidate->expanded && (wanted < count || wanted - parameters->defaults > count))
		return false;
	candidate->types = list_truncate(list_copy(parameters->types), candidate->expanded ? wanted - 1 : count);
	if (candidate->expanded)
	{
		char	   *element = sg_contract_overload_element(llast(parameters->types));

		while (list_length(candidate->types) < count)
			candidate->types = lappend(candidate->types, element);
	}
	return true;
}

/* The one function that has just these types; NULL if there is none, or more than one. */
static const SgObject *
exact_function(const List *candidates, const List *types, bool *ambiguous)
{
	const SgObject *found = NULL;
	ListCell   *cell;

	foreach(cell, candidates)
	{
		const Candidate *candidate = lfirst(cell);

		if (!sg_text_list_equal(candidate->types, types))
			continue;
		*ambiguous = found != NULL;
		found = candidate->function;
		if (*ambiguous)
			return NULL;
	}
	return found;
}

/* Looks the types up in this database; returns false if one does not exist. */
static bool
look_up_types(SgContractCheck *check, const List *types, Oid *oids)
{
	ListCell   *cell;

	if (check->type_oids == NULL)
		check->type_oids = sg_name_table("schema_guard OIDs of types");
	foreach(cell, types)
	{
		Oid		  **known = (Oid **) sg_name_enter(check->type_oids, lfirst(cell));

		if (*known == NULL)
		{
			*known = palloc(sizeof(Oid));
			**known = sg_contract_type_oid(lfirst(cell));
		}
		*oids = **known;
		if (!OidIsValid(*oids++))
			return false;
	}
	return true;
}

/* The one function that the server takes by implicit casts, and how it does. */
static const Candidate *
coerced_function(SgContractCheck *check, const List *candidates, const List *types, SgCall *call,
				 bool *ambiguous)
{
	int			nargs = list_length(types);
	Oid		   *given = palloc(sizeof(Oid) * Max(nargs, 1));
	FuncCandidateList all = NULL;
	FuncCandidateList chosen = NULL;
	int			count;
	ListCell   *cell;

	if (nargs == 0 || !look_up_types(check, types, given))
		return NULL;
	foreach(cell, candidates)
	{
		Candidate  *candidate = lfirst(cell);
		FuncCandidateList entry = palloc0(offsetof(struct _FuncCandidateList, args) + sizeof(Oid) * nargs);

		candidate->entry = entry;
		entry->nargs = nargs;
		if (!look_up_types(check, candidate->types, entry->args))
			continue;
		entry->next = all;
		all = entry;
	}
	count = func_match_argtypes(nargs, given, all, &chosen);
	if (count > 1)
		chosen = func_select_candidate(nargs, given, chosen);
	*ambiguous = count > 1 && chosen == NULL;
	foreach(cell, candidates)
	{
		const Candidate *candidate = lfirst(cell);

		if (chosen == NULL || candidate->entry != chosen)
			continue;
		*call = (SgCall) {nargs, given, chosen->args};
		return candidate;
	}
	return NULL;
}

/*
 * Returns true if another takes arguments of the same types, and comes earlier in search_path or does so without
 * expanding a VARIADIC parameter: the server prefers it.  The candidates are in the order of search_path.
 */
static bool
is_hidden(const Candidate *candidate, const List *candidates)
{
	ListCell   *cell;

	foreach(cell, candidates)
	{
		const Candidate *other = lfirst(cell);

		if (other->place == candidate->place ? !candidate->expanded : other->place > candidate->place)
			return false;
		if ((other->place < candidate->place || !other->expanded) && sg_text_list_equal(other->types, candidate->types))
			return true;
	}
	return false;
}

/* Appends those of the functions that take such arguments. */
static List *
add_candidates(List *candidates, const List *overloads, int place, const List *arguments)
{
	ListCell   *cell;

	foreach(cell, overloads)
	{
		Candidate	candidate;

		if (take_arguments(lfirst(cell), arguments, &candidate))
		{
			candidate.place = place;
			candidates = lappend(candidates, memcpy(palloc(sizeof(candidate)), &candidate, sizeof(candidate)));
		}
		else
			list_free(candidate.types);
	}
	return candidates;
}

/*
 * Those that take such arguments, of the functions of the name, or else of those in a search_path, a List of their
 * names: a List of Candidate *.
 */
static List *
find_candidates(SgContractCheck *check, const List *overloads, const List *path, const List *arguments)
{
	List	   *candidates = path == NIL ? add_candidates(NIL, overloads, 0, arguments) : NIL;
	List	   *preferred = NIL;
	ListCell   *cell;

	foreach(cell, path)
		candidates = add_candidates(candidates, sg_contract_overloads(check, lfirst(cell)), foreach_current_index(cell), arguments);
	foreach(cell, candidates)
	{
		if (!is_hidden(lfirst(cell), candidates))
			preferred = lappend(preferred, lfirst(cell));
	}
	list_free(candidates);
	return preferred;
}

/* What a call of one function among many leaves would add up. */
static void
free_candidates(List *candidates)
{
	ListCell   *cell;

	foreach(cell, candidates)
	{
		Candidate  *candidate = lfirst(cell);

		list_free(candidate->types);
		if (candidate->entry != NULL)
			pfree(candidate->entry);
	}
	list_free_deep(candidates);
}

static const SgObject *
identical_function(const List *overloads, const char *identity)
{
	ListCell   *cell;

	foreach(cell, overloads)
	{
		const SgObject *function = ((const SgOverload *) lfirst(cell))->function;

		if (strcmp(function->identity, identity) == 0)
			return function;
	}
	return NULL;
}

/*
 * Returns true if an argument without a type, which is taken for what its parameter is, may be taken for something
 * else now.  A contract does not tell which parameter had what name, what a polymorphic one was, nor whether
 * an array was put together of several arguments.
 */
static bool
is_read_otherwise(const SgContractFunction *needed, const List *arguments, const List *now)
{
	const List *before = sg_contract_overload_types(needed->calls);
	ListCell   *cell;

	foreach(cell, arguments)
	{
		const SgArgument *argument = lfirst(cell);
		int			place = foreach_current_index(cell);
		const char *type = place < list_length(before) ? list_nth(before, place) : NULL;

		if (strcmp(argument->type, "unknown") != 0)
			continue;
		if (type == NULL || argument->name != NULL || strncmp(type, "any", 3) == 0 ||
			strchr(type, '[') != NULL || strcmp(type, list_nth(now, place)) != 0)
			return true;
	}
	return false;
}

/* Returns true if the first "count" parameters of both functions have the same types. */
static bool
same_parameters(const char *one, const char *other, int count)
{
	return sg_text_list_equal(list_truncate(sg_contract_overload_types(one), count), list_truncate(sg_contract_overload_types(other), count));
}

/*
 * The call finds a function by implicit casts, and not the one that it found.
 * What an argument without a type is then taken for, the client is told otherwise.
 * A parameter that was added with a default is none of the call's.
 */
static void
report_other_function(SgContractCheck *check, const SgContractFunction *needed, const List *arguments,
					  const Candidate *candidate)
{
	const SgObject *function = candidate->function;
	SgProblem  *problem;

	if (needed->calls != NULL && same_parameters(function->identity, needed->calls, list_length(arguments)))
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_ARGUMENTS_CHANGED, function->type,
							 needed->identity);
	problem->found = function->identity;
	if (needed->calls != NULL && is_read_otherwise(needed, arguments, candidate->types))
		problem->severity = SG_BROKEN;
}

/*
 * Returns true if this is the function that was called; if that is not known, if its
 * parameters begin with the types of the call.
 */
static bool
was_called(const SgContractFunction *needed, const SgOverload *overload, const List *types)
{
	const List *declared = overload->parameters.types;

	if (needed->calls != NULL)
		return strcmp(overload->function->identity, needed->calls) == 0;
	for (int i = 0; i < list_length(types); i++)
	{
		if (i >= list_length(declared) || strcmp(list_nth(declared, i), list_nth(types, i)) != 0)
			return false;
	}
	return true;
}

/* No function takes the call: why not, if it is there? */
static void
report_missing(SgContractCheck *check, const SgContractFunction *needed, const List *overloads,
			   const List *arguments, const List *types)
{
	ListCell   *cell;

	foreach(cell, overloads)
	{
		const SgOverload *overload = lfirst(cell);
		const SgObject *function = overload->function;
		bool		named = true;
		SgProblem  *problem;
		ListCell   *lc;

		if (!was_called(needed, overload, types) || (overload->parameters.variadic && needed->calls == NULL))
			continue;
		foreach(lc, arguments)
		{
			const SgArgument *argument = lfirst(lc);

			named &= argument->name == NULL || sg_contract_overload_place(&overload->parameters, argument->name) >= 0;
		}
		problem = sg_problem_add(&check->problems, named ? SG_RULE_ARGUMENT_DEFAULT_MISSING :
								 SG_RULE_ARGUMENT_NAME_CHANGED, function->type, needed->identity);
		problem->found = sg_item_definition(function, "arguments");
		return;
	}
	(void) sg_contract_missing(check, SG_RULE_FUNCTION_MISSING, SG_CONTRACT_FUNCTION, needed->identity);
}

/* Reports if the call finds a function of another schema. */
static bool
report_hidden(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function)
{
	if (strcmp(sg_contract_function_called(function->identity), sg_contract_function_called(needed->identity)) == 0)
		return false;
	sg_problem_add(&check->problems, SG_RULE_NAME_HIDDEN, function->type, function->identity)->needed = needed->identity;
	return true;
}

/* Checks what the call finds in a search_path, or in the schema that it names if that is NIL. */
static void
check_call(SgContractCheck *check, const SgContractFunction *needed, const List *path)
{
	List	   *overloads = sg_contract_overloads(check, sg_contract_function_called(needed->identity));
	List	   *arguments = sg_contract_overload_arguments(needed->identity);
	List	   *candidates = find_candidates(check, overloads, path, arguments);
	List	   *types = NIL;
	SgCall		call = {0};
	bool		ambiguous = false;
	const SgObject *function;
	ListCell   *cell;

	foreach(cell, arguments)
		types = lappend(types, unconstify(char *, ((const SgArgument *) lfirst(cell))->type));
	function = exact_function(candidates, types, &ambiguous);
	/* of these very parameters; its VARIADIC one is given as an array */
	if (function == NULL && !ambiguous)
		function = identical_function(overloads, needed->identity);
	if (function == NULL && !ambiguous && candidates != NIL)
	{
		const Candidate *coerced = coerced_function(check, candidates, types, &call, &ambiguous);

		function = coerced == NULL ? NULL : coerced->function;
		if (function != NULL && strcmp(sg_contract_function_called(function->identity),
									   sg_contract_function_called(needed->identity)) == 0)
			report_other_function(check, needed, arguments, coerced);
	}
	if (function != NULL && report_hidden(check, needed, function))
		 /* whatever it returns */ ;
	else if (function != NULL && needed->kind != NULL && strcmp(function->type, needed->kind) != 0)
		sg_problem_add(&check->problems, SG_RULE_FUNCTION_KIND_CHANGED, function->type, needed->identity)->needed =
			needed->kind;
	else if (function != NULL)
		sg_contract_check_returned(check, needed, function, &call);
	else if (ambiguous)
		(void) sg_contract_missing(check, SG_RULE_FUNCTION_AMBIGUOUS, SG_CONTRACT_FUNCTION, needed->identity);
	else
		report_missing(check, needed, overloads, arguments, types);
	free_candidates(candidates);
}

/* Checks that the call finds exactly one function and that it returns what is needed. */
void
sg_contract_check_function(SgContractCheck *check, const SgContractFunction *needed)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	if (needed->paths == NIL)
		check_call(check, needed, NIL);
	foreach(cell, needed->paths)
		check_call(check, needed, lfirst(cell));
}
