/*
 * state/touched.c
 *		Which objects the current transaction has touched.
 *
 * Two things of the server tell, both independent of the statement's form and
 * of who runs it (a function, an extension's script, a cascade):
 *
 * - Relations: relcache invalidations.  Whatever changes what a relation is
 *   must send one, or other sessions would work with what it was: changes of
 *   its columns, defaults, constraints, indexes, triggers, rules, policies.
 *   A transaction gets its own with each CommandCounterIncrement().  Those of
 *   other sessions come in between: is_own_relation() tells them apart.
 * - All other classes, and indexes: object_access_hook, which sees the
 *   creation, alteration and removal of objects, as sepgsql uses it.
 *
 * What the hook is not told: grants on other things than relations, comments,
 * security labels, DEPENDS ON EXTENSION.  Nothing of that is in the facets that
 * are guarded by default; where they are, such a statement touches everything.
 * So do the few changes whose reach is not known: a default operator class and a
 * cast can change how any index and expression is written, ALTER EXTENSION what
 * counts.
 *
 * An address without an object stands for all objects of the class: of
 * operators, which alter each other, and where the part that is removed does
 * not say any more of whom it was.
 *
 * Recorded is always, not only in transactions that are known to run DDL: the
 * last transaction of a command that commits in the middle is known too late.
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
#include "state/dependents.h"
#include "state/touched.h"
#include "support/compat.h"

/* beyond this many distinct objects describing everything is not slower */
#define MAX_OBJECTS 16384

/* how it is known of an object, in its objectSubId; the other is SG_TOUCHED_CREATED */
#define HEARD 0					/* by an invalidation, which may be another session's */
#define TOLD 1					/* by the hook */

static struct
{
	bool		everything;
	bool		access;			/* a grant, a security label */
	bool		comments;
	bool		dependencies;	/* ALTER … DEPENDS ON EXTENSION */
	bool		unlocked;		/* the transaction's locks do not tell what it changed */
	bool		unannounced;	/* something by no DDL statement */
	int			count;
	int			capacity;
	ObjectAddress *objects;		/* in TopMemoryContext, kept over transactions */
}			touched;

static object_access_hook_type previous_object_access = NULL;
static SgVanish on_vanish = NULL;

/* over the statements that call each other; and whether an event trigger has set it */
static SgHeed heed = SG_HEED_ALL;
static bool heed_is_announced = false;

static int
compare_addresses(const void *a, const void *b)
{
	const ObjectAddress *left = a;
	const ObjectAddress *right = b;

	if (left->classId != right->classId)
		return left->classId < right->classId ? -1 : 1;
	if (left->objectId != right->objectId)
		return left->objectId < right->objectId ? -1 : 1;
	return 0;
}

/* of the same object, what says most comes first */
static int
compare_entries(const void *a, const void *b)
{
	int			order = compare_addresses(a, b);

	return order != 0 ? order :
		((const ObjectAddress *) b)->objectSubId - ((const ObjectAddress *) a)->objectSubId;
}

static void
drop_duplicates(void)
{
	int			kept = 0;

	qsort(touched.objects, touched.count, sizeof(ObjectAddress), compare_entries);
	for (int i = 0; i < touched.count; i++)
	{
		if (kept == 0 || compare_addresses(&touched.objects[kept - 1], &touched.objects[i]) != 0)
			touched.objects[kept++] = touched.objects[i];
	}
	touched.count = kept;
}

/*
 * Makes room for one more.  Called while invalidations are processed, during
 * an abort too: must not fail, so that there being no room means everything.
 */
static bool
make_room(void)
{
	ObjectAddress *larger;
	int			capacity = Max(touched.capacity * 2, 256);

	if (touched.count < touched.capacity)
		return true;
	drop_duplicates();
	if (touched.count < touched.capacity / 2)
		return true;
	if (touched.count >= MAX_OBJECTS)
		return false;
	larger = MemoryContextAllocExtended(TopMemoryContext, capacity * sizeof(ObjectAddress),
										MCXT_ALLOC_NO_OOM);
	if (larger == NULL)
		return false;
	if (touched.objects != NULL)
	{
		memcpy(larger, touched.objects, touched.count * sizeof(ObjectAddress));
		pfree(touched.objects);
	}
	touched.objects = larger;
	touched.capacity = capacity;
	return true;
}

/* an object, or with InvalidOid all of the class */
static void
touch_entry(Oid classid, Oid objid, int32 how)
{
	if (touched.everything)
		return;
	if (!make_room())
	{
		touched.everything = true;
		return;
	}
	ObjectAddressSubSet(touched.objects[touched.count], classid, objid, how);
	touched.count++;
}

