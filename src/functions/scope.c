/*
 * functions/scope.c
 *		exclude(), include(), guard_facets(): changing the scope.
 *
 * Another scope gives the same schema another fingerprint.  So that this is not
 * mistaken for drift, a change of the scope is journaled as such: first whatever
 * the live state had missed under the old scope is journaled; then the rules are
 * changed, and the live state with them, in an entry with the verdict "scope".
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "functions/arguments.h"
#include "gate/commit.h"
#include "gate/gate.h"
#include "journal/journal.h"
#include "releases/fit.h"
#include "state/live_publish.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_exclude);
SG_FUNCTION(schema_guard_include);
SG_FUNCTION(schema_guard_guard_facets);

/* Prepares for a change of the rules; see the head of this file. */
static void
begin_scope_change(void)
{
	if (sg_gate_is_dirty())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("the scope cannot be changed in a transaction that has changed the schema"),
				 errhint("Commit or roll back first.")));
	sg_extension_require_version();
	sg_live_lock();
	(void) sg_commit_catch_up();
}

/* Brings live state and journal in line with the rules as they are now. */
static void
end_scope_change(char *reason)
{
	SgJournalEntry entry = {0};
	SgDelta    *delta;

	CommandCounterIncrement();
	delta = sg_delta_full(sg_image_of_live_state(), false);
	sg_live_publish(delta);
	sg_fit_check_anew(delta);
	if (strcmp(delta->before, delta->after) == 0)
		return;
	entry.outcome = SG_OUTCOME_SCOPE;
	entry.mode = (SgMode) sg_mode;
	entry.reason = reason;
	entry.role = GetUserNameFromId(GetOuterUserId(), false);
	(void) sg_journal_write(&entry, delta);
}

/* Runs one of our statements with text arguments; returns the number of rows. */
static uint64
run(const char *sql, int nargs, const char *const *args)
{
	Oid			types[3] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];

	Assert(nargs <= 3);
	for (int i = 0; i < nargs; i++)
		values[i] = sg_text_datum(args[i]);
	return sg_spi_execute(sql, nargs, types, values, NULL);
}

/*
 * Returns true if the pattern ends with an unfinished escape, which would make every
 * description fail.
 */
static bool
ends_in_escape(const char *pattern)
{
	size_t		len = strlen(pattern);
	int			backslashes = 0;

	while (len > 0 && pattern[--len] == '\\')
		backslashes++;
	return backslashes % 2 == 1;
}

/* exclude(object_pattern text, reason text) returns void */
Datum
schema_guard_exclude(PG_FUNCTION_ARGS)
{
	char	   *pattern = sg_argument_raw(fcinfo, 0, "object_pattern");
	char	   *reason = sg_argument_text(fcinfo, 1, "reason");
	const char *args[] = {pattern, reason, GetUserNameFromId(GetOuterUserId(), false)};

	if (pattern[0] == '\0' || reason[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("pattern and reason must not be empty")));
	if (ends_in_escape(pattern))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_ESCAPE_SEQUENCE),
				 errmsg("LIKE pattern must not end with escape character")));

	if (sg_text_escape_unmappable(pattern) != pattern)
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("exclusion rule is not valid in UTF-8: \"%s\"", sg_text_escape_unmappable(pattern))));

	begin_scope_change();
	if (run("INSERT INTO schema_guard.exclusion (object_pattern, reason, excluded_by)"
			" VALUES ($1, $2, $3) ON CONFLICT (object_pattern) DO NOTHING", 3, args) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("exclusion rule \"%s\" exists already", pattern)));
	end_scope_change(psprintf("exclude %s: %s", pattern, reason));
	PG_RETURN_VOID();
}

/* include(object_pattern text) returns void */
Datum
schema_guard_include(PG_FUNCTION_ARGS)
{
	const char *pattern = sg_argument_text(fcinfo, 0, "object_pattern");

	begin_scope_change();
	if (run("DELETE FROM schema_guard.exclusion WHERE object_pattern = $1", 1, &pattern) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("exclusion rule \"%s\" does not exist", pattern),
				 errhint("SELECT * FROM schema_guard.exclusion lists the rules.")));
	end_scope_change(psprintf("include %s", pattern));
	PG_RETURN_VOID();
}

/* guard_facets(facets text[]) returns void */
Datum
schema_guard_guard_facets(PG_FUNCTION_ARGS)
{
	SgFacetSet	facets;

	sg_argument_require(fcinfo, 0, "facets");
	facets = sg_facet_set_of_array(PG_GETARG_ARRAYTYPE_P(0));
	begin_scope_change();
	(void) run("DELETE FROM schema_guard.guarded_facet", 0, NULL);
	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		const char *name = sg_facet_name((SgFacet) i);

		if ((facets & SG_FACET_BIT(i)) != 0)
			(void) run("INSERT INTO schema_guard.guarded_facet VALUES ($1)", 1, &name);
	}
	end_scope_change(psprintf("guard facets %s", sg_facet_set_text(facets)));
	PG_RETURN_VOID();
}
