/*
 * preview/locks.c
 *		Which relations DDL has locked, and which it has rewritten.
 *
 * The lock table is read before and after, as pg_locks does.  System relations and
 * those of schema_guard do not count, nor do new ones: names and sizes are
 * determined after the DDL was undone. A relation was rewritten if it had another
 * file then.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalogs/relation_kind.h"
#include "preview/preview.h"
#include "rules/rule.h"

/* the locks that this session holds on a relation */
typedef struct HeldLocks
{
	Oid			relation;
	LOCKMASK	modes;
} HeldLocks;

/* Returns the locks on relations that this session holds: a hash table of HeldLocks. */
void *
sg_locks_held(void)
{
	HASHCTL		ctl = {0};
	HTAB	   *held;
	LockData   *data = GetLockStatusData();

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(HeldLocks);
	ctl.hcxt = CurrentMemoryContext;
	held = hash_create("schema_guard locks", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (int i = 0; i < data->nelements; i++)
	{
		const LockInstanceData *lock = &data->locks[i];
		HeldLocks  *entry;
		Oid			relation = lock->locktag.locktag_field2;
		bool		found;

		if (lock->pid != MyProcPid || lock->holdMask == 0 ||
			lock->locktag.locktag_type != LOCKTAG_RELATION ||
			lock->locktag.locktag_field1 != MyDatabaseId)
			continue;
		entry = hash_search(held, &relation, HASH_ENTER, &found);
		if (!found)
			entry->modes = 0;
		entry->modes |= lock->holdMask;
	}
	return held;
}

/* Returns the strongest mode in a mask, or NoLock. */
static int
strongest(LOCKMASK modes)
{
	for (int mode = MaxLockMode; mode > NoLock; mode--)
	{
		if ((modes & LOCKBIT_ON(mode)) != 0)
			return mode;
	}
	return NoLock;
}

/* Notes the file that a relation has after the DDL. */
static void
note_file(SgLockTaken *lock, const FormData_pg_class *relation)
{
	lock->file = relation->relfilenode;
	if (relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_MATVIEW)
	{
		Relation	rel = table_open(lock->relation, NoLock);

		lock->is_empty = RelationGetNumberOfBlocks(rel) == 0;
		table_close(rel, NoLock);
	}
}

/*
 * Returns the relations that this session has locked since "held_before", or holds
 * in a mode in which they can be rewritten: a List of SgLockTaken *.
 */
List *
sg_locks_taken(void *held_before)
{
	List	   *locks = NIL;
	HASH_SEQ_STATUS scan;
	HeldLocks  *entry;

	hash_seq_init(&scan, sg_locks_held());
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		const HeldLocks *before = hash_search(held_before, &entry->relation, HASH_FIND, NULL);
		LOCKMASK	gained = before != NULL ? entry->modes & ~before->modes : entry->modes;
		HeapTuple	tuple;
		SgLockTaken *lock;

		if (gained == 0 && (entry->modes & LOCKBIT_ON(AccessExclusiveLock)) == 0)
			continue;
		lock = palloc0(sizeof(SgLockTaken));
		lock->relation = entry->relation;
		lock->mode = strongest(gained);
		tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(entry->relation));
		if (HeapTupleIsValid(tuple))
		{
			Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

			if (sg_rule_concerns(relation))
				note_file(lock, relation);
			ReleaseSysCache(tuple);
		}
		locks = lappend(locks, lock);
	}
	return locks;
}

/* Ignores the rewrite of an index whose table is rewritten as well. */
static void
drop_indexes_of_rewritten(List *locks)
{
	ListCell   *li;
	ListCell   *lt;

	foreach(li, locks)
	{
		SgLockTaken *lock = lfirst(li);
		Oid			table = lock->rewritten ? IndexGetRelation(lock->relation, true) : InvalidOid;

		if (!OidIsValid(table))
			continue;
		foreach(lt, locks)
		{
			const SgLockTaken *other = lfirst(lt);

			if (other->relation == table && other->rewritten)
				lock->rewritten = false;
		}
	}
}

/*
 * Fills in names and sizes once the DDL has been undone.  Runs as the caller,
 * because everybody may know a size.
 */
void
sg_locks_resolve(List *locks)
{
	ListCell   *lc;

	foreach(lc, locks)
	{
		SgLockTaken *lock = lfirst(lc);
		HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lock->relation));

		if (HeapTupleIsValid(tuple))
		{
			Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

			if (sg_rule_concerns(relation))
			{
				lock->type = sg_relation_kind_name(relation->relkind);
				lock->identity =
					quote_qualified_identifier(get_namespace_name(relation->relnamespace),
											   NameStr(relation->relname));
				lock->rewritten = OidIsValid(lock->file) && OidIsValid(relation->relfilenode) &&
					lock->file != relation->relfilenode && relation->relkind != RELKIND_SEQUENCE;
			}
			ReleaseSysCache(tuple);
		}
	}
	drop_indexes_of_rewritten(locks);
	foreach(lc, locks)
	{
		SgLockTaken *lock = lfirst(lc);

		if (!lock->rewritten)
			continue;
		lock->emptied = lock->is_empty &&
			DatumGetInt64(DirectFunctionCall2(pg_relation_size, ObjectIdGetDatum(lock->relation),
											  CStringGetTextDatum("main"))) > 0;
		lock->size = DatumGetInt64(DirectFunctionCall1(pg_total_relation_size,
														   ObjectIdGetDatum(lock->relation)));
	}
}

static int
compare_locks(const ListCell *a, const ListCell *b)
{
	const SgLockTaken *left = lfirst(a);
	const SgLockTaken *right = lfirst(b);

	if (left->identity == NULL || right->identity == NULL)
		return (int) (left->identity == NULL) - (int) (right->identity == NULL);
	if (left->mode != right->mode)
		return right->mode - left->mode;
	return strcmp(left->identity, right->identity);
}

/* Sorts the strongest locks first, then by name, and those without a name last. */
void
sg_locks_sort(List *locks)
{
	list_sort(locks, compare_locks);
}