static void
touch(Oid classid, Oid objid)
{
	touch_entry(classid, objid, TOLD);
}

/*
 * RelcacheCallbackFunction.  InvalidOid is sent when invalidations of others
 * were lost, and for publications of all tables: nothing of ours is in it.
 */
static void
on_relcache_invalidation(Datum arg, Oid relid)
{
	if (OidIsValid(relid))
		touch_entry(RelationRelationId, relid, HEARD);
}

/* a domain's; a relation's comes with an invalidation */
static void
touch_constraint(Oid constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));

	if (!HeapTupleIsValid(tuple))
	{
		/* just created: it is found by its OID when it is visible */
		touch(ConstraintRelationId, constraint);
		return;
	}
	if (OidIsValid(((Form_pg_constraint) GETSTRUCT(tuple))->contypid))
		touch(TypeRelationId, ((Form_pg_constraint) GETSTRUCT(tuple))->contypid);
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
is_relation_part(Oid catalog)
{
	return catalog == AttrDefaultRelationId || catalog == TriggerRelationId ||
		catalog == RewriteRelationId || catalog == PolicyRelationId ||
		catalog == IndexRelationId || catalog == AttributeRelationId ||
		catalog == ForeignTableRelationId;
}

static bool
is_publication_part(Oid catalog)
{
#ifdef SG_PUBLICATION_SCHEMAS
	if (catalog == SG_PUBLICATION_SCHEMAS)
		return true;
#endif
	return catalog == PublicationRelRelationId;
}

/* what is not of a database, or never described */
static bool
is_elsewhere(Oid catalog)
{
	return catalog == AuthIdRelationId || catalog == AuthMemRelationId ||
		catalog == TableSpaceRelationId || catalog == LargeObjectRelationId ||
		catalog == LargeObjectMetadataRelationId;
}

/*
 * Does it come with the server, and can it be named?  Who names it is not noted.
 * The schema public is one like any other.
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
	/* its table need not come, as with SET WITHOUT CLUSTER */
	if (classid == IndexRelationId)
		touch(RelationRelationId, objid);
	if (is_relation_part(classid))
		return;					/* comes with an invalidation */
	if (altered && is_servers_own(classid, objid))
		touched.everything = true;
	else if (classid == ConstraintRelationId)
		touch_constraint(objid);
	else if (classid == InheritsRelationId)
		touch(RelationRelationId, objid);
	else if (classid == OperatorRelationId)
	{
		/* itself as well: it need not be described to be named by others */
		touch(OperatorRelationId, objid);
		touch(OperatorRelationId, InvalidOid);
	}
	else if (classid == OperatorFamilyRelationId || classid == AccessMethodOperatorRelationId ||
			 classid == AccessMethodProcedureRelationId)
	{
		if (classid == OperatorFamilyRelationId)
			touch(OperatorFamilyRelationId, objid);
		touch(OperatorFamilyRelationId, InvalidOid);
		touch(OperatorClassRelationId, InvalidOid);
	}
	else if (is_publication_part(classid))
		touch(PublicationRelationId, InvalidOid);
	else if (classid == DatabaseRelationId || classid == DbRoleSettingRelationId)
		touch(DatabaseRelationId, InvalidOid);
	else if (classid == OperatorClassRelationId || classid == CastRelationId ||
			 (classid == ExtensionRelationId && altered))
		touched.everything = true;
	else if (is_described(classid))
		touch(classid, objid);
	else if (!is_elsewhere(classid))
		touched.everything = true;
}

/* the server's own work, such as another heap for the same table */
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
 * Is this a change that a function makes by itself, as
 * pg_import_system_collations() does, for which there is no event trigger?
 */
static bool
is_by_function(ObjectAccessType access, Oid classid, const void *arg)
{
	bool		may_be_the_table = classid == RelationRelationId || classid == TypeRelationId ||
		classid == NamespaceRelationId;	/* that of temporary tables */

	return (heed == SG_HEED_ALL || (heed == SG_HEED_OTHERS && !may_be_the_table)) &&
		!IsSharedRelation(classid) && !is_elsewhere(classid) && !is_internal(access, arg);
}

/* Is it in a schema that is not described: a temporary one, that of TOAST tables? */
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
	return isAnyTempNamespace(schema) || IsToastNamespace(schema);
}

static bool
is_created(Oid classid, Oid objid)
{
	for (int i = 0; i < touched.count; i++)
	{
		if (touched.objects[i].classId == classid && touched.objects[i].objectId == objid &&
			touched.objects[i].objectSubId == SG_TOUCHED_CREATED)
			return true;
	}
	return false;
}

