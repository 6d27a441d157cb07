/*
 * classes/access.c
 *		The facet "access": owner, privileges and security labels of any object.
 *
 * Privileges are described by how they differ from those that an object has without
 * any GRANT, with one item for each grantee that has others:
 *
 *		[access] privileges of "app": INSERT, SELECT WITH GRANT OPTION
 *		[access] privileges of PUBLIC: none
 *
 * So an ACL that spells out the default is the same as none at all, and a privilege
 * that a new major version gives to every owner (MAINTAIN, 17) makes no difference.
 * Nor does one that it adds to GRANT ALL, which is how a dump grants all privileges
 * on a table: they are shown as ALL.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_shseclabel.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "classes/annotations.h"

/* the bits of an ACL by name, in the order in which they are listed */
static const char *const privilege_names[] = {
	"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "EXECUTE",
	"USAGE", "CREATE", "TEMPORARY", "CONNECT", "SET", "ALTER SYSTEM", "MAINTAIN"
};

/* Returns the role's name, always quoted. */
static const char *
role_name(SgNames *names, Oid role)
{
	char	   *name = GetUserNameFromId(role, true);

	return name != NULL ? sg_item_attribute("", name) + 1 : sg_names_missing(names, "role");
}

/*
 * Returns a text such as "INSERT, SELECT WITH GRANT OPTION", or "none".  Only tables
 * can have all the privileges of a table.
 */
static char *
privileges_text(AclMode privileges, AclMode grantable)
{
	StringInfoData buf;

	if (privileges == ACL_ALL_RIGHTS_RELATION && grantable == privileges)
		return pstrdup("ALL WITH GRANT OPTION");
	if (privileges == ACL_ALL_RIGHTS_RELATION && grantable == ACL_NO_RIGHTS)
		return pstrdup("ALL");
	initStringInfo(&buf);
	for (int i = 0; i < lengthof(privilege_names); i++)
	{
		AclMode		bit = (AclMode) 1 << i;

		if ((privileges & bit) != 0)
			appendStringInfo(&buf, "%s%s%s", buf.len > 0 ? ", " : "", privilege_names[i],
							 (grantable & bit) != 0 ? " WITH GRANT OPTION" : "");
	}
	return buf.len > 0 ? buf.data : pstrdup("none");
}

/*
 * Returns a copy of a stored ACL.  If it is damaged, notes that and returns NULL: the
 * server's macros would read beyond its end.
 */
const Acl *
sg_access_acl(SgNames *names, Datum stored)
{
	const Acl  *acl = DatumGetAclPCopy(stored);

	if (ARR_NDIM(acl) == 1 && ARR_ELEMTYPE(acl) == ACLITEMOID && !ARR_HASNULL(acl))
		return acl;
	(void) sg_names_note_gap(names, "damaged access control list");
	return NULL;
}

static const AclItem *
find_item(const Acl *acl, Oid grantee, Oid grantor)
{
	for (int i = 0; acl != NULL && i < ACL_NUM(acl); i++)
	{
		const AclItem *item = &ACL_DAT(acl)[i];

		if (item->ai_grantee == grantee && item->ai_grantor == grantor)
			return item;
	}
	return NULL;
}

static void
add_grantee(SgNames *names, SgObject *object, const char *on, const AclItem *item, AclMode privileges,
			AclMode grantable, Oid owner)
{
	StringInfoData attribute;

	initStringInfo(&attribute);
	appendStringInfo(&attribute, "privileges of %s",
					 item->ai_grantee == ACL_ID_PUBLIC ? "PUBLIC" : role_name(names, item->ai_grantee));
	if (item->ai_grantor != owner)
		appendStringInfo(&attribute, " granted by %s", role_name(names, item->ai_grantor));
	appendStringInfoString(&attribute, on);
	sg_object_add(object, SG_FACET_ACCESS, 0, attribute.data,
				  privileges_text(privileges, grantable));
}

/*
 * Adds an item for each grantee whose privileges are not the normal ones, which are
 * none if "normal" is NULL.  "on" is "" for the object itself, or names a part of it
 * and begins with a space.  Does nothing if "acl" is NULL, because it is damaged.
 */
void
sg_access_add_privileges(SgNames *names, SgObject *object, const char *on, const Acl *acl, const Acl *normal, Oid owner)
{
	if (acl == NULL)
		return;
	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		const AclItem *item = &ACL_DAT(acl)[i];
		const AclItem *usual = find_item(normal, item->ai_grantee, item->ai_grantor);

		if (usual == NULL || usual->ai_privs != item->ai_privs)
			add_grantee(names, object, on, item, ACLITEM_GET_PRIVS(*item), ACLITEM_GET_GOPTIONS(*item),
						owner);
	}
	for (int i = 0; normal != NULL && i < ACL_NUM(normal); i++)
	{
		const AclItem *usual = &ACL_DAT(normal)[i];

		if (find_item(acl, usual->ai_grantee, usual->ai_grantor) == NULL)
			add_grantee(names, object, on, usual, ACL_NO_RIGHTS, ACL_NO_RIGHTS, owner);
	}
}

