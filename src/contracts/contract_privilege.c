/*
 * contracts/contract_privilege.c
 *		Whether a role has the privileges that a contract needs.
 *
 * This rule differs from the others: privileges are in no fingerprint unless access
 * is guarded, some change without DDL in this database (a role loses a membership),
 * and they differ from role to role.  So the result is never kept.  It is cheap: for
 * each relation the server looks into its caches, and columns are checked only if
 * the role lacks a privilege on the whole relation.
 *
 * Missing objects are left to the other rules.  The server's own answers, and what we read of the
 * catalogs, are errors where these are damaged: then each object is checked on its own, and of those
 * that fail it is said that their privileges cannot be told.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/varlena.h"

#include "catalogs/relation_kind.h"
#include "contracts/contract_beneath.h"
#include "contracts/contract_privilege.h"
#include "contracts/contract_rules.h"
#include "contracts/privilege.h"
#include "contracts/problem.h"
#include "description/describe.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"
#include "support/attempt.h"
#include "support/compat.h"

/* a check in progress */
typedef struct PrivilegeCheck
{
	const SgPrivilegeRole *role;
	HTAB	   *objects;		/* SgObject * by type and identity; NULL: the live catalogs */
	HTAB	   *schemas;		/* those looked at, by name */
	const SgContract *contract;
	bool		careful;		/* an object whose check fails is reported */
	List	   *problems;
} PrivilegeCheck;

typedef void (*CheckObject) (PrivilegeCheck *check, const void *needed);

/* what the contract says of an object */
typedef struct ObjectCheck
{
	PrivilegeCheck *check;
	CheckObject function;
	const void *needed;
} ObjectCheck;

/* Finds a described object of one of the types that the kind stands for. */
static const SgObject *
find_described(const PrivilegeCheck *check, const char *kind, const char *const *types, const char *identity)
{
	for (; types != NULL && *types != NULL; types++)
	{
		const SgObject *object = sg_name_find(check->objects, psprintf("%s %s", *types, identity));

		if (object != NULL)
			return object;
	}
	return types != NULL ? NULL : sg_name_find(check->objects, psprintf("%s %s", kind, identity));
}

/* Finds an object that the contract names; returns false if it is not there. */
static bool
find_target(const PrivilegeCheck *check, SgContractKind kind, const char *identity, SgPrivilegeTarget *target)
{
	Oid			classid;

	memset(target, 0, sizeof(SgPrivilegeTarget));
	target->type = sg_contract_kind_name(kind);
	target->identity = identity;
	if (check->objects != NULL)
		target->object = find_described(check, NULL, sg_contract_kind_types(kind), identity);
	else
		target->objid = sg_describe_find(target->type, identity, &classid);
	return target->object != NULL || OidIsValid(target->objid);
}

/* What kind of object it is, as a description says it. */
static const char *
object_type(const SgPrivilegeTarget *target)
{
	if (target->object != NULL)
		return target->object->type;
	if (strcmp(target->type, sg_contract_kind_name(SG_CONTRACT_RELATION)) != 0)
		return target->type;
	return sg_relation_kind_name(get_rel_relkind(target->objid));
}

static void
report(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *column, const char *privilege,
	   bool risky)
{
	SgProblem  *problem = sg_problem_add(&check->problems, SG_RULE_PRIVILEGE_MISSING, object_type(target),
										 target->identity);

	problem->attribute = column == NULL || column == sg_privilege_any_column ? NULL :
		sg_item_attribute("column", column);
	problem->needed = privilege;
	problem->found = psprintf("role %s", sg_item_attribute("", check->role->name) + 1);
	if (risky)
		problem->severity = SG_RISKY;
}

/* A privilege on the object, or on the column; "risky": only some statements ask for it. */
static void
require(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *column, const char *privilege,
		bool risky)
{
	SgPrivilegeAnswer answer = sg_privilege_answer(check->role, target, column, privilege);

	if (answer != SG_PRIVILEGE_HELD)
		report(check, target, column, privilege, risky || answer == SG_PRIVILEGE_BY_SET_ROLE);
}

