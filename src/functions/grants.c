/*
 * functions/grants.c
 *		grant_role().
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "functions/arguments.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/spi.h"

SG_FUNCTION(schema_guard_grant_role);

/*
 * The sets of privileges.  Each has what its line says and what the reader has.  The
 * reader has as much as pg_dump needs, which locks each table of an extension and
 * copies those that hold users' data, with their sequences. check_release(),
 * assert_*() and fingerprint() are granted to PUBLIC.
 */
#define READER \
	"GRANT USAGE ON SCHEMA schema_guard TO %s;" \
	"GRANT SELECT ON ALL TABLES IN SCHEMA schema_guard TO %s;" \
	"GRANT SELECT ON ALL SEQUENCES IN SCHEMA schema_guard TO %s;" \
	"GRANT EXECUTE ON FUNCTION schema_guard.fingerprint(text[], name)," \
	" schema_guard.describe(text, text[]), schema_guard.export(text)," \
	" schema_guard.export_path(text, text)," \
	" schema_guard.diff(text, text), schema_guard.drift(), schema_guard.not_covered()," \
	" schema_guard.settings_not_in_force(), schema_guard.verify_journal(text)," \
	" schema_guard.can_deploy(text, text, text, name), schema_guard.preview(text)," \
	" schema_guard.report(text, text), schema_guard.report(text, text, text[])," \
	" schema_guard.report_and_verdict(text, text, text[])," \
	" schema_guard.contract_of_relations(text, text[], text[])," \
	" schema_guard.collect_metrics(), schema_guard.metrics_text() TO %s;"

static const struct
{
	const char *name;
	const char *grants;			/* every %s is the role */
}			privilege_sets[] = {
	{"reader", READER},
	{"monitor", READER
	  "GRANT EXECUTE ON FUNCTION schema_guard.verify() TO %s;" },
	{"release_manager", READER
	  "GRANT EXECUTE ON FUNCTION schema_guard.register(text, text, jsonb),"
	  " schema_guard.retire(text, text), schema_guard.capture(text, text),"
	  " schema_guard.import(text, text), schema_guard.import_path(text, text),"
	  " schema_guard.recorded(text, text), schema_guard.forget_recorded(text, text) TO %s;" },
	{"approver", READER
	  "GRANT EXECUTE ON FUNCTION schema_guard.capture(text, text),"
	  " schema_guard.import(text, text), schema_guard.import_path(text, text), schema_guard.approve(text, text, interval, text[]),"
	  " schema_guard.revoke(text, text), schema_guard.verify(),"
	  " schema_guard.open_window(text, interval), schema_guard.close_window() TO %s;" }
};

/* Returns the statements with every %s replaced by the role. */
static char *
grants_to(const char *grants, const char *role)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (const char *c = grants; *c != '\0'; c++)
	{
		if (c[0] == '%' && c[1] == 's')
		{
			appendStringInfoString(&buf, role);
			c++;
		}
		else
			appendStringInfoChar(&buf, *c);
	}
	return buf.data;
}

/* grant_role(role name, privileges text) returns void */
Datum
schema_guard_grant_role(PG_FUNCTION_ARGS)
{
	char	   *privileges = sg_argument_text(fcinfo, 1, "privileges");
	const char *grants = NULL;
	const char *role;
	int			result;

	sg_argument_require(fcinfo, 0, "role");
	sg_extension_require_version();
	role = NameStr(*PG_GETARG_NAME(0));
	for (int i = 0; i < lengthof(privilege_sets); i++)
	{
		if (strcmp(privileges, privilege_sets[i].name) == 0)
			grants = privilege_sets[i].grants;
	}
	if (grants == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("set of privileges \"%s\" does not exist", privileges),
				 errhint("Sets are reader, monitor, release_manager and approver.")));
	if (!has_privs_of_role(GetUserId(), sg_extension_owner()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to grant privileges of schema_guard"),
				 errhint("Only the extension's owner may grant them.")));
	if (!OidIsValid(get_role_oid(role, true)))
		sg_argument_undefined("role", ERRCODE_UNDEFINED_OBJECT, role);

	sg_spi_connect();
	result = SPI_execute(grants_to(grants, quote_identifier(role)), false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	sg_spi_finish();
	PG_RETURN_VOID();
}
