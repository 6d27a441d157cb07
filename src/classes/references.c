/*
 * classes/references.c
 *		How descriptions name functions, operators and the like where that has
 *		to be unambiguous: as their own headers do.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/syscache.h"

#include "classes/function.h"
#include "classes/row.h"
#include "format/sql.h"

static HeapTuple
tuple_of(int cache, Oid oid)
{
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("object with OID %u does not exist", oid),
				 errdetail("It was dropped while the schema was being described, or the catalogs are damaged."),
				 errhint("Try again.")));
	return tuple;
}

/*
 * public.f(integer,text), palloc'd.  The server's own functions without their
 * arguments: those of support functions differ between versions (conversions
 * got one more in 14), and what refers to them leaves no choice.
 */
char *
sg_function_reference(SgNames *names, Oid function)
{
	HeapTuple	tuple = tuple_of(PROCOID, function);
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
	char	   *result;

	if (form->pronamespace == PG_CATALOG_NAMESPACE)
		result = sg_qualified_name(names, form->pronamespace, NameStr(form->proname));
	else
		result = sg_routine_identity(names, form);
	ReleaseSysCache(tuple);
	return result;
}

/* public.+(integer,integer), NONE where there is no left argument; palloc'd */
char *
sg_operator_reference(SgNames *names, Oid operator)
{
	HeapTuple	tuple = tuple_of(OPEROID, operator);
	Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);
	/* what is not an identifier must not be quoted: qualify by hand */
	char	   *schema = sg_qualified_name(names, form->oprnamespace, "o");
	char	   *result;

	schema[strlen(schema) - 1] = '\0';
	result = psprintf("%s%s(%s,%s)", schema, NameStr(form->oprname),
					  OidIsValid(form->oprleft) ? sg_type_name(names, form->oprleft, -1) : "NONE",
					  OidIsValid(form->oprright) ? sg_type_name(names, form->oprright, -1) : "NONE");
	ReleaseSysCache(tuple);
	return result;
}

/* public.my_ops USING btree, palloc'd */
char *
sg_family_reference(SgNames *names, Oid family)
{
	HeapTuple	tuple = tuple_of(OPFAMILYOID, family);
	Form_pg_opfamily form = (Form_pg_opfamily) GETSTRUCT(tuple);
	char	   *result = psprintf("%s USING %s",
								  sg_qualified_name(names, form->opfnamespace, NameStr(form->opfname)),
								  sg_access_method_name(names, form->opfmethod));

	ReleaseSysCache(tuple);
	return result;
}

/* the server's name, quoted where SQL needs it; palloc'd */
char *
sg_server_reference(Oid server)
{
	return pstrdup(sg_canon_identifier(GetForeignServer(server)->servername));
}

/* the role's name, quoted where SQL needs it, or its OID where there is none; palloc'd */
char *
sg_role_reference(Oid role)
{
	char	   *name = GetUserNameFromId(role, true);

	return name != NULL ? pstrdup(sg_canon_identifier(name)) : psprintf("\"%u\"", role);
}

/* The names of a relation's columns, for expressions over them; as long as the SgNames. */
void
sg_load_column_names(SgNames *names, Oid relid, SgColumnNames *columns)
{
	const SgRelationColumns *known = sg_relation_columns(names, relid);

	memset(columns, 0, sizeof(*columns));
	columns->relid = relid;
	columns->relation = sg_relation(names, relid)->name;
	columns->count = known->count;
	columns->names = known->names;
}
