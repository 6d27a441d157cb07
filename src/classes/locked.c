/*
 * classes/locked.c
 *		Objects that cannot be described without waiting for a lock.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/syscache.h"

#include "classes/locked.h"
#include "deparse/relations.h"
#include "support/attempt.h"
#include "support/compat.h"

/* Returns true if this transaction holds a lock under which it may have changed the relation. */
static bool
may_have_changed_relation(Oid relid)
{
	LOCKTAG		tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
	for (LOCKMODE mode = ShareUpdateExclusiveLock; mode <= AccessExclusiveLock; mode++)
	{
		if (sg_compat_lock_held(&tag, mode))
			return true;
	}
	return false;
}

/* Returns true if this transaction wrote the function's row. */
static bool
has_written_function(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns true if this transaction may have changed the object's text. */
static bool
may_have_changed(const SgObject *object, List *relations)
{
	ListCell   *lc;

	if (object->classid == RelationRelationId && may_have_changed_relation(object->objid))
		return true;
	if (object->classid == ProcedureRelationId && has_written_function(object->objid))
		return true;
	foreach(lc, relations)
	{
		if (may_have_changed_relation(lfirst_oid(lc)))
			return true;
	}
	return false;
}

/* the relations of a tree */
typedef struct RelationsWork
{
	SgNames    *names;
	Node	   *tree;
	List	   *relations;
} RelationsWork;

static void
find_relations(void *arg)
{
	RelationsWork *work = arg;

	work->relations = sg_relations_opened(work->names, work->tree);
}

/* Finds the relations that must be opened.  Returns false if the tree is damaged: printing it will note that. */
static bool
find_relations_opened(SgDescriber *describer, Node *tree, List **relations)
{
	RelationsWork work = {.names = describer->names, .tree = tree};

	if (!describer->deparser->careful)
		find_relations(&work);
	else if (sg_attempt_object(find_relations, &work) != NULL)
		return false;
	*relations = work.relations;
	return true;
}

/*
 * Returns true if the object cannot be deparsed now: the options say not to wait,
 * and another transaction holds an exclusive lock on a relation that must be
 * opened to print "tree", which is a query, an expression, or a list of either.
 * Then the object has been reported, and the caller must skip it.  Returns false for
 * an object that this transaction may have changed itself, which must be waited for.
 *
 * Takes the locks that deparsing would take, and keeps them as long.
 */
bool
sg_locked_elsewhere(SgDescriber *describer, const SgObject *object, Node *tree)
{
	List	   *relations;
	ListCell   *lc;

	if (describer->options->locked_callback == NULL)
		return false;
	if (!find_relations_opened(describer, tree, &relations))
		return false;
	foreach(lc, relations)
	{
		if (ConditionalLockRelationOid(lfirst_oid(lc), AccessShareLock))
			continue;
		if (may_have_changed(object, relations))
			return false;
		sg_describer_report_locked(describer, object);
		return true;
	}
	return false;
}
