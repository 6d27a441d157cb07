/*
 * contracts/privilege.c
 *		Privileges of a role on an object, in the live catalogs or in a description.
 *
 * For live objects the server is asked. A description has only privileges that
 * differ from the default (classes/access.c): the owner has all, everybody may call
 * functions and use types, unless an item says otherwise.  Roles and memberships are
 * always taken from the server.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "contracts/privilege.h"
#include "format/item.h"
#include "format/item_text.h"
#include "format/token.h"
#include "support/spi.h"

const char *const sg_privilege_any_column = "";

/* those that $1 has the privileges of, itself first, then those that it may only become */
#define ROLES_SQL \
	"SELECT r.rolname::text, r.oid, pg_catalog.pg_has_role($1, r.oid, 'USAGE')" \
	"  FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role($1, r.oid, 'MEMBER')" \
	" ORDER BY r.oid <> $1, r.rolname"

/* Adds the role of a row to those that the role inherits from, or may become. */
static void
add_role(uint64 row, void *arg)
{
	SgPrivilegeRole *role = arg;
	char	   *name = sg_spi_text(row, 1);
	bool		isnull;

	if (DatumGetBool(sg_spi_value(row, 3, &isnull)))
		role->inherits = lappend(role->inherits, name);
	else
	{
		role->may_become = lappend(role->may_become, name);
		role->may_become_oids = lappend_oid(role->may_become_oids,
											DatumGetObjectId(sg_spi_value(row, 2, &isnull)));
	}
}

static void
add_roles(SgPrivilegeRole *role)
{
	static const Oid types[] = {OIDOID};
	Datum		value = ObjectIdGetDatum(role->oid);

	(void) sg_spi_read(ROLES_SQL, 1, types, &value, add_role, role);
}

/* The role of that name, with those whose privileges it has; as the owner. */
SgPrivilegeRole *
sg_privilege_role(const char *name)
{
	SgPrivilegeRole *role = palloc0(sizeof(SgPrivilegeRole));

	role->name = name;
	role->oid = get_role_oid(name, true);
	if (!OidIsValid(role->oid))
		return role;
	/* superusers are everybody; that list is long, and nobody reads it */
	if (superuser_arg(role->oid))
		role->inherits = list_make1(unconstify(char *, name));
	else
		add_roles(role);
	return role;
}

/* -------------------------------------------------------- the live catalogs */

static bool
ask(PGFunction function, Oid role, Oid object, const char *privilege)
{
	return DatumGetBool(DirectFunctionCall3(function, ObjectIdGetDatum(role), ObjectIdGetDatum(object),
											CStringGetTextDatum(privilege)));
}

/*
 * The server's own answer goes through relnatts columns, and without end if a damaged
 * catalog says that these are as many as an AttrNumber can count.
 */
static bool
has_any_column(Oid role, Oid relid, const char *privilege)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		possible = HeapTupleIsValid(tuple) &&
		((Form_pg_class) GETSTRUCT(tuple))->relnatts <= MaxHeapAttributeNumber;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return ask(possible ? has_any_column_privilege_id_id : has_table_privilege_id_id, role, relid, privilege);
}

static bool
live_has(Oid role, const SgPrivilegeTarget *target, const char *column, const char *privilege)
{
	if (strcmp(target->type, "schema") == 0)
		return ask(has_schema_privilege_id_id, role, target->objid, privilege);
	if (strcmp(target->type, "function") == 0)
		return ask(has_function_privilege_id_id, role, target->objid, privilege);
	if (strcmp(target->type, "type") == 0)
		return ask(has_type_privilege_id_id, role, target->objid, privilege);
	if (strcmp(target->type, "sequence") == 0)
		return ask(has_sequence_privilege_id_id, role, target->objid, privilege);
	if (column == NULL)
		return ask(has_table_privilege_id_id, role, target->objid, privilege);
	if (column == sg_privilege_any_column)
		return has_any_column(role, target->objid, privilege);
	/* what is not there is another rule's */
	if (get_attnum(target->objid, column) == InvalidAttrNumber)
		return true;
	return DatumGetBool(DirectFunctionCall4(has_column_privilege_id_id_attnum, ObjectIdGetDatum(role),
											ObjectIdGetDatum(target->objid),
											Int16GetDatum(get_attnum(target->objid, column)),
											CStringGetTextDatum(privilege)));
}

/* ------------------------------------------------------------ a description */

static bool
is_one_of(const List *names, const char *name)
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
 * The role in 'privileges of "app" granted by "b" on column "c"'; NULL for PUBLIC.
 * *rest is behind it.
 */
