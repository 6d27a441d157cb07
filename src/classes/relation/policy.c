/*
 * classes/relation/policy.c
 *		Row security policies: pg_policy.
 *
 *		policy "own_rows": AS PERMISSIVE FOR SELECT TO public USING ((owner = CURRENT_USER))
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_policy.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "catalogs/scan.h"
#include "classes/identity.h"
#include "classes/locked.h"
#include "classes/relation/relation.h"
#include "deparse/tree.h"
#include "support/text.h"

static const char *
command_name(char command)
{
	switch (command)
	{
		case '*':
			return "ALL";
		case ACL_SELECT_CHR:
			return "SELECT";
		case ACL_INSERT_CHR:
			return "INSERT";
		case ACL_UPDATE_CHR:
			return "UPDATE";
		case ACL_DELETE_CHR:
			return "DELETE";
		default:
			elog(ERROR, "unrecognized command of a policy: %c", command);
			return NULL;		/* keep compiler quiet */
	}
}

/* Appends the roles, sorted by name; public is the role with OID 0. */
static void
append_roles(StringInfo buf, SgNames *names, Datum oids_of_roles)
{
	ArrayType  *array = DatumGetArrayTypeP(oids_of_roles);
	Oid		   *oids = (Oid *) ARR_DATA_PTR(array);
	List	   *roles = NIL;
	ListCell   *lc;

	for (int i = 0; i < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i++)
	{
		const char *name = OidIsValid(oids[i]) ? sg_identity_of_role(names, oids[i]) : "public";

		roles = lappend(roles, unconstify(char *, name));
	}
	list_sort(roles, sg_text_compare_cells);
	foreach(lc, roles)
		appendStringInfo(buf, "%s%s", lc == list_head(roles) ? " TO " : ", ", (char *) lfirst(lc));
}

/* Sets *result to the expression's text, or NULL if there is none.  Returns false if that has to wait for a lock. */
static bool
expression_text(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple, AttrNumber attribute,
				char **result)
{
	bool		isnull;
	Datum		value = sg_scan_attribute(scan, tuple, attribute, &isnull);
	Node	   *node;

	*result = NULL;
	if (isnull)
		return true;
	node = sg_tree_read(relation->describer->deparser, TextDatumGetCString(value));
	if (sg_locked_elsewhere(relation->describer, relation->object, node))
		return false;
	*result = sg_deparse_policy(relation->describer->deparser, node, &relation->names);
	return true;
}

static bool
describe_policy(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_policy form = (Form_pg_policy) GETSTRUCT(tuple);
	StringInfoData buf;
	char	   *using;
	char	   *check;
	bool		isnull;
	Datum		roles;

	if (!expression_text(relation, scan, tuple, Anum_pg_policy_polqual, &using) ||
		!expression_text(relation, scan, tuple, Anum_pg_policy_polwithcheck, &check))
		return false;
	initStringInfo(&buf);
	appendStringInfo(&buf, "AS %s FOR %s", form->polpermissive ? "PERMISSIVE" : "RESTRICTIVE",
					 command_name(form->polcmd));
	roles = sg_scan_attribute(scan, tuple, Anum_pg_policy_polroles, &isnull);
	if (!isnull)
		append_roles(&buf, relation->describer->names, roles);
	if (using != NULL)
		appendStringInfo(&buf, " USING (%s)", using);
	if (check != NULL)
		appendStringInfo(&buf, " WITH CHECK (%s)", check);
	sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
				  sg_item_attribute("policy", NameStr(form->polname)), buf.data);
	return true;
}

static bool
describe_policies(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;

	if (!sg_relation_is_table(relation))
		return true;
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		if (!describe_policy(relation, scan, tuple))
			return false;
	}
	return true;
}

const SgRelationPart sg_policies_part = {
	.catalog = PolicyRelationId,
	.index = PolicyPolrelidPolnameIndexId,
	.key_attribute = Anum_pg_policy_polrelid,
	.describe = describe_policies
};
