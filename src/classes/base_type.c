/*
 * classes/base_type.c
 *		Base types and ranges.
 *
 * Only what differs from the defaults of CREATE TYPE is shown.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_range.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "classes/type.h"
#include "support/compat.h"

static void
add_function(SgDescriber *describer, SgObject *object, const char *attribute, Oid function)
{
	if (OidIsValid(function))
		sg_object_add_structure(object, attribute, sg_names_function(describer->names, function));
}

static const char *
alignment_name(char alignment)
{
	switch (alignment)
	{
		case TYPALIGN_CHAR:
			return "char";
		case TYPALIGN_SHORT:
			return "int2";
		case TYPALIGN_DOUBLE:
			return "double";
		default:
			return "int4";
	}
}

static const char *
storage_name(char storage)
{
	switch (storage)
	{
		case TYPSTORAGE_EXTERNAL:
			return "external";
		case TYPSTORAGE_EXTENDED:
			return "extended";
		case TYPSTORAGE_MAIN:
			return "main";
		default:
			return "plain";
	}
}

static void
add_layout(SgObject *object, Form_pg_type form)
{
	sg_object_add_structure(object, "length", form->typlen == -1 ? "variable" :
				form->typlen == -2 ? "C string" : psprintf("%d", form->typlen));
	if (form->typbyval)
		sg_object_add_structure(object, "passed by value", "");
	sg_object_add_structure(object, "alignment", alignment_name(form->typalign));
	sg_object_add_structure(object, "storage", storage_name(form->typstorage));
}

/* Adds the properties of a base type, except its default value. */
void
sg_base_type_describe(SgDescriber *describer, SgObject *object, Form_pg_type form)
{
	sg_object_add_structure(object, "kind", "base");
	add_function(describer, object, "input", form->typinput);
	add_function(describer, object, "output", form->typoutput);
	add_function(describer, object, "receive", form->typreceive);
	add_function(describer, object, "send", form->typsend);
	add_function(describer, object, "modifier input", form->typmodin);
	add_function(describer, object, "modifier output", form->typmodout);
	add_function(describer, object, "analyze", form->typanalyze);
	add_function(describer, object, "subscript", sg_compat_subscript(form));
	add_layout(object, form);
	if (form->typcategory != TYPCATEGORY_USER)
		sg_object_add_structure(object, "category", psprintf("%c", form->typcategory));
	if (form->typispreferred)
		sg_object_add_structure(object, "preferred", "");
	if (form->typdelim != ',')
		sg_object_add_structure(object, "delimiter", psprintf("%c", form->typdelim));
	if (OidIsValid(form->typelem))
		sg_object_add_structure(object, "element", sg_names_type(describer->names, form->typelem, -1));
	if (OidIsValid(form->typcollation))
		sg_object_add_structure(object, "collatable", "");
}

/*
 * Returns the default name of a range's multirange, as makeMultirangeTypeName()
 * makes it.
 */
static char *
usual_multirange_name(const char *range)
{
	const char *found = strstr(range, "range");
	char	   *name;

	if (found != NULL)
		name = psprintf("%.*smulti%s", (int) (found - range), range, found);
	else
	{
		int			len = pg_mbcliplen(range, strlen(range), NAMEDATALEN - 12);

		name = psprintf("%.*s_multirange", len, range);
	}
	name[pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1)] = '\0';
	return name;
}

/* Adds a multirange's name if the user has chosen it.  Every range has a multirange since 14. */
static void
add_multirange(SgDescriber *describer, SgObject *object, Form_pg_type form, Oid multirange)
{
	HeapTuple	tuple;
	Form_pg_type theirs;

	if (!OidIsValid(multirange))
		return;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(multirange));
	if (!HeapTupleIsValid(tuple))
		return;
	theirs = (Form_pg_type) GETSTRUCT(tuple);
	if (theirs->typnamespace != form->typnamespace ||
		strcmp(NameStr(theirs->typname), usual_multirange_name(NameStr(form->typname))) != 0)
		sg_object_add_structure(object, "multirange type", sg_names_type(describer->names, multirange, -1));
	ReleaseSysCache(tuple);
}

/* Adds the properties of a range. */
void
sg_base_type_describe_range(SgDescriber *describer, SgObject *object, Form_pg_type form)
{
	HeapTuple	tuple = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(form->oid));
	Form_pg_range range;

	sg_object_add_structure(object, "kind", "range");
	if (!HeapTupleIsValid(tuple))
	{
		sg_object_add_structure(object, "subtype", sg_names_missing(describer->names, "range"));
		return;
	}
	range = (Form_pg_range) GETSTRUCT(tuple);
	sg_object_add_structure(object, "subtype", sg_names_type(describer->names, range->rngsubtype, -1));
	if (!sg_names_opclass_is_default(describer->names, range->rngsubopc, range->rngsubtype))
		sg_object_add_structure(object, "subtype operator class",
					sg_names_opclass(describer->names, range->rngsubopc));
	if (OidIsValid(range->rngcollation) &&
		range->rngcollation != get_typcollation(range->rngsubtype))
		sg_object_add_structure(object, "collation", sg_names_collation(describer->names, range->rngcollation));
	add_function(describer, object, "canonical", range->rngcanonical);
	add_function(describer, object, "subtype difference", range->rngsubdiff);
	add_multirange(describer, object, form, sg_compat_multirange(range));
	ReleaseSysCache(tuple);
}
