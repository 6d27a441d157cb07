/*
 * functions/preview.c
 *		preview().
 *
 * One set of rows, of several kinds:
 *
 *		item		an item or object that would change, as in diff()
 *		release		a live release that would break, and why; before: how many sessions declare it
 *		rewrite		a table that would be rewritten, or emptied; its size
 *		lock		a relation that was locked, and how
 *		rule		a finding of a migration rule
 *		verdict		what the gate would say in mode enforce
 */
#include "postgres.h"

#include "fmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "contracts/problem.h"
#include "functions/arguments.h"
#include "functions/change_rows.h"
#include "functions/rows.h"
#include "preview/preview.h"
#include "releases/impact.h"
#include "releases/session_count.h"
#include "rules/rule.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_preview);

/* the OUT parameters */
enum
{
	COL_KIND,
	COL_CHANGE,
	COL_TYPE,
	COL_IDENTITY,
	COL_FACET,
	COL_ATTRIBUTE,
	COL_BEFORE,
	COL_AFTER,
	COL_APPROVED_IN,
	COL_BYTES,
	PREVIEW_COLUMNS
};

typedef struct Row
{
	Datum		values[PREVIEW_COLUMNS];
	bool		nulls[PREVIEW_COLUMNS];
} Row;

static void
row_begin(Row *row, const char *kind)
{
	memset(row->values, 0, sizeof(row->values));
	memset(row->nulls, true, sizeof(row->nulls));
	sg_rows_set_text(row->values, row->nulls, COL_KIND, kind);
}

static void
row_text(Row *row, int column, const char *text)
{
	sg_rows_set_text(row->values, row->nulls, column, text);
}

static void
add_items(SgRows *rows, const SgPreview *preview)
{
	ListCell   *change;
	ListCell   *approved;

	forboth(change, preview->delta->changes, approved, preview->approved_in)
	{
		Row			row;

		row_begin(&row, "item");
		sg_change_rows_set(row.values, row.nulls, COL_CHANGE, lfirst(change));
		row_text(&row, COL_APPROVED_IN, lfirst(approved));
		sg_rows_add(rows, row.values, row.nulls);
	}
}

static void
add_releases(SgRows *rows, const SgPreview *preview)
{
	ListCell   *lr;
	ListCell   *lp;

	foreach(lr, preview->broken)
	{
		const SgBrokenRelease *release = lfirst(lr);

		foreach(lp, release->problems)
		{
			const SgProblem *problem = lfirst(lp);
			Row			row;

			row_begin(&row, "release");
			row_text(&row, COL_CHANGE, "broken");
			row_text(&row, COL_TYPE, "release");
			row_text(&row, COL_IDENTITY, psprintf("%s/%s", release->application, release->version));
			row_text(&row, COL_ATTRIBUTE, sg_problem_rule(problem));
			row_text(&row, COL_AFTER, sg_problem_text(problem));
			if (release->sessions > 0)
				row_text(&row, COL_BEFORE, sg_session_count_text(release->sessions));
			if (release->agreed)
				row_text(&row, COL_APPROVED_IN, preview->approved_as);
			sg_rows_add(rows, row.values, row.nulls);
		}
	}
}

static void
add_locks(SgRows *rows, List *locks)
{
	ListCell   *lc;

	foreach(lc, locks)
	{
		const SgLockTaken *lock = lfirst(lc);
		Row			row;

		if (lock->identity == NULL || lock->mode == NoLock)
			continue;
		row_begin(&row, "lock");
		row_text(&row, COL_CHANGE, "locked");
		row_text(&row, COL_TYPE, lock->type);
		row_text(&row, COL_IDENTITY, lock->identity);
		row_text(&row, COL_AFTER, GetLockmodeName(DEFAULT_LOCKMETHOD, lock->mode));
		sg_rows_add(rows, row.values, row.nulls);
	}
}

static void
add_rewrites(SgRows *rows, const List *locks)
{
	ListCell   *lc;

	foreach(lc, locks)
	{
		const SgLockTaken *lock = lfirst(lc);
		Row			row;

		if (!lock->rewritten)
			continue;
		row_begin(&row, "rewrite");
		row_text(&row, COL_CHANGE, lock->emptied ? "emptied" : "rewritten");
		row_text(&row, COL_TYPE, lock->type);
		row_text(&row, COL_IDENTITY, lock->identity);
		row_text(&row, COL_AFTER,
				 TextDatumGetCString(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(lock->size))));
		row.values[COL_BYTES] = Int64GetDatum(lock->size);
		row.nulls[COL_BYTES] = false;
		sg_rows_add(rows, row.values, row.nulls);
	}
}

static void
add_rules(SgRows *rows, const SgPreview *preview)
{
	ListCell   *lc;

	foreach(lc, preview->rule_findings)
	{
		const SgRuleFinding *finding = lfirst(lc);
		Row			row;

		row_begin(&row, "rule");
		row_text(&row, COL_CHANGE, sg_rule_is_warning(finding->rule) ? "warning" : "notice");
		row_text(&row, COL_TYPE, finding->type);
		row_text(&row, COL_IDENTITY, finding->identity);
		row_text(&row, COL_ATTRIBUTE, sg_rule_name(finding->rule));
		row_text(&row, COL_AFTER, finding->message);
		sg_rows_add(rows, row.values, row.nulls);
	}
}

static void
add_verdict(SgRows *rows, const SgPreview *preview)
{
	Row			row;

	row_begin(&row, "verdict");
	row_text(&row, COL_CHANGE, preview->judgement.verdict == SG_REFUSE ? "refused" : "allowed");
	row_text(&row, COL_TYPE, "schema");
	row_text(&row, COL_ATTRIBUTE, sg_judge_reason_name(preview->judgement.reason));
	row_text(&row, COL_BEFORE, preview->delta->before);
	row_text(&row, COL_AFTER, preview->delta->after);
	row_text(&row, COL_APPROVED_IN, preview->approved_as);
	sg_rows_add(rows, row.values, row.nulls);
}

/* preview(ddl text) returns setof record */
Datum
schema_guard_preview(PG_FUNCTION_ARGS)
{
	char	   *ddl = sg_argument_raw(fcinfo, 0, "ddl");
	SgPreview  *preview;
	SgRows		rows;

	sg_extension_require_version();
	preview = sg_preview(ddl);
	sg_locks_sort(preview->locks);
	sg_rows_begin(&rows, fcinfo);
	add_items(&rows, preview);
	add_releases(&rows, preview);
	add_rewrites(&rows, preview->locks);
	add_locks(&rows, preview->locks);
	add_rules(&rows, preview);
	add_verdict(&rows, preview);
	return (Datum) 0;
}