/* The schema in a qualified name, unquoted. */
static char *
schema_of(const char *identity)
{
	const char *in = identity;
	SgToken		token;

	if (!sg_token_next(&in, identity + strlen(identity), &token))
		elog(ERROR, "\"%s\" is not a qualified name", identity);
	return sg_token_name(&token);
}

/* USAGE of the schema in which the name is looked up. */
static void
require_schema(PrivilegeCheck *check, const char *identity)
{
	SgPrivilegeTarget target = {.type = "schema"};
	const char *schema = schema_of(identity);
	void	  **known = sg_name_enter(check->schemas, schema);

	if (*known != NULL)
		return;
	*known = check;
	target.identity = quote_identifier(schema);
	if (check->objects != NULL)
		target.object = find_described(check, "schema", NULL, target.identity);
	else
		target.objid = get_namespace_oid(schema, true);
	if (target.object != NULL || OidIsValid(target.objid))
		require(check, &target, NULL, "USAGE", false);
}

/*
 * A privilege on all of the columns: on the relation as a whole, or else on each of
 * them.  If the role has it on none, that is said once.
 */
static void
require_columns(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *privilege,
				const List *columns)
{
	HTAB	   *seen;
	ListCell   *cell;

	if (columns == NIL || sg_privilege_answer(check->role, target, NULL, privilege) == SG_PRIVILEGE_HELD)
		return;
	if (sg_privilege_answer(check->role, target, sg_privilege_any_column, privilege) != SG_PRIVILEGE_HELD)
	{
		require(check, target, NULL, privilege, false);
		return;
	}
	seen = sg_name_table("schema_guard privileged columns");
	foreach(cell, columns)
	{
		void	  **known = sg_name_enter(seen, lfirst(cell));

		CHECK_FOR_INTERRUPTS();
		if (*known == NULL)
			require(check, target, lfirst(cell), privilege, false);
		*known = check;
	}
}

/* The columns that are read: what is done with those that are only written asks for nothing. */
static List *
read_columns(const SgContractRelation *relation)
{
	List	   *columns = list_concat_copy(relation->not_null, relation->star);
	ListCell   *cell;

	foreach(cell, relation->select)
		columns = lappend(columns, unconstify(char *, ((const SgContractColumn *) lfirst(cell))->name));
	columns = list_concat(columns, relation->row);
	columns = list_concat(columns, relation->row_used);
	foreach(cell, relation->conflict_targets)
		columns = list_concat(columns, lfirst(cell));
	return columns;
}

/* The columns that INSERTs give. */
static List *
inserted_columns(const SgContractRelation *relation)
{
	List	   *columns = list_concat_copy(relation->insert, relation->may_insert);
	ListCell   *cell;

	foreach(cell, relation->positional)
	{
		ListCell   *lc;

		foreach(lc, (List *) lfirst(cell))
			columns = lappend(columns, unconstify(char *, ((const SgContractPosition *) lfirst(lc))->column));
	}
	return columns;
}

/* Any of the privileges will do; NULL ends them. */
static void
require_one(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *const *privileges)
{
	StringInfoData text;
	bool		risky = false;

	initStringInfo(&text);
	for (const char *const *privilege = privileges; *privilege != NULL; privilege++)
	{
		SgPrivilegeAnswer answer = sg_privilege_answer(check->role, target, NULL, *privilege);

		if (answer == SG_PRIVILEGE_HELD)
			return;
		risky |= answer == SG_PRIVILEGE_BY_SET_ROLE;
		appendStringInfo(&text, "%s%s", text.len == 0 ? "" : privilege[1] == NULL ? " or " : ", ", *privilege);
	}
	report(check, target, NULL, text.data, risky);
}

/* A privilege on each column, whichever there are: a role that has it on some may have it on all. */
static void
require_all_columns(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *privilege)
{
	require(check, target, NULL, privilege,
			sg_privilege_answer(check->role, target, sg_privilege_any_column, privilege) == SG_PRIVILEGE_HELD);
}

