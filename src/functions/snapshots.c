/*
 * functions/snapshots.c
 *		capture(), export() and import().
 *
 * All of them are SECURITY DEFINER with a pinned search_path, so they run as the
 * extension's owner; EXECUTE privileges say who may call them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "approvals/path.h"
#include "functions/arguments.h"
#include "journal/reference.h"
#include "snapshots/capture.h"
#include "snapshots/snapshot.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_capture);
SG_FUNCTION(schema_guard_export);
SG_FUNCTION(schema_guard_import);

/* Raises an error unless a new snapshot can have this name. */
static void
check_name(const char *name)
{
	sg_snapshot_check_name(name);
	if (sg_path_exists(name))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("a path has the name \"%s\"", name),
				 errhint("Choose another name for the snapshot.")));
}

Datum
schema_guard_capture(PG_FUNCTION_ARGS)
{
	char	   *name = sg_argument_text(fcinfo, 0, "name");
	char	   *note = sg_argument_optional_text(fcinfo, 1);
	SgDescription *schema;

	sg_extension_require_version();
	check_name(name);
	schema = sg_capture_live();
	sg_snapshot_create(name, note, "capture", schema);
	PG_RETURN_TEXT_P(cstring_to_text(schema->fingerprint));
}

Datum
schema_guard_export(PG_FUNCTION_ARGS)
{
	char	   *reference = sg_argument_optional_text(fcinfo, 0);
	char	   *file;

	sg_extension_require_version();
	file = reference == NULL ? sg_schemafile_write(sg_capture_live()) :
		sg_schemafile_write(sg_reference_load(sg_reference_find(reference)));
	PG_RETURN_TEXT_P(cstring_to_text(file));
}

Datum
schema_guard_import(PG_FUNCTION_ARGS)
{
	text	   *file;
	char	   *name;
	SgDescription *schema;

	sg_argument_require(fcinfo, 0, "schema_file");
	file = PG_GETARG_TEXT_PP(0);
	name = sg_argument_text(fcinfo, 1, "name");
	sg_extension_require_version();
	check_name(name);
	schema = sg_schemafile_read(VARDATA_ANY(file), VARSIZE_ANY_EXHDR(file));
	sg_snapshot_warn_of_scope(schema);
	sg_snapshot_create(name, NULL, "import", schema);
	PG_RETURN_TEXT_P(cstring_to_text(schema->fingerprint));
}
