/*
 * classes/language.c
 *		Procedural languages and transforms: pg_language, pg_transform.
 *
 *		language plsample
 *		  handler: public.plsample_call_handler()
 *		  trusted
 *		transform for public.hstore on language plpython3u
 *		  from sql: public.hstore_to_plpython(internal)
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_language.h"
#include "catalog/pg_transform.h"
#include "utils/lsyscache.h"

#include "classes/classes.h"
#include "classes/identity.h"
#include "classes/row.h"
#include "format/sql.h"

static void
describe_language(SgRow *row)
{
	Form_pg_language form = (Form_pg_language) GETSTRUCT(row->tuple);

	sg_row_begin(row, "language", pstrdup(sg_sql_identifier(NameStr(form->lanname))));
	if (form->lanpltrusted)
		sg_object_add_structure(&row->object, "trusted", "");
	sg_row_add_function(row, "handler", form->lanplcallfoid);
	sg_row_add_function(row, "inline", form->laninline);
	sg_row_add_function(row, "validator", form->lanvalidator);
}

static void
describe_transform(SgRow *row)
{
	Form_pg_transform form = (Form_pg_transform) GETSTRUCT(row->tuple);

	sg_row_begin(row, "transform",
				 psprintf("for %s on language %s", sg_names_type(row->names, form->trftype, -1),
						  sg_identity_of_language(row->names, form->trflang)));
	sg_row_add_function(row, "from sql", form->trffromsql);
	sg_row_add_function(row, "to sql", form->trftosql);
}

const SgClass sg_language_class = {
	.catalog = LanguageRelationId,
	.name = "languages",
	.describe_row = describe_language,
	.index = LanguageOidIndexId,
	.oid = Anum_pg_language_oid
};

const SgClass sg_transform_class = {
	.catalog = TransformRelationId,
	.name = "transforms",
	.describe_row = describe_transform,
	.index = TransformOidIndexId,
	.oid = Anum_pg_transform_oid
};
