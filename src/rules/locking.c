/*
 * rules/locking.c
 *		Which tables a command is about to lock.
 *
 * Before it has begun, only the statement says that.  Names are looked up as the
 * command will, without a lock; what does not exist is left out.
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"

#include "rules/locking.h"

static void
add(List **tables, Oid relid, LOCKMODE mode, bool concurrent)
{
	SgLocking  *table;

	if (!OidIsValid(relid))
		return;
	table = palloc(sizeof(SgLocking));
	table->relid = relid;
	table->mode = mode;
	table->concurrent = concurrent;
	*tables = lappend(*tables, table);
}

/* Adds the table of this name, which may be missing. */
static void
add_name(List **tables, const RangeVar *name, LOCKMODE mode)
{
	if (name != NULL)
		add(tables, RangeVarGetRelid(name, NoLock, true), mode, false);
}

/* Adds it with its partitions. */
static void
add_tree(List **tables, const RangeVar *name, LOCKMODE mode)
{
	Oid			relid = name != NULL ? RangeVarGetRelid(name, NoLock, true) : InvalidOid;
	ListCell   *lc;

	if (!OidIsValid(relid) || !name->inh || !has_subclass(relid))
	{
		add(tables, relid, mode, false);
		return;
	}
	foreach(lc, find_all_inheritors(relid, NoLock, NULL))
		add(tables, lfirst_oid(lc), mode, false);
}

/* Adds what the foreign keys among the constraints refer to. */
static void
add_foreign_keys(List **tables, const List *constraints)
{
	ListCell   *lc;

	foreach(lc, constraints)
	{
		const Node *element = lfirst(lc);

		if (IsA(element, ColumnDef))
			add_foreign_keys(tables, ((const ColumnDef *) element)->constraints);
		else if (IsA(element, Constraint) && ((const Constraint *) element)->contype == CONSTR_FOREIGN)
			add_tree(tables, ((const Constraint *) element)->pktable, ShareRowExclusiveLock);
	}
}

/* Adds the default partition of a table that gets another one. */
static void
add_default(List **tables, const RangeVar *parent)
{
	Oid			relid = RangeVarGetRelid(parent, NoLock, true);

	if (OidIsValid(relid))
		add(tables, get_default_partition_oid(relid), AccessExclusiveLock, false);
}

static void
add_created(List **tables, const CreateStmt *statement)
{
	add_foreign_keys(tables, statement->tableElts);
	if (statement->partbound != NULL && statement->inhRelations != NIL)
		add_default(tables, linitial(statement->inhRelations));
}

/* Returns true if ALTER TABLE looks at the partitions, or inheriting tables, as well. */
static bool
recurses(const AlterTableCmd *command)
{
	switch (command->subtype)
	{
		case AT_ChangeOwner:
		case AT_ClusterOn:
		case AT_DropCluster:
		case AT_SetLogged:
		case AT_SetUnLogged:
		case AT_SetTableSpace:
		case AT_SetRelOptions:
		case AT_ResetRelOptions:
		case AT_AddInherit:
		case AT_DropInherit:
		case AT_AddOf:
		case AT_DropOf:
		case AT_ReplicaIdentity:
		case AT_EnableRowSecurity:
		case AT_DisableRowSecurity:
		case AT_ForceRowSecurity:
		case AT_NoForceRowSecurity:
		case AT_GenericOptions:
			return false;
		default:
			/* it names the partition that it attaches or detaches */
			return command->def == NULL || !IsA(command->def, PartitionCmd);
	}
}

static void
add_altered(List **tables, const AlterTableStmt *statement)
{
	LOCKMODE	mode = AlterTableGetLockLevel(statement->cmds);
	bool		whole = false;
	ListCell   *lc;

	foreach(lc, statement->cmds)
		whole |= recurses(lfirst_node(AlterTableCmd, lc));
	if (whole)
		add_tree(tables, statement->relation, mode);
	else
		add_name(tables, statement->relation, mode);
	foreach(lc, statement->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, lc);

		if (command->def == NULL)
			continue;
		if (IsA(command->def, PartitionCmd))
		{
			add_name(tables, ((const PartitionCmd *) command->def)->name, AccessExclusiveLock);
			add_default(tables, statement->relation);
		}
		else
			add_foreign_keys(tables, list_make1(command->def));
	}
}