/* A privilege beneath a relation, which somebody else may need. */
static void
require_beneath(PrivilegeCheck *check, const SgBeneath *need)
{
	static const char *const next[] = {"USAGE", "UPDATE", NULL};
	const SgPrivilegeRole *caller = check->role;
	SgPrivilegeRole owner = {.oid = need->role};
	int			known = list_length(check->problems);

	if (OidIsValid(need->role))
	{
		owner.name = GetUserNameFromId(need->role, true);
		if (owner.name == NULL)
			return;
		check->role = &owner;
	}
	if (strcmp(need->privilege, "USAGE or UPDATE") == 0)
		require_one(check, &need->target, next);
	else if (need->columns != NIL)
		require_columns(check, &need->target, need->privilege, need->columns);
	else
		require(check, &need->target, strcmp(need->privilege, "SELECT") == 0 ? sg_privilege_any_column : NULL,
				need->privilege, need->risky);
	check->role = caller;
	if (need->risky && list_length(check->problems) > known)
		((SgProblem *) llast(check->problems))->severity = SG_RISKY;
}

/* Of a described schema, what is beneath is not told. */
static void
check_beneath(PrivilegeCheck *check, const SgPrivilegeTarget *target, const SgContractRelation *relation)
{
	List	   *needs = !OidIsValid(target->objid) ? NIL :
		list_concat(sg_contract_beneath_view(target->objid, relation),
					sg_contract_beneath_row(target->objid, relation));
	ListCell   *cell;

	foreach(cell, needs)
		require_beneath(check, lfirst(cell));
}

static void
check_command(PrivilegeCheck *check, const SgPrivilegeTarget *target, const char *command)
{
	if (strcmp(command, "delete") == 0)
		require(check, target, NULL, "DELETE", false);
	else if (strcmp(command, "truncate") == 0)
		require(check, target, NULL, "TRUNCATE", false);
	else if (strcmp(command, "select for update") == 0)
		require(check, target, sg_privilege_any_column, "UPDATE", false);
	else if (strncmp(command, "lock", 4) == 0)
		require_one(check, target, sg_compat_lock_privileges(command));
	else if (strcmp(command, "insert all columns") == 0)
		require_all_columns(check, target, "INSERT");
	else if (strcmp(command, "insert own rows") == 0)
	{
		require_all_columns(check, target, "INSERT");
		require_all_columns(check, target, "SELECT");
	}
}

static void
check_relation(PrivilegeCheck *check, const void *needed)
{
	const SgContractRelation *relation = needed;
	SgPrivilegeTarget target;
	List	   *read = read_columns(relation);
	List	   *inserted = inserted_columns(relation);
	List	   *updated = list_concat_copy(relation->update, relation->update_default);
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	require_schema(check, relation->identity);
	if (!find_target(check, SG_CONTRACT_RELATION, relation->identity, &target))
		return;
	require_columns(check, &target, "SELECT", read);
	require_columns(check, &target, "INSERT", inserted);
	if (relation->inserts && inserted == NIL)
		require(check, &target, sg_privilege_any_column, "INSERT", false);
	require_columns(check, &target, "UPDATE", updated);
	foreach(cell, relation->commands)
		check_command(check, &target, lfirst(cell));
	check_beneath(check, &target, relation);
	/* count(*) asks for one column, whichever; but that it is there may be all that is needed */
	if (read == NIL && inserted == NIL && !relation->inserts && updated == NIL &&
		relation->commands == NIL)
		require(check, &target, sg_privilege_any_column, "SELECT", true);
}

static void
check_function(PrivilegeCheck *check, const void *needed)
{
	const SgContractFunction *function = needed;
	SgPrivilegeTarget target;

	require_schema(check, function->identity);
	if (find_target(check, SG_CONTRACT_FUNCTION,
					function->calls != NULL ? function->calls : function->identity, &target))
		require(check, &target, NULL, "EXECUTE", false);
}

