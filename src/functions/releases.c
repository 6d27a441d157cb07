/*
 * functions/releases.c
 *		SQL functions of releases: register, retire, check, assert.
 *
 * Those that write are granted to nobody.  Those that only ask are granted to
 * PUBLIC, because an application asks about itself under its own role.  All are
 * SECURITY DEFINER with a pinned search_path, so the work is done as the owner.
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "approvals/path.h"
#include "approvals/path_fit.h"
#include "compare/compare.h"
#include "contracts/contract_privilege.h"
#include "contracts/contract_source.h"
#include "contracts/contract_stored.h"
#include "contracts/migrations.h"
#include "contracts/migrations_parse.h"
#include "contracts/problem.h"
#include "format/diff.h"
#include "format/digest.h"
#include "functions/arguments.h"
#include "functions/rows.h"
#include "releases/cause.h"
#include "releases/fit.h"
#include "releases/migrations_stored.h"
#include "releases/mismatch.h"
#include "releases/release.h"
#include "releases/session_count.h"
#include "snapshots/capture.h"
#include "snapshots/snapshot.h"
#include "state/live_state.h"
#include "support/compat.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/owner.h"
#include "support/release_name.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_register);
SG_FUNCTION(schema_guard_retire);
SG_FUNCTION(schema_guard_check_release);
SG_FUNCTION(schema_guard_can_deploy);
SG_FUNCTION(schema_guard_release_fits);
SG_FUNCTION(schema_guard_release_sessions);
SG_FUNCTION(schema_guard_assert_release);
SG_FUNCTION(schema_guard_assert_contract);
SG_FUNCTION(schema_guard_assert_migrations);
SG_FUNCTION(schema_guard_assert_fingerprint);

/* Raises an error unless the name can be declared as part of application/version. */
static void
check_name(const char *what, const char *name, bool slash_allowed)
{
	const char *fault = sg_release_name_fault(name, slash_allowed);

	if (fault != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is not a valid name: %s", what, fault)));
}

/* the arguments that most of these functions begin with */
static void
release_arguments(FunctionCallInfo fcinfo, char **application, char **version)
{
	*application = sg_argument_text(fcinfo, 0, "application");
	*version = sg_argument_text(fcinfo, 1, "version");
	sg_extension_require_version();
}

/* Returns the name of the role to ask about, or NULL. */
static const char *
role_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : pstrdup(NameStr(*PG_GETARG_NAME(number)));
}

/*
 * Returns the contract as it is stored: bytes that cannot be sent to every client
 * are escaped, and what recorded() says about its origin is left out, so that equal
 * contracts are equal.
 */
static Jsonb *
stored_contract(Jsonb *contract)
{
	char	   *text = JsonbToCString(NULL, &contract->root, VARSIZE(contract));
	char	   *escaped = sg_text_escape(sg_text_unescape(text, SG_TEXT_JSON), SG_TEXT_JSON);
	Datum		readable = strcmp(escaped, text) == 0 ? JsonbPGetDatum(contract) :
		DirectFunctionCall1(jsonb_in, CStringGetDatum(escaped));

	return DatumGetJsonbP(DirectFunctionCall2(jsonb_delete, readable, CStringGetTextDatum("recorded")));
}

/*
 * register(application, version, contract): stores a release and reports what does
 * not fit.  That it fits is remembered if the live state can be trusted: it is not
 * stale, the same before and after the check, and the transaction has not written
 * before.
 */
Datum
schema_guard_register(PG_FUNCTION_ARGS)
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	bool		trusted;
	char	   *application;
	char	   *version;
	SgContract *contract;
	SgContractCatalogs catalogs;
	Jsonb	   *stored;
	List	   *of_schema;
	List	   *problems;
	List	   *broken;

	release_arguments(fcinfo, &application, &version);
	sg_argument_require(fcinfo, 2, "contract");
	check_name("application", application, true);
	check_name("version", version, false);
	contract = sg_contract_parse(PG_GETARG_JSONB_P(2));
	/* a commit of DDL either is over, and this sees its outcome, or waits and sees the release */
	sg_live_lock();
	trusted = !TransactionIdIsValid(GetTopTransactionIdIfAny()) && sg_live_fingerprint(fingerprint);
	stored = stored_contract(PG_GETARG_JSONB_P(2));
	if (!sg_release_register(application, version, stored))
		ereport(NOTICE,
				(errmsg("release %s/%s is already registered with this contract",
						application, version)));
	sg_migrations_stored_put(application, version, stored, sg_contract_migrations(contract));
	sg_migrations_stored_renew(application, version, trusted ? fingerprint : NULL);
	sg_contract_catalogs_begin(&catalogs);
	of_schema = sg_contract_check(contract, catalogs.all);
	problems = list_concat(list_copy(of_schema), sg_contract_privilege_check(contract, NULL));
	problems = sg_problems_wrong(list_concat(problems,
											 sg_migrations_check(sg_contract_migrations(contract), true)));
	broken = sg_problems_broken(problems);
	if (problems != NIL)
		ereport(broken != NIL ? WARNING : NOTICE,
				(errcode(ERRCODE_SG_RELEASE_MISMATCH),
				 broken != NIL ?
				 errmsg("release %s/%s does not fit the schema as it is now%s", application, version,
						sg_problems_reason(broken)) :
				 errmsg("release %s/%s may not fit the schema as it is now%s", application, version,
						sg_problems_reason(problems)),
				 errdetail_internal("%s", sg_problems_detail(problems)),
				 errhint("SELECT * FROM schema_guard.can_deploy(%s, %s, snapshot) asks about a schema to come.",
						 quote_literal_cstr(application), quote_literal_cstr(version))));
	else if (sg_contract_objects(contract) == NIL && sg_contract_migrations(contract) == NIL)
		ereport(NOTICE,
				(errmsg("the contract of release %s/%s names nothing, so it fits any schema",
						application, version)));
	if (trusted && sg_problems_broken(of_schema) == NIL)
		sg_fit_record(application, version, fingerprint, sg_contract_is_covered(contract, &catalogs), contract);
	PG_RETURN_VOID();
}

