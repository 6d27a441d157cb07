/*
 * sg_snapshot_functions.c
 *		SQL functions on snapshots: capture, export, import, approve, revoke,
 *		diff, drift.
 *
 * All of them are SECURITY DEFINER with a pinned search_path, so that they run
 * as the extension's owner without more ado; who may call them is a matter of
 * EXECUTE privileges.
 */
#include "postgres.h"

#include "fmgr.h"
#include "sg_capture.h"
#include "sg_change_rows.h"
#include "sg_compare.h"
#include "sg_compat.h"
#include "sg_errors.h"
#include "sg_scope.h"
#include "sg_settings.h"
#include "sg_spi.h"
#include "utils/builtins.h"

SG_FUNCTION(schema_guard_capture);
SG_FUNCTION(schema_guard_export);
SG_FUNCTION(schema_guard_import);
SG_FUNCTION(schema_guard_approve);
SG_FUNCTION(schema_guard_revoke);
SG_FUNCTION(schema_guard_diff);
SG_FUNCTION(schema_guard_drift);

/* A text argument that must not be null. */
static char *
required_text(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* A text argument, or NULL. */
static char *
optional_text(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

Datum
schema_guard_capture(PG_FUNCTION_ARGS)
{
	char	   *name = required_text(fcinfo, 0, "name");
	char	   *note = optional_text(fcinfo, 1);
	SgSchema   *schema;

	sg_require_version();
	sg_snapshot_check_name(name);
	schema = sg_capture_live();
	sg_snapshot_create(name, note, "capture", schema);
	PG_RETURN_TEXT_P(cstring_to_text(schema->fingerprint));
}

/* A schema out of the store as text. */
static char *
export_stored(const char *reference)
{
	SgStoredSchema *stored = sg_stored_schema(reference);
	SgSchema	schema = {0};

	sg_stored_schema_digests(stored);
	strlcpy(schema.fingerprint, stored->fingerprint, sizeof(schema.fingerprint));
	schema.facets = stored->facets;
	schema.exclusions = stored->exclusions;
	schema.nobjects = stored->digests.count;
	schema.blocks = sg_store_load_blocks(stored->digests.members, stored->digests.count);
	sg_blocks_sort(schema.blocks, schema.nobjects);
	return sg_schemafile_write(&schema);
}

Datum
schema_guard_export(PG_FUNCTION_ARGS)
{
	char	   *reference = optional_text(fcinfo, 0);
	char	   *file;

	sg_require_version();
	file = reference == NULL ? sg_schemafile_write(sg_capture_live()) : export_stored(reference);
	PG_RETURN_TEXT_P(cstring_to_text(file));
}

/* Tells that a snapshot cannot be what this database's schema is compared with. */
static void
notice_other_scope(const SgSchema *schema)
{
	SgFacetSet	facets = sg_scope_facets();
	List	   *exclusions = sg_scope_exclusions();
	bool		same;

	same = facets == schema->facets && list_length(exclusions) == list_length(schema->exclusions);
	for (int i = 0; same && i < list_length(exclusions); i++)
		same = strcmp(list_nth(exclusions, i), list_nth(schema->exclusions, i)) == 0;
	if (!same)
		ereport(WARNING,
				(errmsg("the schema file has another scope than this database"),
				 errdetail("The file has the facets %s and %d exclusion rules, this database has %s and %d.",
						   sg_facet_set_text(schema->facets), list_length(schema->exclusions),
						   sg_facet_set_text(facets), list_length(exclusions)),
				 errhint("Approving it does not allow the same schema here unless schema_guard.guard_facets(), exclude() and include() make the scopes equal.")));
}

Datum
schema_guard_import(PG_FUNCTION_ARGS)
{
	text	   *file;
	char	   *name;
	SgSchema   *schema;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", "schema_file")));
	file = PG_GETARG_TEXT_PP(0);
	name = required_text(fcinfo, 1, "name");
	sg_require_version();
	sg_snapshot_check_name(name);
	schema = sg_schemafile_read(VARDATA_ANY(file), VARSIZE_ANY_EXHDR(file));
	notice_other_scope(schema);
	sg_snapshot_create(name, NULL, "import", schema);
	PG_RETURN_TEXT_P(cstring_to_text(schema->fingerprint));
}

Datum
schema_guard_approve(PG_FUNCTION_ARGS)
{
	char	   *reference = required_text(fcinfo, 0, "snapshot");
	char	   *note = optional_text(fcinfo, 1);
	SgSnapshot *snapshot;

	sg_require_version();
	snapshot = sg_snapshot_find(reference, false);
	if (!sg_approve(snapshot, note))
		ereport(NOTICE,
				(errmsg("snapshot \"%s\" is already approved by you", snapshot->name)));
	else
	{
		int			count = sg_fingerprint_approvals(snapshot->fingerprint);

		if (count < sg_required_approvals)
			ereport(NOTICE,
					(errmsg("snapshot \"%s\" has %d of the %d approvals required",
							snapshot->name, count, sg_required_approvals),
					 sg_required_approvals > 1 ?
					 errdetail("The role that proposed it, \"%s\", does not count.",
							   sg_fingerprint_proposer(snapshot->fingerprint)) : 0));
	}
	PG_RETURN_TEXT_P(cstring_to_text(snapshot->fingerprint));
}

Datum
schema_guard_revoke(PG_FUNCTION_ARGS)
{
	char	   *reference = required_text(fcinfo, 0, "snapshot");
	char	   *reason = required_text(fcinfo, 1, "reason");
	SgSnapshot *snapshot;

	sg_require_version();
	if (strspn(reason, " \t\r\n") == strlen(reason))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason for revoking an approval is empty")));
	snapshot = sg_snapshot_find(reference, false);
	if (sg_revoke(snapshot, reason) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("snapshot \"%s\" is not approved", snapshot->name),
				 errdetail("Its fingerprint is %s.", snapshot->fingerprint)));
	PG_RETURN_TEXT_P(cstring_to_text(snapshot->fingerprint));
}

Datum
schema_guard_diff(PG_FUNCTION_ARGS)
{
	char	   *from = required_text(fcinfo, 0, "from");
	char	   *to = optional_text(fcinfo, 1);
	SgStoredSchema *before;

	sg_require_version();
	before = sg_stored_schema(from);
	sg_return_changes(fcinfo, to == NULL ? sg_compare_live(before) :
				   sg_compare_stored(before, sg_stored_schema(to)));
	return (Datum) 0;
}

Datum
schema_guard_drift(PG_FUNCTION_ARGS)
{
	SgSnapshot *approved;

	sg_require_version();
	approved = sg_snapshot_newest_approved();
	if (approved == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no snapshot is approved, there is nothing to compare the schema with"),
				 sg_required_approvals > 1 ?
				 errdetail("Approvals required: %d.", sg_required_approvals) : 0,
				 errhint("SELECT schema_guard.capture('name') stores the schema as it is now, SELECT schema_guard.approve('name') approves it.")));
	sg_return_changes(fcinfo, sg_compare_live(sg_stored_schema_of(approved)));
	return (Datum) 0;
}
