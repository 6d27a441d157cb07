/*
 * classes/identity.c
 *		The identities of functions, operators and the like, for references to them.
 *
 * If a reference must be unambiguous, it is the identity in the header of the
 * object's own description.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "catalogs/mention.h"
#include "classes/function.h"
#include "classes/identity.h"
#include "format/sql.h"

/*
 * Returns public.f(integer,text), palloc'd.  Omits the arguments of the server's own
 * functions: those of support functions differ between versions (conversions got
 * another one in 14), and a reference to them is unambiguous without.
 */
const char *
sg_identity_of_function(SgNames *names, Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	char	   *result;

	sg_mention(names, function);
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "function");
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->pronamespace == PG_CATALOG_NAMESPACE)
		result = sg_names_qualify(names, form->pronamespace, NameStr(form->proname));
	else
		result = sg_function_identity(names, form);
	ReleaseSysCache(tuple);
	return result;
}

/* Returns public.+(integer,integer), with NONE for a missing argument; palloc'd. */
const char *
sg_identity_of_operator(SgNames *names, Oid operator)
{
	HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;
	char	   *schema;
	char	   *result;

	sg_mention(names, operator);
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "operator");
	form = (Form_pg_operator) GETSTRUCT(tuple);
	/* an operator's name must not be quoted, so qualify it by hand */
	schema = sg_names_qualify(names, form->oprnamespace, "o");
	schema[strlen(schema) - 1] = '\0';
	result = psprintf("%s%s(%s,%s)", schema, NameStr(form->oprname),
					  OidIsValid(form->oprleft) ? sg_names_type(names, form->oprleft, -1) : "NONE",
					  OidIsValid(form->oprright) ? sg_names_type(names, form->oprright, -1) : "NONE");
	ReleaseSysCache(tuple);
	return result;
}

/* Returns public.my_ops USING btree, palloc'd. */
const char *
sg_identity_of_family(SgNames *names, Oid family)
{
	HeapTuple	tuple = SearchSysCache1(OPFAMILYOID, ObjectIdGetDatum(family));
	Form_pg_opfamily form;
	char	   *result;

	sg_mention(names, family);
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "operator family");
	form = (Form_pg_opfamily) GETSTRUCT(tuple);
	result = psprintf("%s USING %s",
					  sg_names_qualify(names, form->opfnamespace, NameStr(form->opfname)),
					  sg_names_access_method(names, form->opfmethod));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns the server's name, quoted if necessary. */
const char *
sg_identity_of_server(SgNames *names, Oid server)
{
	HeapTuple	tuple = SearchSysCache1(FOREIGNSERVEROID, ObjectIdGetDatum(server));
	char	   *name;

	sg_mention(names, server);
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "server");
	name = pstrdup(sg_sql_identifier(NameStr(((Form_pg_foreign_server) GETSTRUCT(tuple))->srvname)));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the role's name, quoted if necessary. */
const char *
sg_identity_of_role(SgNames *names, Oid role)
{
	char	   *name = GetUserNameFromId(role, true);

	return name != NULL ? sg_sql_identifier(name) : sg_names_missing(names, "role");
}

/* Returns the language's name, quoted if necessary. */
const char *
sg_identity_of_language(SgNames *names, Oid language)
{
	char	   *name = get_language_name(language, true);

	sg_mention(names, language);
	return name != NULL ? sg_sql_identifier(name) : sg_names_missing(names, "language");
}