/* The calls for a sequence that the contract tells of, or NULL. */
static const SgContractSequence *
calls_of(const SgContract *contract, const char *identity)
{
	ListCell   *cell;

	foreach(cell, contract->sequence_calls)
	{
		if (strcmp(((const SgContractSequence *) lfirst(cell))->identity, identity) == 0)
			return lfirst(cell);
	}
	return NULL;
}

/* Each call for a sequence asks for one privilege or another; if the calls are not told, any will do. */
static void
check_sequence(PrivilegeCheck *check, const void *needed)
{
	const char *identity = needed;
	const SgContractSequence *sequence = calls_of(check->contract, identity);
	static const char *const next[] = {"USAGE", "UPDATE", NULL};
	static const char *const current[] = {"USAGE", "SELECT", NULL};
	static const char *const set[] = {"UPDATE", NULL};
	static const char *const any[] = {"USAGE", "SELECT", "UPDATE", NULL};
	SgPrivilegeTarget target;
	ListCell   *cell;

	require_schema(check, identity);
	if (!find_target(check, SG_CONTRACT_RELATION, identity, &target))
		return;
	target.type = "sequence";
	if (sequence == NULL)
		require_one(check, &target, any);
	foreach(cell, sequence == NULL ? NIL : sequence->calls)
		require_one(check, &target, strcmp(lfirst(cell), "nextval") == 0 ? next :
					strcmp(lfirst(cell), "currval") == 0 ? current : set);
}

/* The function that an operator stands for, or NULL. */
static const char *
operator_function(const SgPrivilegeTarget *operator)
{
	if (operator->object != NULL)
		return sg_item_definition(operator->object, "function");
	return OidIsValid(get_opcode(operator->objid)) ? format_procedure(get_opcode(operator->objid)) : NULL;
}

/* An operator needs no privilege, but its function does. */
static void
check_operator(PrivilegeCheck *check, const void *needed)
{
	const char *identity = needed;
	SgPrivilegeTarget target;
	const char *function;

	require_schema(check, identity);
	if (find_target(check, SG_CONTRACT_OPERATOR, identity, &target) &&
		(function = operator_function(&target)) != NULL &&
		find_target(check, SG_CONTRACT_FUNCTION, function, &target))
		require(check, &target, NULL, "EXECUTE", false);
}

/* Neither does a cast. */
static void
check_cast(PrivilegeCheck *check, const void *needed)
{
	const char *identity = needed;
	SgPrivilegeTarget target;
	const char *function = NULL;

	if (!find_target(check, SG_CONTRACT_CAST, identity, &target))
		return;
	if (target.object != NULL)
		function = sg_item_definition(target.object, "function");
	else if (OidIsValid(sg_contract_beneath_cast(target.objid)))
		function = format_procedure(sg_contract_beneath_cast(target.objid));
	if (function != NULL && find_target(check, SG_CONTRACT_FUNCTION, function, &target))
		require(check, &target, NULL, "EXECUTE", false);
}

/* No query asks for USAGE of a type; what makes a temporary table of it does. */
static void
check_type(PrivilegeCheck *check, const void *needed)
{
	const char *identity = needed;
	SgPrivilegeTarget target;

	if (find_target(check, SG_CONTRACT_TYPE, identity, &target))
		require(check, &target, NULL, "USAGE", true);
}

/* What is asked for where it is, and nothing else. */
static void
check_schema(PrivilegeCheck *check, const void *needed)
{
	require_schema(check, needed);
}

static void
run_check(void *arg)
{
	ObjectCheck *work = arg;

	work->function(work->check, work->needed);
}

static void
check_object(PrivilegeCheck *check, CheckObject function, const void *needed, SgContractKind kind, const char *identity)
{
	ObjectCheck work = {check, function, needed};
	const SgPrivilegeRole *role = check->role;
	ErrorData  *error;
	SgProblem  *problem;

	if (!check->careful)
	{
		function(check, needed);
		return;
	}
	error = sg_attempt_object(run_check, &work);
	check->role = role;
	if (error == NULL)
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_PRIVILEGE_MISSING, sg_contract_kind_name(kind), identity);
	problem->severity = SG_RISKY;
	problem->found = psprintf("what role %s lacks cannot be told: %s", sg_item_attribute("", role->name) + 1,
							  error->message);
	FreeErrorData(error);
}

