/*
 * state/touched.c
 *		Which objects the current transaction has touched.
 *
 * We rely on two signals of the server, which it sends whatever the form of a
 * statement and whoever runs it (a function, an extension's script, a cascade):
 *
 * - For relations: relcache invalidations.  Any change of a relation's columns,
 *   defaults, constraints, indexes, triggers, rules or policies must send one,
 *   or other sessions would go on working with the old definition.  A
 *   transaction receives its own at each CommandCounterIncrement().  Those of
 *   other sessions arrive in between; is_own_relation() tells them apart.
 * - For all other classes, and for indexes: object_access_hook, which is called
 *   when an object is created, altered or dropped.  sepgsql relies on it, too.
 *
 * The hook is not called for grants on objects other than relations, comments,
 * security labels, and DEPENDS ON EXTENSION.  None of these are in the facets
 * that are guarded by default; if they are guarded, such a statement touches
 * everything.  So do the few changes whose reach is not known: a default
 * operator class or a cast can change how any index or expression is written,
 * and ALTER EXTENSION can change which objects are in scope.
 *
 * An address without an object stands for all objects of the class: operators, which
 * alter each other, and dropped sub-objects that no longer show whose they were.
 *
 * We always record, even in transactions not known to run DDL: for the last
 * transaction of a command that commits in the middle, we learn that too late.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_largeobject_metadata.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "tcop/utility.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "classes/classes.h"
#include "state/sub_object.h"
#include "state/touched.h"
#include "support/compat.h"

/* beyond this many distinct objects, describing everything is not slower */
#define MAX_OBJECTS 16384

static struct
{
	bool		everything;
	bool		access;			/* by GRANT, SECURITY LABEL and the like */
	bool		comments;
	bool		dependencies;	/* by ALTER ... DEPENDS ON EXTENSION */
	bool		unlocked;		/* the transaction no longer has the locks of what it changed */
	bool		unannounced;	/* something was changed without a DDL statement */
	int			count;
	int			capacity;
	SgTouched  *objects;		/* in TopMemoryContext, kept across transactions */
}			touched;

static SgVanish on_vanish = NULL;

/* which changes count during the innermost statement; and whether an event trigger has set that */
static SgHeed heed = SG_HEED_ALL;
static bool heed_is_announced = false;

static int
compare_addresses(const void *a, const void *b)
{
	const ObjectAddress *left = &((const SgTouched *) a)->address;
	const ObjectAddress *right = &((const SgTouched *) b)->address;

	if (left->classId != right->classId)
		return left->classId < right->classId ? -1 : 1;
	if (left->objectId != right->objectId)
		return left->objectId < right->objectId ? -1 : 1;
	return 0;
}

/* Orders entries by object; of the same object, the source that says most comes first. */
static int
compare_entries(const void *a, const void *b)
{
	int			order = compare_addresses(a, b);

	return order != 0 ? order :
		(int) ((const SgTouched *) b)->source - (int) ((const SgTouched *) a)->source;
}

static void
drop_duplicates(void)
{
	int			kept = 0;

	qsort(touched.objects, touched.count, sizeof(SgTouched), compare_entries);
	for (int i = 0; i < touched.count; i++)
	{
		if (kept == 0 || compare_addresses(&touched.objects[kept - 1], &touched.objects[i]) != 0)
			touched.objects[kept++] = touched.objects[i];
	}
	touched.count = kept;
}

/*
 * Makes room for one more entry.  Returns false if that is impossible; then the caller
 * considers everything touched.  This must not fail, because it runs while
 * invalidations are processed, even those of an abort.
 */
static bool
make_room(void)
{
	SgTouched  *larger;
	int			capacity = Max(touched.capacity * 2, 256);

	if (touched.count < touched.capacity)
		return true;
	drop_duplicates();
	if (touched.count < touched.capacity / 2)
		return true;
	if (touched.count >= MAX_OBJECTS)
		return false;
	larger = MemoryContextAllocExtended(TopMemoryContext, capacity * sizeof(SgTouched),
										MCXT_ALLOC_NO_OOM);
	if (larger == NULL)
		return false;
	if (touched.objects != NULL)
	{
		memcpy(larger, touched.objects, touched.count * sizeof(SgTouched));
		pfree(touched.objects);
	}
	touched.objects = larger;
	touched.capacity = capacity;
	return true;
}

