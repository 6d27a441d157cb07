/*
 * classes/operator.c
 *		Operators: pg_operator.
 *
 *		operator public.===(integer,integer)
 *		  commutator: public.===(integer,integer)
 *		  function: public.same(integer,integer)
 *		  hashes
 *
 * An operator that another one names as its commutator or negator, but that has not
 * been defined yet, is not an object: a dump omits it, too.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_operator.h"

#include "classes/classes.h"
#include "classes/identity.h"
#include "classes/row.h"

static void
add_operator(SgRow *row, const char *attribute, Oid operator)
{
	if (OidIsValid(operator))
		sg_object_add_structure(&row->object, attribute, sg_identity_of_operator(row->names, operator));
}

static void
describe_operator(SgRow *row)
{
	Form_pg_operator form = (Form_pg_operator) GETSTRUCT(row->tuple);

	if (!OidIsValid(form->oprcode))
		return;
	sg_row_begin(row, "operator", sg_identity_of_operator(row->names, form->oid));
	sg_row_add_function(row, "function", form->oprcode);
	add_operator(row, "commutator", form->oprcom);
	add_operator(row, "negator", form->oprnegate);
	sg_row_add_function(row, "restrict", form->oprrest);
	sg_row_add_function(row, "join", form->oprjoin);
	if (form->oprcanmerge)
		sg_object_add_structure(&row->object, "merges", "");
	if (form->oprcanhash)
		sg_object_add_structure(&row->object, "hashes", "");
}

const SgClass sg_operator_class = {
	.catalog = OperatorRelationId,
	.name = "operators",
	.describe_row = describe_operator,
	.index = OperatorOidIndexId,
	.oid = Anum_pg_operator_oid,
	.schema = Anum_pg_operator_oprnamespace
};