/* What the contract names besides relations, functions, sequences and types. */
static void
check_named(PrivilegeCheck *check, const SgContractObject *named)
{
	CheckObject function = named->kind == SG_CONTRACT_OPERATOR ? check_operator :
		named->kind == SG_CONTRACT_CAST ? check_cast : check_schema;

	check_object(check, function, named->identity, named->kind, named->identity);
}

static void
check_objects(void *arg)
{
	PrivilegeCheck *check = arg;
	const SgContract *contract = check->contract;
	ListCell   *cell;

	check->schemas = sg_name_table("schema_guard privileged schemas");
	check->problems = NIL;
	foreach(cell, contract->relations)
		check_object(check, check_relation, lfirst(cell), SG_CONTRACT_RELATION,
					 ((const SgContractRelation *) lfirst(cell))->identity);
	foreach(cell, contract->functions)
		check_object(check, check_function, lfirst(cell), SG_CONTRACT_FUNCTION,
					 ((const SgContractFunction *) lfirst(cell))->identity);
	foreach(cell, contract->sequences)
		check_object(check, check_sequence, lfirst(cell), SG_CONTRACT_RELATION, lfirst(cell));
	foreach(cell, contract->named)
		check_named(check, lfirst(cell));
	foreach(cell, contract->enums)
	{
		const char *identity = ((const SgContractEnum *) lfirst(cell))->identity;

		check_object(check, check_type, identity, SG_CONTRACT_TYPE, identity);
	}
	foreach(cell, contract->types)
	{
		const char *identity = ((const SgContractType *) lfirst(cell))->identity;

		check_object(check, check_type, identity, SG_CONTRACT_TYPE, identity);
	}
}

/* A subtransaction for each object is for damaged catalogs only. */
static List *
check_all(PrivilegeCheck *check, const SgContract *contract)
{
	const SgPrivilegeRole *role = check->role;
	ErrorData  *error;

	if (!OidIsValid(role->oid))
	{
		sg_problem_add(&check->problems, SG_RULE_PRIVILEGE_MISSING, "role", sg_item_attribute("", role->name) + 1);
		return check->problems;
	}
	check->contract = contract;
	error = sg_attempt_object(check_objects, check);
	if (error != NULL)
	{
		FreeErrorData(error);
		check->role = role;
		check->careful = true;
		check_objects(check);
	}
	return check->problems;
}

/*
 * What the role lacks of what the contract needs in the live catalogs: a List of
 * SgProblem *.  NULL: the role that the contract names, if it does.  As sg_contract_check_live.
 */
List *
sg_contract_privilege_check(const SgContract *contract, const char *role)
{
	PrivilegeCheck check = {NULL};

	if (role == NULL)
		role = contract->role;
	if (role == NULL)
		return NIL;
	check.role = sg_privilege_role(role);
	if (OidIsValid(check.role->oid) && superuser_arg(check.role->oid))
		return NIL;
	return check_all(&check, contract);
}

/* The same in a stored schema, as far as that has the facet "access". */
List *
sg_contract_privilege_check_schema(const SgContract *contract, const char *role,
								   const SgDescription *schema)
{
	PrivilegeCheck check = {NULL};

	if (role == NULL)
		role = contract->role;
	if (role == NULL || (schema->facets & SG_FACET_BIT(SG_FACET_ACCESS)) == 0)
		return NIL;
	check.role = sg_privilege_role(role);
	check.objects = sg_name_table("schema_guard privileged objects");
	for (int i = 0; i < schema->nobjects; i++)
		*sg_name_enter(check.objects, psprintf("%s %s", schema->objects[i]->type,
											   schema->objects[i]->identity)) = schema->objects[i];
	return check_all(&check, contract);
}