static char *
grantee(const char *attribute, const char **rest)
{
	const char *in = attribute + strlen("privileges of ");
	const char *end = in + strlen(in);
	SgToken		token;

	*rest = in;
	if (!sg_token_next(&in, end, &token))
		return NULL;
	*rest = in;
	return sg_token_is(&token, "PUBLIC") ? NULL : sg_token_name(&token);
}

/*
 * Returns true if the item is about that column, or about the object as a whole if
 * "column" is NULL.
 */
static bool
is_on(const char *rest, const char *column)
{
	const char *on = strstr(rest, " on column ");

	if (column == NULL || on == NULL)
		return column == NULL && on == NULL;
	return column == sg_privilege_any_column ||
		strcmp(on + 4, sg_item_attribute("column", column)) == 0;
}

/* Returns true if the definition, such as "INSERT, SELECT WITH GRANT OPTION", has the privilege. */
static bool
lists(const char *definition, const char *privilege)
{
	const char *found = strstr(definition, privilege);

	return strncmp(definition, "ALL", 3) == 0 ||
		(found != NULL && (found == definition || found[-1] == ' '));
}

/*
 * Returns true if one of the roles has the privilege by default: the owner has all,
 * everybody has PUBLIC's.
 */
static bool
is_normal(const SgPrivilegeTarget *target, const List *roles, const char *column)
{
	const char *owner = sg_item_definition(target->object, "owner");
	const char *own = owner == NULL ? NULL : psprintf("privileges of %s", owner);
	const char *in = owner;
	SgToken		token;

	if (column != NULL)
		return false;
	if ((strcmp(target->type, "function") == 0 || strcmp(target->type, "type") == 0) &&
		sg_item_find(target->object, "privileges of PUBLIC") == NULL)
		return true;
	return owner != NULL && sg_item_find(target->object, own) == NULL &&
		sg_token_next(&in, owner + strlen(owner), &token) && is_one_of(roles, sg_token_name(&token));
}

/* The roles that come with PostgreSQL have privileges on everything. */
static bool
is_predefined(const SgPrivilegeTarget *target, const List *roles, const char *privilege)
{
	bool		is_schema = strcmp(target->type, "schema") == 0;
	bool		reads = strcmp(privilege, is_schema ? "USAGE" : "SELECT") == 0;
	bool		writes = is_schema ? reads :
		strcmp(privilege, "INSERT") == 0 || strcmp(privilege, "UPDATE") == 0 ||
		strcmp(privilege, "DELETE") == 0;

	if (strcmp(target->type, "function") == 0 || strcmp(target->type, "type") == 0)
		return false;
	return (reads && is_one_of(roles, "pg_read_all_data")) ||
		(writes && is_one_of(roles, "pg_write_all_data"));
}

static bool
described_has(const List *roles, const SgPrivilegeTarget *target, const char *column, const char *privilege)
{
	if (is_normal(target, roles, column) || is_predefined(target, roles, privilege))
		return true;
	for (int i = 0; i < target->object->nitems; i++)
	{
		const SgItem *item = &target->object->items[i];
		const char *rest;
		char	   *name;

		if (strncmp(item->attribute, "privileges of ", 14) != 0)
			continue;
		name = grantee(item->attribute, &rest);
		if (is_on(rest, column) && (name == NULL || is_one_of(roles, name)) &&
			lists(item->definition, privilege))
			return true;
	}
	/* whoever may read the whole may read each column */
	return column != NULL && described_has(roles, target, NULL, privilege);
}

/*
 * May the role do that with the object, or the column of it?  NULL is the object as
 * a whole.  Call as the owner.
 */
SgPrivilegeAnswer
sg_privilege_answer(const SgPrivilegeRole *role, const SgPrivilegeTarget *target, const char *column,
					const char *privilege)
{
	ListCell   *cell;

	if (superuser_arg(role->oid))
		return SG_PRIVILEGE_HELD;
	if (!OidIsValid(target->objid))
		return described_has(role->inherits, target, column, privilege) ? SG_PRIVILEGE_HELD :
			described_has(role->may_become, target, column, privilege) ? SG_PRIVILEGE_BY_SET_ROLE :
			SG_PRIVILEGE_MISSING;
	if (live_has(role->oid, target, column, privilege))
		return SG_PRIVILEGE_HELD;
	foreach(cell, role->may_become_oids)
	{
		if (live_has(lfirst_oid(cell), target, column, privilege))
			return SG_PRIVILEGE_BY_SET_ROLE;
	}
	return SG_PRIVILEGE_MISSING;
}