/* Records an object, or with InvalidOid all objects of the class. */
static void
touch_by(Oid classid, Oid objid, SgTouchedSource source)
{
	SgTouched  *entry;

	if (touched.everything)
		return;
	if (!make_room())
	{
		touched.everything = true;
		return;
	}
	entry = &touched.objects[touched.count++];
	ObjectAddressSet(entry->address, classid, objid);
	entry->source = source;
}

/* Records an object that is certain to be one that this transaction has changed. */
void
sg_touched_add(Oid classid, Oid objid)
{
	touch_by(classid, objid, SG_TOUCHED_BY_HOOK);
}

/*
 * RelcacheCallbackFunction.  InvalidOid is sent when invalidations of other
 * sessions were lost, and for publications of all tables: neither is a change
 * of a relation by this transaction.
 */
void
sg_touched_relation_invalidated(Oid relid)
{
	if (OidIsValid(relid))
		touch_by(RelationRelationId, relid, SG_TOUCHED_BY_INVALIDATION);
}

/* Records the domain of a constraint.  Those of relations send an invalidation. */
static void
touch_constraint(Oid constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));

	if (!HeapTupleIsValid(tuple))
	{
		/* it was just created: at commit, we will find the row by its OID */
		sg_touched_add(ConstraintRelationId, constraint);
		return;
	}
	if (OidIsValid(((Form_pg_constraint) GETSTRUCT(tuple))->contypid))
		sg_touched_add(TypeRelationId, ((Form_pg_constraint) GETSTRUCT(tuple))->contypid);
	ReleaseSysCache(tuple);
}

static bool
is_described(Oid catalog)
{
	for (int i = 0; sg_classes[i] != NULL; i++)
	{
		if (sg_classes[i]->catalog == catalog)
			return true;
	}
	return false;
}

static bool
is_relation_sub_object(Oid catalog)
{
	return catalog == AttrDefaultRelationId || catalog == TriggerRelationId ||
		catalog == RewriteRelationId || catalog == PolicyRelationId ||
		catalog == IndexRelationId || catalog == AttributeRelationId ||
		catalog == ForeignTableRelationId;
}

static bool
is_publication_sub_object(Oid catalog)
{
#ifdef SG_PUBLICATION_SCHEMAS
	if (catalog == SG_PUBLICATION_SCHEMAS)
		return true;
#endif
	return catalog == PublicationRelRelationId;
}

/* Returns true for catalogs that are shared by all databases, or never described. */
static bool
is_elsewhere(Oid catalog)
{
	return catalog == AuthIdRelationId || catalog == AuthMemRelationId ||
		catalog == TableSpaceRelationId || catalog == LargeObjectRelationId ||
		catalog == LargeObjectMetadataRelationId;
}

/*
 * Returns true if the object comes with the server and can be named: we do not keep
 * mentions of such objects.  The schema public counts as the user's.
 */
static bool
is_servers_own(Oid classid, Oid objid)
{
	return objid < FirstNormalObjectId && is_described(classid) &&
		classid != RelationRelationId && classid != DatabaseRelationId &&
		!(classid == NamespaceRelationId && objid == PG_PUBLIC_NAMESPACE);
}

static void
touch_object(Oid classid, Oid objid, bool altered)
{
	/* the table need not send an invalidation, as with SET WITHOUT CLUSTER */
	if (classid == IndexRelationId)
		sg_touched_add(RelationRelationId, objid);
	if (is_relation_sub_object(classid))
		return;					/* sends an invalidation */
	if (altered && is_servers_own(classid, objid))
		touched.everything = true;
	else if (classid == ConstraintRelationId)
		touch_constraint(objid);
	else if (classid == InheritsRelationId)
		sg_touched_add(RelationRelationId, objid);
	else if (classid == OperatorRelationId)
	{
		/* the operator itself, too: others can name it even if it is out of scope */
		sg_touched_add(OperatorRelationId, objid);
		sg_touched_add(OperatorRelationId, InvalidOid);
	}
	else if (classid == OperatorFamilyRelationId || classid == AccessMethodOperatorRelationId ||
			 classid == AccessMethodProcedureRelationId)
	{
		if (classid == OperatorFamilyRelationId)
			sg_touched_add(OperatorFamilyRelationId, objid);
		sg_touched_add(OperatorFamilyRelationId, InvalidOid);
		sg_touched_add(OperatorClassRelationId, InvalidOid);
	}
	else if (is_publication_sub_object(classid))
		sg_touched_add(PublicationRelationId, InvalidOid);
	else if (classid == DatabaseRelationId || classid == DbRoleSettingRelationId)
		sg_touched_add(DatabaseRelationId, InvalidOid);
	else if (classid == OperatorClassRelationId || classid == CastRelationId ||
			 (classid == ExtensionRelationId && altered))
		touched.everything = true;
	else if (is_described(classid))
		sg_touched_add(classid, objid);
	else if (!is_elsewhere(classid))
		touched.everything = true;
}