/* The server drops something by itself: tells of what is not temporary. */
static void
tell_of_vanishing(Oid classid, Oid objid, int subid)
{
	ObjectAddress object;

	ObjectAddressSet(object, classid, objid);
	if (sg_sub_object_owner(&object) && is_described(object.classId) && !is_in_hidden_schema(&object))
		on_vanish(subid == 0 && is_created(classid, objid));
}

static void
on_object_access(ObjectAccessType access, Oid classid, Oid objid, int subid, void *arg)
{
	if (previous_object_access != NULL)
		previous_object_access(access, classid, objid, subid, arg);
	if (access != OAT_POST_CREATE && access != OAT_DROP && access != OAT_POST_ALTER)
		return;
	if (access == OAT_DROP && is_internal(access, arg))
		tell_of_vanishing(classid, objid, subid);
	if (is_by_function(access, classid, arg))
		touched.unannounced = true;
	/* of a function it is said when it is replaced as well */
	if (access == OAT_POST_CREATE && subid == 0 &&
		(classid == RelationRelationId || classid == TypeRelationId))
		touch_entry(classid, objid, SG_TOUCHED_CREATED);
	else
		touch_object(classid, objid, access == OAT_POST_ALTER);
}

/* Notes what a statement is about to do that neither of the two will tell. */
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
 * A utility statement begins: what a DDL statement changes is not what a
 * function changes by itself.  Returns what to give to sg_touched_leave.
 */
SgHeed
sg_touched_enter(const Node *statement)
{
	SgHeed		outer = heed;

	heed = heed_during(statement);
	return outer;
}

/* It has ended, in an error or not. */
void
sg_touched_leave(SgHeed outer)
{
	heed = outer;
}

/*
 * The same by an event trigger, which may have had the library loaded; NULL:
 * the statement has ended.
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

/* Has a function changed something without a DDL statement? */
bool
sg_touched_unannounced(void)
{
	return touched.unannounced;
}

/* For the last transaction of a CONCURRENTLY command, which has released its locks. */
void
sg_touched_locks_released(void)
{
	touched.unlocked = true;
}

/* At the end of a transaction.  Its invalidations on abort come after this: no harm. */
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

/* Has something happened whose reach in these facets is not known? */
bool
sg_touched_everything(SgFacetSet facets)
{
	return touched.everything ||
		(touched.access && (facets & SG_FACET_BIT(SG_FACET_ACCESS)) != 0) ||
		(touched.comments && (facets & SG_FACET_BIT(SG_FACET_COMMENT)) != 0) ||
		(touched.dependencies && (facets & SG_FACET_BIT(SG_FACET_STORAGE)) != 0);
}

/*
 * Did this transaction change the relation, or only hear of it?  Whoever
 * changes what is described of a relation keeps a lock on it that nobody else
 * can hold, or the hook is told.  Without a catalog access: most of them are of
 * other sessions, and those wait.
 */
static bool
is_own_relation(const ObjectAddress *relation)
{
	LOCKTAG		tag;

	if (touched.unlocked || relation->objectSubId != HEARD)
		return true;
	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation->objectId);
	for (LOCKMODE mode = ShareUpdateExclusiveLock; mode <= AccessExclusiveLock; mode++)
	{
		if (sg_compat_lock_held(&tag, mode))
			return true;
	}
	return false;
}

/*
 * The addresses, each once, in the current memory context.  Objects need not
 * be there any more, and may be parts of others (state/dependents.c).  The
 * objectSubId is SG_TOUCHED_CREATED where the object was created.
 */
ObjectAddress *
sg_touched_objects(int *count)
{
	ObjectAddress *objects;
	int			all;
	int			kept = 0;

	/* a copy: looking into the catalogs accepts invalidations */
	drop_duplicates();
	all = touched.count;
	objects = palloc(sizeof(ObjectAddress) * Max(all, 1));
	memcpy(objects, touched.objects, sizeof(ObjectAddress) * all);
	for (int i = 0; i < all; i++)
	{
		if (objects[i].classId != RelationRelationId || is_own_relation(&objects[i]))
			objects[kept++] = objects[i];
	}
	*count = kept;
	return objects;
}

/* Registers the callbacks; called once, from _PG_init. */
void
sg_touched_init(SgVanish vanish)
{
	on_vanish = vanish;
	CacheRegisterRelcacheCallback(on_relcache_invalidation, (Datum) 0);
	previous_object_access = object_access_hook;
	object_access_hook = on_object_access;
}