Datum
schema_guard_retire(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;

	release_arguments(fcinfo, &application, &version);
	if (!sg_release_retire(application, version))
		sg_release_raise_unknown(application, version, sg_release_find(application, version));
	PG_RETURN_VOID();
}

/* the OUT parameters of check_release(), and the additional ones of can_deploy() */
enum
{
	COL_SEVERITY,
	COL_RULE,
	COL_OBJECT,
	COL_ATTRIBUTE,
	COL_NEEDED,
	COL_FOUND,
	COL_CHANGED_AT,
	COL_CHANGED_BY,
	COL_JOURNAL_ID,
	COL_STATE,
	COL_SESSIONS,
	PROBLEM_COLUMNS
};

static void
add_problem_row(SgRows *rows, const SgProblem *problem, const SgAttribution *entry, int sessions)
{
	Datum		values[PROBLEM_COLUMNS] = {0};
	bool		nulls[PROBLEM_COLUMNS] = {0};

	sg_rows_set_text(values, nulls, COL_SEVERITY, sg_problem_severity(problem));
	sg_rows_set_text(values, nulls, COL_RULE, sg_problem_rule(problem));
	sg_rows_set_text(values, nulls, COL_OBJECT, psprintf("%s %s", problem->type, problem->identity));
	sg_rows_set_text(values, nulls, COL_ATTRIBUTE, problem->attribute);
	sg_rows_set_text(values, nulls, COL_NEEDED, problem->needed);
	sg_rows_set_text(values, nulls, COL_FOUND, problem->found);
	sg_rows_set_text(values, nulls, COL_CHANGED_BY, entry == NULL ? NULL : entry->changed_by);
	sg_rows_set_text(values, nulls, COL_STATE, problem->state);
	values[COL_SESSIONS] = Int32GetDatum(sessions);
	nulls[COL_CHANGED_AT] = nulls[COL_JOURNAL_ID] = entry == NULL;
	if (entry != NULL)
	{
		values[COL_CHANGED_AT] = TimestampTzGetDatum(entry->changed_at);
		values[COL_JOURNAL_ID] = Int64GetDatum(entry->journal_id);
	}
	sg_rows_add(rows, values, nulls);
}

static void
return_problems(FunctionCallInfo fcinfo, const List *problems, bool with_causes, int sessions)
{
	SgRows		rows;
	ListCell   *cell;

	sg_rows_begin(&rows, fcinfo);
	foreach(cell, problems)
	{
		const SgProblem *problem = lfirst(cell);
		const SgJournalChange *cause = with_causes ? sg_cause_find(problem) : NULL;

		add_problem_row(&rows, problem, cause == NULL ? NULL : &cause->entry, sessions);
	}
}

Datum
schema_guard_check_release(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;
	SgRelease  *release;

	release_arguments(fcinfo, &application, &version);
	release = sg_release_find_live(application, version);
	return_problems(fcinfo, sg_fit_problems(sg_contract_parse(release->contract), role_argument(fcinfo, 2)),
					true, 0);
	return (Datum) 0;
}

Datum
schema_guard_can_deploy(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;
	SgContract *contract;
	List	   *problems;

	release_arguments(fcinfo, &application, &version);
	contract = sg_contract_parse(sg_release_find_live(application, version)->contract);
	if (PG_ARGISNULL(2))
		problems = sg_fit_problems(contract, role_argument(fcinfo, 3));
	else
	{
		if (sg_contract_migrations(contract) != NIL)
			ereport(NOTICE,
					(errmsg("the migrations of release %s/%s are not checked: a snapshot has no rows of ledgers",
							application, version)));
		problems = sg_path_fit_reference(contract, role_argument(fcinfo, 3),
										 sg_argument_text(fcinfo, 2, "snapshot"));
	}
	return_problems(fcinfo, problems, PG_ARGISNULL(2), sg_session_count_of(application, version));
	return (Datum) 0;
}