/* Returns true for internal work of the server, such as a new heap for the same table. */
static bool
is_internal(ObjectAccessType access, const void *arg)
{
	if (arg == NULL)
		return false;
	switch (access)
	{
		case OAT_POST_CREATE:
			return ((const ObjectAccessPostCreate *) arg)->is_internal;
		case OAT_POST_ALTER:
			return ((const ObjectAccessPostAlter *) arg)->is_internal;
		case OAT_DROP:
			return (((const ObjectAccessDrop *) arg)->dropflags & PERFORM_DELETION_INTERNAL) != 0;
		default:
			return true;
	}
}

/*
 * Returns true if a function makes this change by itself, for which no event
 * trigger fires, as pg_import_system_collations() does.
 */
static bool
is_by_function(ObjectAccessType access, Oid classid, const void *arg)
{
	bool		may_be_the_table = classid == RelationRelationId || classid == TypeRelationId ||
		classid == NamespaceRelationId;	/* that of temporary tables */

	return (heed == SG_HEED_ALL || (heed == SG_HEED_OTHERS && !may_be_the_table)) &&
		!IsSharedRelation(classid) && !is_elsewhere(classid) && !is_internal(access, arg);
}

/* Returns true if it is in a temporary schema, in that of TOAST tables, or in our own. */
static bool
is_in_hidden_schema(const ObjectAddress *object)
{
	AttrNumber	column;
	HeapTuple	tuple;
	bool		isnull;
	Oid			schema;

	if (!is_objectclass_supported(object->classId) ||
		get_object_catcache_oid(object->classId) < 0)
		return false;
	column = get_object_attnum_namespace(object->classId);
	if (column == InvalidAttrNumber)
		return false;
	tuple = SearchSysCache1(get_object_catcache_oid(object->classId),
							ObjectIdGetDatum(object->objectId));
	if (!HeapTupleIsValid(tuple))
		return false;
	schema = DatumGetObjectId(SysCacheGetAttr(get_object_catcache_oid(object->classId), tuple,
											  column, &isnull));
	ReleaseSysCache(tuple);
	return isAnyTempNamespace(schema) || IsToastNamespace(schema) ||
		schema == get_namespace_oid("schema_guard", true);
}

static bool
is_created(Oid classid, Oid objid)
{
	for (int i = 0; i < touched.count; i++)
	{
		const SgTouched *entry = &touched.objects[i];

		if (entry->source == SG_TOUCHED_CREATED && entry->address.classId == classid &&
			entry->address.objectId == objid)
			return true;
	}
	return false;
}

/* Calls on_vanish if the server drops something permanent by itself. */
static void
report_vanishing(Oid classid, Oid objid, int subid)
{
	ObjectAddress object;

	ObjectAddressSet(object, classid, objid);
	if (sg_sub_object_resolve(&object) && is_described(object.classId) && !is_in_hidden_schema(&object))
		on_vanish(subid == 0 && is_created(classid, objid));
}

/* Records the change that object_access_hook reports. */
void
sg_touched_object_access(ObjectAccessType access, Oid classid, Oid objid, int subid, void *arg)
{
	if (access != OAT_POST_CREATE && access != OAT_DROP && access != OAT_POST_ALTER)
		return;
	if (access == OAT_DROP && is_internal(access, arg))
		report_vanishing(classid, objid, subid);
	if (is_by_function(access, classid, arg))
		touched.unannounced = true;
	/* CREATE OR REPLACE FUNCTION reports an existing function as created */
	if (access == OAT_POST_CREATE && subid == 0 &&
		(classid == RelationRelationId || classid == TypeRelationId))
		touch_by(classid, objid, SG_TOUCHED_CREATED);
	else
		touch_object(classid, objid, access == OAT_POST_ALTER);
}

/* Records changes by a statement that neither signal will report. */
void
sg_touched_by_statement(const Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_GrantStmt:
		case T_DropOwnedStmt:
		case T_ReassignOwnedStmt:
		case T_SecLabelStmt:
			touched.access = true;
			break;
		case T_CommentStmt:
			touched.comments = true;
			break;
		case T_AlterObjectDependsStmt:
			touched.dependencies = true;
			break;
		case T_DropRoleStmt:
			/* DropSetting() removes the role's settings, and calls no hook */
			sg_touched_add(DatabaseRelationId, InvalidOid);
			break;
		case T_RenameStmt:
			if (((const RenameStmt *) statement)->renameType == OBJECT_ROLE ||
				((const RenameStmt *) statement)->renameType == OBJECT_TABLESPACE)
				touched.everything = true;
			break;
		default:
			break;
	}
}

