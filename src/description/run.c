/*
 * description/run.c
 *		A run of a description: its snapshot, memory and settings.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "classes/annotations.h"
#include "description/run.h"
#include "description/scope.h"
#include "support/extension.h"

/*
 * Large enough for nearly every object: a context keeps its first block when it is
 * reset, so that no object needs another malloc().
 */
#define OBJECT_CONTEXT_SIZES 64 * 1024, 64 * 1024, ALLOCSET_DEFAULT_MAXSIZE

/*
 * The settings that the texts of the deparser and of output functions depend on.
 * GMT is the one time zone that needs no file.
 */
static const struct
{
	const char *name;
	const char *value;
}			pinned_settings[] = {
	{"quote_all_identifiers", "off"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "GMT"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
	{"lc_monetary", "C"},
	{"standard_conforming_strings", "on"}
};

static void
pin_setting(const char *name, const char *value)
{
	const char *current = GetConfigOption(name, false, false);

	if (current == NULL || strcmp(current, value) != 0)
		(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Pins the settings that texts depend on, until AtEOXact_GUC() with the level that is
 * returned.  With only pg_catalog in the search path, all other names are qualified,
 * except those in "schema", if that is valid.
 */
int
sg_run_pin_settings(Oid schema)
{
	int			level = NewGUCNestLevel();
	char	   *path = "pg_catalog, pg_temp";
	char	   *schema_name = OidIsValid(schema) ? get_namespace_name(schema) : NULL;

	for (int i = 0; i < lengthof(pinned_settings); i++)
		pin_setting(pinned_settings[i].name, pinned_settings[i].value);
	/* another session may have dropped the schema; a damaged catalog may lack it */
	if (schema_name != NULL)
		path = psprintf("%s, pg_catalog, pg_temp", quote_identifier(schema_name));
	pin_setting("search_path", path);
	return level;
}

static SgDeparser *
create_deparser(const SgDescribeOptions *options, SgNames *names)
{
	SgDeparser *deparser = palloc0(sizeof(SgDeparser));

	deparser->names = names;
	deparser->hidden_schema = options->schema;
	deparser->context = CurrentMemoryContext;
	return deparser;
}

/* Begins a run.  The driver adds its callbacks: sg_describe_begin(). */
SgDescriber *
sg_run_begin(const SgDescribeOptions *options, SgObjectReceiver receive, void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "schema_guard description",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SgDescriber *describer = palloc0(sizeof(SgDescriber));

	describer->guc_level = sg_run_pin_settings(options->schema);
	describer->options = options;
	describer->snapshot = RegisterSnapshot(GetLatestSnapshot());
	describer->names = sg_names_create(options->schema, describer->snapshot);
	describer->deparser = create_deparser(options, describer->names);
	describer->annotations = sg_annotations_create(describer->snapshot);
	describer->run_context = context;
	describer->object_context = AllocSetContextCreate(context, "schema_guard object",
													  OBJECT_CONTEXT_SIZES);
	describer->own_schema = sg_extension_schema();
	describer->exclusions = options->all_objects ? NIL : sg_scope_exclusions();
	describer->receive = receive;
	describer->arg = arg;
	MemoryContextSwitchTo(old);
	return describer;
}

/* Ends a run and frees what it holds. */
void
sg_run_end(SgDescriber *describer)
{
	UnregisterSnapshot(describer->snapshot);
	AtEOXact_GUC(true, describer->guc_level);
	MemoryContextDelete(describer->run_context);
}
