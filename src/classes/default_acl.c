/*
 * classes/default_acl.c
 *		Default privileges: pg_default_acl.  Facet "access".
 *
 *		default acl for role owner in schema public on tables
 *		  [access] privileges of "app": SELECT
 *
 * Without a schema they replace the built-in default, and differences from that are
 * shown; with a schema they are added to it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_default_acl.h"
#include "nodes/parsenodes.h"

#include "classes/annotations.h"
#include "classes/classes.h"
#include "classes/identity.h"
#include "classes/row.h"

static const struct
{
	char		code;			/* pg_default_acl.defaclobjtype */
	ObjectType	type;
	const char *plural;
}			kinds[] = {
	{DEFACLOBJ_RELATION, OBJECT_TABLE, "tables"},
	{DEFACLOBJ_SEQUENCE, OBJECT_SEQUENCE, "sequences"},
	{DEFACLOBJ_FUNCTION, OBJECT_FUNCTION, "functions"},
	{DEFACLOBJ_TYPE, OBJECT_TYPE, "types"},
	{DEFACLOBJ_NAMESPACE, OBJECT_SCHEMA, "schemas"},
	{'L', OBJECT_LARGEOBJECT, "large objects"}	/* 18 (0d6c47766) */
};

static void
describe_default_acl(SgRow *row)
{
	Form_pg_default_acl form = (Form_pg_default_acl) GETSTRUCT(row->tuple);
	const char *schema = "";
	const Acl  *normal = NULL;
	bool		isnull;
	Datum		acl = sg_row_attribute(row, Anum_pg_default_acl_defaclacl, &isnull);
	const char *plural;
	int			kind = 0;

	while (kind < lengthof(kinds) && kinds[kind].code != form->defaclobjtype)
		kind++;
	plural = kind < lengthof(kinds) ? kinds[kind].plural : psprintf("objects of type %d", form->defaclobjtype);
	if (kind == lengthof(kinds))
		(void) sg_names_note_gap(row->names, "missing type of objects");
	if (OidIsValid(row->schema) && row->schema != row->describer->options->schema)
		schema = psprintf(" in schema %s", sg_names_schema(row->names, row->schema)->quoted);
	if (!OidIsValid(row->schema) && kind < lengthof(kinds))
		normal = acldefault(kinds[kind].type, form->defaclrole);

	sg_row_begin(row, "default acl",
				 psprintf("for role %s%s on %s", sg_identity_of_role(row->names, form->defaclrole), schema, plural));
	row->object.structural = false;
	if (!isnull)
		sg_access_add_privileges(row->names, &row->object, "", sg_access_acl(row->names, acl), normal, form->defaclrole);
}

const SgClass sg_default_acl_class = {
	.catalog = DefaultAclRelationId,
	.name = "default privileges",
	.describe_row = describe_default_acl,
	.index = DefaultAclOidIndexId,
	.oid = Anum_pg_default_acl_oid,
	.schema = Anum_pg_default_acl_defaclnamespace
};