static void
add_renamed(List **tables, const RenameStmt *statement)
{
	switch (statement->renameType)
	{
		case OBJECT_INDEX:
			/* neither it nor its table is locked against those who use it */
			break;
		case OBJECT_COLUMN:
		case OBJECT_TABCONSTRAINT:
		case OBJECT_TRIGGER:
			add_tree(tables, statement->relation, AccessExclusiveLock);
			break;
		default:
			add_name(tables, statement->relation, AccessExclusiveLock);
			break;
	}
}

/* Adds the table of a trigger; one for each row is on its partitions, too. */
static void
add_triggered(List **tables, const CreateTrigStmt *statement)
{
	if (statement->row)
		add_tree(tables, statement->relation, ShareRowExclusiveLock);
	else
		add_name(tables, statement->relation, ShareRowExclusiveLock);
}

/* Returns the name of the table that a trigger, rule or policy of this name is on. */
static RangeVar *
name_of_owner(const List *name)
{
	return makeRangeVarFromNameList(list_truncate(list_copy(name), list_length(name) - 1));
}

/* Adds the table that a dropped object is, or belongs to. */
static void
add_dropped(List **tables, const DropStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->objects)
	{
		List	   *name = lfirst(lc);

		switch (statement->removeType)
		{
			case OBJECT_TABLE:
			case OBJECT_MATVIEW:
				add_tree(tables, makeRangeVarFromNameList(name), AccessExclusiveLock);
				break;
			case OBJECT_INDEX:
			{
				Oid index = RangeVarGetRelid(makeRangeVarFromNameList(name), NoLock, true);

				if (OidIsValid(index))
					add(tables, IndexGetRelation(index, true), AccessExclusiveLock,
							statement->concurrent);
				break;
			}
			case OBJECT_TRIGGER:
				add_tree(tables, name_of_owner(name), AccessExclusiveLock);
				break;
			case OBJECT_RULE:
			case OBJECT_POLICY:
				add_name(tables, name_of_owner(name), AccessExclusiveLock);
				break;
			default:
				break;
		}
	}
}

static void
add_indexed(List **tables, const IndexStmt *statement)
{
	ListCell   *lc;

	add_tree(tables, statement->relation, ShareLock);
	foreach(lc, *tables)
		((SgLocking *) lfirst(lc))->concurrent = statement->concurrent;
}

/*
 * Returns the tables that a command is about to lock so that others have to wait, a
 * List of SgLocking *; or those that the commonest commands are.
 */
List *
sg_locking_by(const Node *statement)
{
	List	   *tables = NIL;

	switch (nodeTag(statement))
	{
		case T_AlterTableStmt:
			add_altered(&tables, (const AlterTableStmt *) statement);
			break;
		case T_RenameStmt:
			add_renamed(&tables, (const RenameStmt *) statement);
			break;
		case T_AlterObjectSchemaStmt:
			add_name(&tables, ((const AlterObjectSchemaStmt *) statement)->relation, AccessExclusiveLock);
			break;
		case T_CreateStmt:
			add_created(&tables, (const CreateStmt *) statement);
			break;
		case T_IndexStmt:
			add_indexed(&tables, (const IndexStmt *) statement);
			break;
		case T_CreateTrigStmt:
			add_triggered(&tables, (const CreateTrigStmt *) statement);
			break;
		case T_RuleStmt:
			add_name(&tables, ((const RuleStmt *) statement)->relation, AccessExclusiveLock);
			break;
		case T_CreatePolicyStmt:
			add_name(&tables, ((const CreatePolicyStmt *) statement)->table, AccessExclusiveLock);
			break;
		case T_AlterPolicyStmt:
			add_name(&tables, ((const AlterPolicyStmt *) statement)->table, AccessExclusiveLock);
			break;
		case T_RefreshMatViewStmt:
			add_name(&tables, ((const RefreshMatViewStmt *) statement)->relation,
					 ((const RefreshMatViewStmt *) statement)->concurrent ? ExclusiveLock : AccessExclusiveLock);
			break;
		case T_DropStmt:
			add_dropped(&tables, (const DropStmt *) statement);
			break;
		default:
			break;
	}
	return tables;
}
