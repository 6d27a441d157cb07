/*
 * contracts/contract_referring.c
 *		The rules about what refers to a relation: foreign keys and publications.
 *
 * TRUNCATE fails, whatever the rows, if a table that is not truncated with it has a foreign key to
 * one that is (heap.c's heap_truncate_check_FKs()).  UPDATE and DELETE fail if a publication has
 * them and the table no replica identity (execReplication.c's CheckCmdReplicaIdentity()); the same
 * goes for MERGE and ON CONFLICT DO UPDATE.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/token.h"

static bool
is_named(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/*
 * Appends the identities of the tables that inherit from this one, and of partitions, at any level.  Each is looked
 * up, so that it is known that the verdict depends on it.
 */
static List *
add_heirs(SgContractCheck *check, List *names, const char *identity)
{
	const SgObjectSource *source = check->source;
	List	   *heirs = list_concat(source->children(identity, source->arg), source->partitions(identity, source->arg));
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, heirs)
	{
		const char *heir = ((const SgObject *) lfirst(cell))->identity;

		if (is_named(names, heir))
			continue;
		(void) source->lookup(SG_CONTRACT_RELATION, heir, source->arg);
		names = add_heirs(check, lappend(names, unconstify(char *, heir)), heir);
	}
	return names;
}

/* The identity of the table that the partition is one of, or NULL. */
static const char *
parent_of(const SgObject *object)
{
	const char *bound = object == NULL ? NULL : sg_item_definition(object, "partition of");

	return bound == NULL ? NULL : sg_item_bound_parent(bound);
}

/* The table itself and those that it is a partition of: a List of char *. */
static List *
line_of(SgContractCheck *check, const SgObject *object)
{
	List	   *names = NIL;
	const char *parent;

	while (object != NULL && !is_named(names, object->identity))
	{
		names = lappend(names, unconstify(char *, object->identity));
		parent = parent_of(object);
		object = parent == NULL ? NULL : check->source->lookup(SG_CONTRACT_RELATION, parent, check->source->arg);
	}
	return names;
}

/* TRUNCATE of the table together with "others", and without CASCADE. */
static void
check_truncated(SgRelationCheck *state, const List *others)
{
	SgContractCheck *check = state->check;
	List	   *own = add_heirs(check, list_make1(unconstify(char *, state->needed->identity)), state->needed->identity);
	List	   *referred = list_copy(own);
	List	   *truncated = list_copy(own);
	List	   *reported = NIL;
	ListCell   *cell;

	foreach(cell, line_of(check, state->object))
	{
		if (!is_named(referred, lfirst(cell)))
			referred = lappend(referred, lfirst(cell));
	}
	foreach(cell, others)
		truncated = add_heirs(check, lappend(truncated, lfirst(cell)), lfirst(cell));
	foreach(cell, referred)
	{
		ListCell   *lc;

		CHECK_FOR_INTERRUPTS();
		foreach(lc, check->source->referring(lfirst(cell), check->source->arg))
		{
			const SgObject *referring = lfirst(lc);

			if (is_named(truncated, referring->identity) || is_named(reported, referring->identity))
				continue;
			sg_contract_relation_problem(state, SG_RULE_FOREIGN_KEY_ADDED, NULL)->needed = referring->identity;
			reported = lappend(reported, unconstify(char *, referring->identity));
		}
	}
}

/* Returns true if the complete table has what identifies a row to subscribers. */
static bool
has_replica_identity(const SgObject *table)
{
	const char *identity = sg_item_definition(table, "replica identity");

	if (identity != NULL)
		return strcmp(identity, "nothing") != 0;
	for (int i = 0; i < table->nitems; i++)
	{
		const SgItem *item = &table->items[i];

		if (sg_item_is(item, SG_ITEM_CONSTRAINT) && strncmp(item->definition, "PRIMARY KEY", 11) == 0 &&
			!sg_item_is_deferrable_key(item))
			return true;
	}
	return false;
}

/* Returns true if the publication has the command on the table, whose own name comes first in "line". */
static bool
publishes(const SgObject *publication, const List *line, const char *command)
{
	const char *commands = sg_item_definition(publication, "publish");
	bool		published = sg_item_find(publication, "all tables") != NULL;
	ListCell   *cell;

	if (commands != NULL && strstr(commands, command) == NULL)
		return false;
	foreach(cell, line)
	{
		const char *dot = lfirst(cell);
		SgToken		schema;

		if (sg_item_find(publication, psprintf("except table %s", (char *) lfirst(cell))) != NULL)
			return false;
		published |= sg_item_find(publication, psprintf("table %s", (char *) lfirst(cell))) != NULL;
		if (sg_token_next(&dot, dot + strlen(dot), &schema))
			published |= sg_item_find(publication, psprintf("tables in schema %s",
															pnstrdup(lfirst(cell), dot - (char *) lfirst(cell)))) != NULL;
	}
	return published;
}

/* The command on the table, which is the release's own, or beneath it: "severity" says whether it is sure to reach it. */
static void
check_published(SgRelationCheck *state, const SgObject *table, const char *command, SgSeverity severity)
{
	SgContractCheck *check = state->check;
	const SgObject *complete = sg_contract_complete(check, table);
	List	   *line;
	ListCell   *cell;

	if (strcmp(table->type, "table") != 0 || sg_item_find(complete, "unlogged") != NULL || has_replica_identity(complete))
		return;
	line = line_of(check, table);
	foreach(cell, check->source->publications("", check->source->arg))
	{
		const SgObject *publication = lfirst(cell);
		SgProblem  *problem;

		if (!publishes(publication, line, command))
			continue;
		problem = sg_problem_add(&check->problems, SG_RULE_REPLICA_IDENTITY_MISSING, table->type, table->identity);
		problem->attribute = command;
		problem->needed = publication->identity;
		problem->severity = severity;
	}
}

/*
 * UPDATE or DELETE of the table, and of its heirs: of those only some may be reached.  A partitioned table has
 * no rows.
 */
void
sg_contract_check_published(SgRelationCheck *state, const SgObject *table, const char *command)
{
	const SgObjectSource *source = state->check->source;
	ListCell   *cell;

	if (source->publications("", source->arg) == NIL)
		return;
	if (sg_item_find(table, "partition by") == NULL)
		check_published(state, table, command, SG_BROKEN);
	foreach(cell, add_heirs(state->check, NIL, table->identity))
	{
		const SgObject *heir = source->lookup(SG_CONTRACT_RELATION, lfirst(cell), source->arg);

		if (heir != NULL && sg_item_find(heir, "partition by") == NULL)
			check_published(state, heir, command, sg_item_find(table, "partition by") != NULL &&
							!has_replica_identity(sg_contract_complete(state->check, table)) ? SG_BROKEN : SG_RISKY);
	}
}

/* What the release does to the table must not be in the way of what refers to it. */
void
sg_contract_check_referring(SgRelationCheck *state)
{
	const SgContractRelation *needed = state->needed;
	ListCell   *cell;

	if (strcmp(state->object->type, "table") != 0)
		return;
	foreach(cell, needed->truncated)
		check_truncated(state, lfirst(cell));
	if (needed->update != NIL || needed->update_default != NIL)
		sg_contract_check_published(state, state->object, "update");
	if (is_named(needed->commands, "delete"))
		sg_contract_check_published(state, state->object, "delete");
}