/* release_fits(application, version): null if the release is not live */
Datum
schema_guard_release_fits(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;
	SgRelease  *release;

	release_arguments(fcinfo, &application, &version);
	release = sg_release_find(application, version);
	if (release == NULL || release->retired_at != NULL)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(sg_migrations_refused(sg_fit_problems(sg_contract_parse(release->contract), NULL)) == NIL);
}

/* release_sessions(application, version): also for a release that is not registered */
Datum
schema_guard_release_sessions(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;

	release_arguments(fcinfo, &application, &version);
	PG_RETURN_INT32(sg_session_count_of(application, version));
}

/*
 * assert_release(application, version, role): called by everybody, and mostly for a release
 * that is known to fit.  So it becomes the owner only for the rest.
 */
Datum
schema_guard_assert_release(PG_FUNCTION_ARGS)
{
	char	   *application;
	char	   *version;
	SgSavedUser saved;

	release_arguments(fcinfo, &application, &version);
	if (PG_ARGISNULL(2) && sg_fit_is_known(application, version))
		PG_RETURN_VOID();
	sg_owner_enter(&saved);
	sg_fit_assert(application, version, role_argument(fcinfo, 2));
	sg_owner_leave(&saved);
	PG_RETURN_VOID();
}

/* Raises SG001 if the problems are a reason to refuse, and warns of others. */
static void
raise_or_warn(const char *subject, const List *problems)
{
	List	   *refused = sg_migrations_refused(problems);

	if (refused != NIL)
		sg_mismatch_raise(subject, refused, NULL);
	sg_migrations_warn(subject, problems);
}

Datum
schema_guard_assert_contract(PG_FUNCTION_ARGS)
{
	sg_argument_require(fcinfo, 0, "contract");
	sg_extension_require_version();
	raise_or_warn("contract", sg_fit_problems(sg_contract_parse(PG_GETARG_JSONB_P(0)), NULL));
	PG_RETURN_VOID();
}

/* assert_migrations(migrations jsonb) returns void */
Datum
schema_guard_assert_migrations(PG_FUNCTION_ARGS)
{
	sg_argument_require(fcinfo, 0, "migrations");
	sg_extension_require_version();
	raise_or_warn("list of migrations", sg_migrations_check(sg_migrations_parse(PG_GETARG_JSONB_P(0)), true));
	PG_RETURN_VOID();
}

/*
 * Returns the fingerprint of the schema as it is now: the live state's if that is
 * certain to be up to date.
 */
static const char *
current_fingerprint(void)
{
	char	   *fingerprint = palloc(SG_FINGERPRINT_LEN + 1);

	if (!TransactionIdIsValid(GetTopTransactionIdIfAny()) && sg_live_fingerprint(fingerprint))
		return fingerprint;
	return sg_capture_live()->fingerprint;
}

/* Raises SG001, with what differs if the expected schema is stored here. */
static void
fingerprint_error(const char *expected, const char *found)
{
	SgSnapshot *snapshot = sg_snapshot_find(expected, true);
	const char *reason;
	const char *detail;

	if (snapshot != NULL)
	{
		List	   *changes = sg_compare_live(sg_reference_of_snapshot(snapshot));

		reason = sg_changes_reason(changes);
		detail = sg_changes_detail(changes);
	}
	else
	{
		reason = psprintf(": it has %s", found);
		detail = "No snapshot of the schema expected is stored here, so what differs is not known.";
	}
	ereport(ERROR,
			(errcode(ERRCODE_SG_RELEASE_MISMATCH),
			 errmsg("the schema does not have the fingerprint %s%s", expected, reason),
			 errdetail_internal("%s\nThe fingerprint is %s.", detail, found),
			 errhint("SELECT * FROM schema_guard.journal tells who changed what and when.")));
}

Datum
schema_guard_assert_fingerprint(PG_FUNCTION_ARGS)
{
	static const char prefix[] = SG_FORMAT ":";
	const size_t prefix_len = sizeof(prefix) - 1;
	char	   *expected = sg_argument_text(fcinfo, 0, "fingerprint");
	const char *found;
	SgDigest	digest;

	sg_extension_require_version();
	if (strlen(expected) != SG_FINGERPRINT_LEN || strncmp(expected, prefix, prefix_len) != 0 ||
		!sg_digest_from_hex(expected + prefix_len, &digest))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a fingerprint", expected),
				 errdetail("A fingerprint is %s followed by 64 lower-case hexadecimal digits.", prefix)));
	found = current_fingerprint();
	if (strcmp(found, expected) != 0)
		fingerprint_error(expected, found);
	PG_RETURN_VOID();
}
