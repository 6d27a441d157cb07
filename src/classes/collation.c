/*
 * classes/collation.c
 *		Collations: pg_collation.
 *
 *		collation public.german
 *		  locale: 'de-u-co-phonebk'
 *		  not deterministic
 *		  provider: icu
 *
 * The version belongs to the library and the encoding to the database, so neither is
 * shown.  From 16 on the server writes ICU's locales as language tags.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_collation.h"
#include "utils/builtins.h"

#include "classes/classes.h"
#include "classes/row.h"
#include "support/compat.h"

static const char *
provider_name(char provider)
{
	switch (provider)
	{
		case 'b':
			return "builtin";
		case COLLPROVIDER_ICU:
			return "icu";
		case COLLPROVIDER_LIBC:
			return "libc";
		default:
			return "default";
	}
}

/* Returns the locale in an attribute as a literal, or NULL. */
static char *
locale_text(SgRow *row, AttrNumber attribute)
{
	bool		isnull;
	Datum		value = sg_row_attribute(row, attribute, &isnull);

	return isnull ? NULL : quote_literal_cstr(sg_compat_locale_text(value));
}

static void
add_locale(SgRow *row, const char *attribute, const char *locale)
{
	if (locale != NULL)
		sg_object_add_structure(&row->object, attribute, locale);
}

static void
add_locales(SgRow *row, char provider)
{
	char	   *collate;
	char	   *ctype;

	if (provider != COLLPROVIDER_LIBC)
	{
		add_locale(row, "locale", locale_text(row, sg_compat_colllocale()));
		return;
	}
	collate = locale_text(row, Anum_pg_collation_collcollate);
	ctype = locale_text(row, Anum_pg_collation_collctype);
	if (collate != NULL && ctype != NULL && strcmp(collate, ctype) == 0)
	{
		sg_object_add_structure(&row->object, "locale", collate);
		return;
	}
	add_locale(row, "lc_collate", collate);
	add_locale(row, "lc_ctype", ctype);
}

static void
describe_collation(SgRow *row)
{
	Form_pg_collation form = (Form_pg_collation) GETSTRUCT(row->tuple);
	char	   *rules = sg_row_text(row, sg_compat_collicurules());

	sg_row_begin(row, "collation",
				 sg_names_qualify(row->names, form->collnamespace, NameStr(form->collname)));
	sg_object_add_structure(&row->object, "provider", provider_name(form->collprovider));
	add_locales(row, form->collprovider);
	if (!form->collisdeterministic)
		sg_object_add_structure(&row->object, "not deterministic", "");
	if (rules != NULL)
		sg_object_add_structure(&row->object, "rules", quote_literal_cstr(rules));
}

const SgClass sg_collation_class = {
	.catalog = CollationRelationId,
	.name = "collations",
	.describe_row = describe_collation,
	.index = CollationOidIndexId,
	.oid = Anum_pg_collation_oid,
	.schema = Anum_pg_collation_collnamespace
};
