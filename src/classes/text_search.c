/*
 * classes/text_search.c
 *		Text search: pg_ts_config, pg_ts_dict, pg_ts_parser, pg_ts_template.
 *
 *		text search configuration public.english
 *		  mapping "asciiword": public.synonyms, pg_catalog.english_stem
 *		  parser: pg_catalog."default"
 *		text search dictionary public.synonyms
 *		  option "synonyms": 'my_synonyms'
 *		  template: pg_catalog.synonym
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "tsearch/ts_cache.h"
#include "tsearch/ts_public.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "catalogs/mention.h"
#include "classes/classes.h"
#include "classes/row.h"

/* Returns the qualified name of an object that a configuration or dictionary refers to. */
static const char *
reference(SgNames *names, int cache, Oid oid, AttrNumber name_attribute, AttrNumber schema_attribute)
{
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
	bool		isnull;
	Datum		name;
	Datum		schema;
	char	   *result;

	sg_mention(names, oid);
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "text search object");
	name = SysCacheGetAttr(cache, tuple, name_attribute, &isnull);
	schema = SysCacheGetAttr(cache, tuple, schema_attribute, &isnull);
	result = sg_names_qualify(names, DatumGetObjectId(schema), NameStr(*DatumGetName(name)));
	ReleaseSysCache(tuple);
	return result;
}

static const char *
dictionary_reference(SgNames *names, Oid oid)
{
	return reference(names, TSDICTOID, oid, Anum_pg_ts_dict_dictname, Anum_pg_ts_dict_dictnamespace);
}

/* Returns the parser's token types, ending with one whose lexid is 0; NULL if it has none. */
static const LexDescr *
token_types(Oid parser)
{
	TSParserCacheEntry *entry;

	/* if it does not exist, that has already been noted */
	if (!SearchSysCacheExists1(TSPARSEROID, ObjectIdGetDatum(parser)))
		return NULL;
	entry = lookup_ts_parser_cache(parser);
	if (!OidIsValid(entry->lextypeOid))
		return NULL;
	return (const LexDescr *) DatumGetPointer(OidFunctionCall1(entry->lextypeOid, (Datum) 0));
}

/* Returns the attribute: mapping and the token type, or its number if the parser does not know it. */
static char *
mapping_attribute(const LexDescr *types, int number)
{
	for (; types != NULL && types->lexid != 0; types++)
	{
		if (types->lexid == number)
			return sg_item_attribute("mapping", types->alias);
	}
	return psprintf("mapping %d", number);
}

/* Adds the mappings.  The index returns the dictionaries of each token type together and in order. */
static void
add_mappings(SgRow *row, Oid parser)
{
	SgCatalogScan *scan = sg_scan_open(TSConfigMapRelationId, TSConfigMapIndexId,
									   Anum_pg_ts_config_map_mapcfg, row->describer->snapshot,
									   row->oid);
	const LexDescr *types = token_types(parser);
	StringInfoData buf;
	int			token = -1;
	HeapTuple	tuple;

	initStringInfo(&buf);
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_ts_config_map form = (Form_pg_ts_config_map) GETSTRUCT(tuple);

		if (form->maptokentype != token && token >= 0)
		{
			sg_object_add_structure(&row->object, mapping_attribute(types, token), buf.data);
			initStringInfo(&buf);
		}
		token = form->maptokentype;
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "",
						 dictionary_reference(row->names, form->mapdict));
	}
	if (token >= 0)
		sg_object_add_structure(&row->object, mapping_attribute(types, token), buf.data);
	sg_scan_close(scan);
}

static void
describe_configuration(SgRow *row)
{
	Form_pg_ts_config form = (Form_pg_ts_config) GETSTRUCT(row->tuple);

	sg_row_begin(row, "text search configuration",
				 sg_names_qualify(row->names, form->cfgnamespace, NameStr(form->cfgname)));
	sg_object_add_structure(&row->object, "parser", reference(row->names, TSPARSEROID, form->cfgparser,
										Anum_pg_ts_parser_prsname, Anum_pg_ts_parser_prsnamespace));
	add_mappings(row, form->cfgparser);
}

/* Describes a dictionary.  Numbers in its options are stored with or without quotes, depending on the version. */
static void
describe_dictionary(SgRow *row)
{
	Form_pg_ts_dict form = (Form_pg_ts_dict) GETSTRUCT(row->tuple);
	bool		isnull;
	Datum		options = sg_row_attribute(row, Anum_pg_ts_dict_dictinitoption, &isnull);
	ListCell   *lc;

	sg_row_begin(row, "text search dictionary",
				 sg_names_qualify(row->names, form->dictnamespace, NameStr(form->dictname)));
	sg_object_add_structure(&row->object, "template", reference(row->names, TSTEMPLATEOID, form->dicttemplate,
										  Anum_pg_ts_template_tmplname,
										  Anum_pg_ts_template_tmplnamespace));
	if (isnull)
		return;
	foreach(lc, deserialize_deflist(options))
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		sg_object_add_structure(&row->object, sg_item_attribute("option", option->defname),
				   quote_literal_cstr(defGetString(option)));
	}
}

static void
describe_parser(SgRow *row)
{
	Form_pg_ts_parser form = (Form_pg_ts_parser) GETSTRUCT(row->tuple);

	sg_row_begin(row, "text search parser",
				 sg_names_qualify(row->names, form->prsnamespace, NameStr(form->prsname)));
	sg_row_add_function(row, "start", form->prsstart);
	sg_row_add_function(row, "gettoken", form->prstoken);
	sg_row_add_function(row, "end", form->prsend);
	sg_row_add_function(row, "headline", form->prsheadline);
	sg_row_add_function(row, "lextypes", form->prslextype);
}

static void
describe_template(SgRow *row)
{
	Form_pg_ts_template form = (Form_pg_ts_template) GETSTRUCT(row->tuple);

	sg_row_begin(row, "text search template",
				 sg_names_qualify(row->names, form->tmplnamespace, NameStr(form->tmplname)));
	sg_row_add_function(row, "init", form->tmplinit);
	sg_row_add_function(row, "lexize", form->tmpllexize);
}

const SgClass sg_ts_configuration_class = {
	.catalog = TSConfigRelationId,
	.name = "text search configurations",
	.describe_row = describe_configuration,
	.index = TSConfigOidIndexId,
	.oid = Anum_pg_ts_config_oid,
	.schema = Anum_pg_ts_config_cfgnamespace
};

const SgClass sg_ts_dictionary_class = {
	.catalog = TSDictionaryRelationId,
	.name = "text search dictionaries",
	.describe_row = describe_dictionary,
	.index = TSDictionaryOidIndexId,
	.oid = Anum_pg_ts_dict_oid,
	.schema = Anum_pg_ts_dict_dictnamespace
};

const SgClass sg_ts_parser_class = {
	.catalog = TSParserRelationId,
	.name = "text search parsers",
	.describe_row = describe_parser,
	.index = TSParserOidIndexId,
	.oid = Anum_pg_ts_parser_oid,
	.schema = Anum_pg_ts_parser_prsnamespace
};

const SgClass sg_ts_template_class = {
	.catalog = TSTemplateRelationId,
	.name = "text search templates",
	.describe_row = describe_template,
	.index = TSTemplateOidIndexId,
	.oid = Anum_pg_ts_template_oid,
	.schema = Anum_pg_ts_template_tmplnamespace
};
