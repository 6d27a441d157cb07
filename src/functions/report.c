/*
 * functions/report.c
 *		report(), report_and_verdict().
 *
 * Not SECURITY DEFINER, because a preview runs its DDL as the caller.  The reports
 * become the owner where they read the guard's tables.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "functions/arguments.h"
#include "reports/render.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_report);
SG_FUNCTION(schema_guard_report_and_verdict);

/* the largest number of arguments of a report */
#define MAX_ARGUMENTS 3

typedef enum What
{
	WHAT_DRIFT,
	WHAT_DIFF,
	WHAT_PREVIEW,
	WHAT_CHECK_RELEASE,
	WHAT_CAN_DEPLOY
} What;

/* what can be reported; the arguments are those of the function of that name */
static const struct
{
	const char *name;
	int			required;
	const char *arguments[MAX_ARGUMENTS + 1];
}			reports[] = {
	[WHAT_DRIFT] = {"drift", 0, {NULL}},
	[WHAT_DIFF] = {"diff", 1, {"from", "to", NULL}},
	[WHAT_PREVIEW] = {"preview", 1, {"ddl", NULL}},
	[WHAT_CHECK_RELEASE] = {"check_release", 2, {"application", "version", NULL}},
	[WHAT_CAN_DEPLOY] = {"can_deploy", 2, {"application", "version", "snapshot", NULL}}
};

static const struct
{
	const char *name;
	SgRenderer	render;
}			formats[] = {
	{"json", sg_render_json},
	{"junit", sg_render_junit},
	{"sarif", sg_render_sarif},
	{"gitlab", sg_render_gitlab},
	{"markdown", sg_render_markdown},
	{"html", sg_render_html}
};

static What
find_report(const char *name)
{
	for (int i = 0; i < lengthof(reports); i++)
	{
		if (strcmp(name, reports[i].name) == 0)
			return (What) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("report \"%s\" does not exist", name),
			 errhint("Reports are drift, diff, preview, check_release and can_deploy.")));
}

static SgRenderer
find_format(const char *name)
{
	for (int i = 0; i < lengthof(formats); i++)
	{
		if (strcmp(name, formats[i].name) == 0)
			return formats[i].render;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("format \"%s\" does not exist", name),
			 errhint("Formats are json, junit, sarif, gitlab, markdown and html.")));
}

/* Returns the arguments of a report in words. */
static const char *
argument_names(What what)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; reports[what].arguments[i] != NULL; i++)
		appendStringInfo(&buf, "%s%s%s", i > 0 ? ", " : "", reports[what].arguments[i],
						 i < reports[what].required ? "" : " (optional)");
	return buf.len > 0 ? buf.data : "none";
}

/*
 * Returns an argument as sg_argument_text() does, except the DDL of a preview, which
 * is run as given.
 */
static char *
argument_text(What what, Datum given)
{
	char	   *argument = TextDatumGetCString(given);

	return what == WHAT_PREVIEW ? argument : unconstify(char *, sg_text_escape_unmappable(argument));
}

/* Reads the report's own arguments; those that are not given are NULL. */
static void
read_arguments(FunctionCallInfo fcinfo, What what, char **arguments)
{
	Datum	   *values = NULL;
	bool	   *nulls = NULL;
	int			given = 0;
	int			most = 0;

	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, TYPALIGN_INT,
						  &values, &nulls, &given);
	while (reports[what].arguments[most] != NULL)
		most++;
	if (given < reports[what].required || given > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 given > most ?
				 errmsg("too many arguments for report \"%s\"", reports[what].name) :
				 errmsg("argument \"%s\" of report \"%s\" is missing",
						reports[what].arguments[given], reports[what].name),
				 errdetail("Its arguments: %s.", argument_names(what))));
	for (int i = 0; i < given; i++)
	{
		if (!nulls[i])
			arguments[i] = argument_text(what, values[i]);
		else if (i < reports[what].required)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument \"%s\" must not be null", reports[what].arguments[i])));
	}
}

static SgReport *
make_report(What what, char **arguments)
{
	switch (what)
	{
		case WHAT_DRIFT:
			return sg_report_drift();
		case WHAT_DIFF:
			return sg_report_diff(arguments[0], arguments[1]);
		case WHAT_PREVIEW:
			return sg_report_preview(arguments[0]);
		case WHAT_CHECK_RELEASE:
			return sg_report_check_release(arguments[0], arguments[1]);
		case WHAT_CAN_DEPLOY:
			return sg_report_can_deploy(arguments[0], arguments[1], arguments[2]);
	}
	elog(ERROR, "unexpected report: %d", what);
}

/* Makes the report that the arguments ask for, as a text. */
static text *
write_report(FunctionCallInfo fcinfo, bool *passed)
{
	What		what = find_report(sg_argument_text(fcinfo, 0, "what"));
	SgRenderer	render = find_format(sg_argument_text(fcinfo, 1, "format"));
	char	   *arguments[MAX_ARGUMENTS] = {NULL};
	StringInfoData text;
	SgReport   *report;

	sg_extension_require_version();
	read_arguments(fcinfo, what, arguments);
	report = make_report(what, arguments);
	initStringInfo(&text);
	render(&text, report);
	*passed = report->passed;
	return cstring_to_text_with_len(text.data, text.len);
}

/* report(what text, format text, VARIADIC arguments text[]) returns text */
Datum
schema_guard_report(PG_FUNCTION_ARGS)
{
	bool		passed;

	PG_RETURN_TEXT_P(write_report(fcinfo, &passed));
}

/*
 * report_and_verdict(what text, format text, arguments text[], OUT report text, OUT
 * passed boolean)
 */
Datum
schema_guard_report_and_verdict(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	Datum		values[2];
	bool		nulls[2] = {false, false};
	bool		passed;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = PointerGetDatum(write_report(fcinfo, &passed));
	values[1] = BoolGetDatum(passed);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