/* Adds the grants on columns. */
static void
add_column_privileges(SgDescriber *describer, SgObject *object, Oid owner)
{
	SgObjectRows *grants = describer->annotations->column_grants;
	ListCell   *lc;

	foreach(lc, sg_object_rows_find(grants, object->classid, object->objid))
	{
		HeapTuple	row = lfirst(lc);
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(row);
		bool		isnull;
		Datum		acl = sg_object_rows_attribute(grants, row, Anum_pg_attribute_attacl, &isnull);

		sg_access_add_privileges(describer->names, object,
						  psprintf(" on %s", sg_item_attribute("column", NameStr(form->attname))),
						  sg_access_acl(describer->names, acl), NULL, owner);
	}
}

static void
add_label(SgObject *object, const char *provider, const char *label, int32 column_number)
{
	char	   *attribute = sg_item_attribute("security label of", provider);
	char	   *column = column_number == 0 ? NULL :
		get_attname(object->objid, column_number, true);

	if (column != NULL)
		attribute = psprintf("%s on %s", attribute, sg_item_attribute("column", column));
	sg_object_add(object, SG_FACET_ACCESS, 0, attribute, label);
}

static void
add_security_labels(SgDescriber *describer, SgObject *object)
{
	SgObjectRows *labels = describer->annotations->labels;
	ListCell   *lc;

	foreach(lc, sg_object_rows_find(labels, object->classid, object->objid))
	{
		HeapTuple	row = lfirst(lc);
		bool		isnull;
		Datum		provider = sg_object_rows_attribute(labels, row, Anum_pg_seclabel_provider, &isnull);
		Datum		label = sg_object_rows_attribute(labels, row, Anum_pg_seclabel_label, &isnull);

		add_label(object, TextDatumGetCString(provider), TextDatumGetCString(label),
				  ((FormData_pg_seclabel *) GETSTRUCT(row))->objsubid);
	}
}

/* The same for shared objects, whose labels are in a catalog of their own. */
static void
add_shared_security_labels(SgDescriber *describer, SgObject *object)
{
	SgObjectRows *labels = describer->annotations->shared_labels;
	ListCell   *lc;

	foreach(lc, sg_object_rows_find(labels, object->classid, object->objid))
	{
		HeapTuple	row = lfirst(lc);
		bool		isnull;
		Datum		provider = sg_object_rows_attribute(labels, row, Anum_pg_shseclabel_provider, &isnull);
		Datum		label = sg_object_rows_attribute(labels, row, Anum_pg_shseclabel_label, &isnull);

		add_label(object, TextDatumGetCString(provider), TextDatumGetCString(label), 0);
	}
}

/* Returns the type for acldefault(), which knows no relations but tables and sequences. */
static ObjectType
type_of_privileges(const SgObject *object)
{
	ObjectType	type = get_object_type(object->classid, object->objid);

	return object->classid == RelationRelationId && type != OBJECT_SEQUENCE ? OBJECT_TABLE : type;
}

/* Adds owner and privileges; returns the owner, or InvalidOid if there is none. */
static Oid
add_owner_and_privileges(SgNames *names, SgObject *object)
{
	AttrNumber	owner_attribute = get_object_attnum_owner(object->classid);
	AttrNumber	acl_attribute = get_object_attnum_acl(object->classid);
	Relation	rel = table_open(object->classid, AccessShareLock);
	HeapTuple	tuple = get_catalog_object_by_oid(rel, get_object_attnum_oid(object->classid),
												  object->objid);
	Oid			owner = InvalidOid;
	bool		isnull;

	if (HeapTupleIsValid(tuple) && owner_attribute != InvalidAttrNumber)
	{
		owner = DatumGetObjectId(heap_getattr(tuple, owner_attribute, RelationGetDescr(rel), &isnull));
		sg_object_add(object, SG_FACET_ACCESS, 0, "owner", role_name(names, owner));
	}
	if (HeapTupleIsValid(tuple) && acl_attribute != InvalidAttrNumber)
	{
		Datum		acl = heap_getattr(tuple, acl_attribute, RelationGetDescr(rel), &isnull);

		if (!isnull)
			sg_access_add_privileges(names, object, "", sg_access_acl(names, acl),
							  acldefault(type_of_privileges(object), owner),
							  owner);
	}
	table_close(rel, AccessShareLock);
	return owner;
}

/* Adds those of owner, privileges and security labels that objects of the class can have. */
void
sg_access_add(SgDescriber *describer, SgObject *object)
{
	Oid			owner = InvalidOid;

	/* classes that the server does not list there have neither owner nor privileges */
	if (is_objectclass_supported(object->classid))
		owner = add_owner_and_privileges(describer->names, object);
	if (object->classid == RelationRelationId)
		add_column_privileges(describer, object, owner);
	if (IsSharedRelation(object->classid))
		add_shared_security_labels(describer, object);
	else
		add_security_labels(describer, object);
}