static SgHeed
heed_during(const Node *statement)
{
	if (GetCommandLogLevel(unconstify(Node *, statement)) != LOGSTMT_DDL)
		return heed;
	return IsA(statement, CreateTableAsStmt) || IsA(statement, ExplainStmt) ?
		SG_HEED_OTHERS : SG_HEED_NONE;
}

/*
 * Called when a utility statement begins, because what a DDL statement changes is
 * not a function's own change.  Returns what to pass to sg_touched_leave().
 */
SgHeed
sg_touched_enter(const Node *statement)
{
	SgHeed		outer = heed;

	heed = heed_during(statement);
	return outer;
}

/* Called when the statement has ended, even after an error. */
void
sg_touched_leave(SgHeed outer)
{
	heed = outer;
}

/*
 * The same for an event trigger, which may be what loaded the library.  NULL means
 * that the statement has ended.
 */
void
sg_touched_announced(const Node *statement)
{
	if (statement != NULL && heed == SG_HEED_ALL)
	{
		heed = heed_during(statement);
		heed_is_announced = true;
	}
	else if (statement == NULL && heed_is_announced)
	{
		heed = SG_HEED_ALL;
		heed_is_announced = false;
	}
}

/* Returns true if what runs belongs to a DDL statement that has not ended. */
bool
sg_touched_in_command(void)
{
	return heed != SG_HEED_ALL;
}

/* Returns true if a function has changed something without a DDL statement. */
bool
sg_touched_unannounced(void)
{
	return touched.unannounced;
}

/* Called in the last transaction of a CONCURRENTLY command, which has released its locks. */
void
sg_touched_locks_released(void)
{
	touched.unlocked = true;
}

/* Called at the end of a transaction.  After an abort its invalidations come later, which does no harm. */
void
sg_touched_forget(void)
{
	touched.everything = false;
	touched.access = false;
	touched.comments = false;
	touched.dependencies = false;
	touched.unlocked = false;
	touched.unannounced = false;
	touched.count = 0;
}

/* Returns true if the reach of a change in these facets is not known. */
bool
sg_touched_everything(SgFacetSet facets)
{
	return touched.everything ||
		(touched.access && (facets & SG_FACET_BIT(SG_FACET_ACCESS)) != 0) ||
		(touched.comments && (facets & SG_FACET_BIT(SG_FACET_COMMENT)) != 0) ||
		(touched.dependencies && (facets & SG_FACET_BIT(SG_FACET_STORAGE)) != 0);
}

/*
 * Returns true if this transaction has changed the relation, rather than
 * received another session's invalidation.  A transaction that changes anything
 * described about a relation either holds a self-exclusive lock on it until its
 * end, or the hook is called.  Does not access the catalogs: most of these
 * relations are other sessions', and may be locked.
 */
static bool
is_own_relation(const SgTouched *relation)
{
	LOCKTAG		tag;

	if (touched.unlocked || relation->source != SG_TOUCHED_BY_INVALIDATION)
		return true;
	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation->address.objectId);
	for (LOCKMODE mode = ShareUpdateExclusiveLock; mode <= AccessExclusiveLock; mode++)
	{
		if (sg_compat_lock_held(&tag, mode))
			return true;
	}
	return false;
}

/*
 * Returns the touched objects, each once, in the current memory context.  They need
 * not exist any more, and may be sub-objects (state/sub_object.c).
 */
SgTouched *
sg_touched_objects(int *count)
{
	SgTouched  *objects;
	int			all;
	int			kept = 0;

	/* copy them, because catalog accesses receive more invalidations */
	drop_duplicates();
	all = touched.count;
	objects = palloc(sizeof(SgTouched) * Max(all, 1));
	if (all > 0) /* before the first one there is no array */
		memcpy(objects, touched.objects, sizeof(SgTouched) * all);
	for (int i = 0; i < all; i++)
	{
		if (objects[i].address.classId != RelationRelationId || is_own_relation(&objects[i]))
			objects[kept++] = objects[i];
	}
	*count = kept;
	return objects;
}

/* Registers the callbacks.  Called once, by _PG_init(). */
void
sg_touched_init(SgVanish vanish)
{
	on_vanish = vanish;
}
