/*
 * releases/problem.c
 *		A problem in words, for DETAIL lines.
 *
 * Each rule has a template in which %a stands for the attribute, %n for what
 * is needed, %f for what was found.  One that needs a part which the problem
 * lacks is passed over for the rule's next one.
 */
#include "postgres.h"

#include "format/reason.h"
#include "releases/problem.h"
#include "support/encoding.h"
#include "support/errors.h"

typedef struct Template
{
	const char *rule;
	const char *text;
} Template;

static const Template templates[] = {
	{"relation_missing", " is missing"},
	{"relation_kind_changed", " cannot be written to, the release does so"},
	{"column_missing", ": %a (%n) is missing"},
	{"column_missing", ": %a is missing"},
	{"type_changed", ": %a is %f, needed is %n"},
	{"became_nullable", ": %a may be null, the release reads it as NOT NULL"},
	{"insert_new_mandatory_column", ": %a (%f) has no default, the release inserts without it"},
	{"column_generated", ": %a is %f, the release writes to it"},
	{"insert_fails_check", ": %a refuses what the release inserts: %f"},
	{"conflict_target_missing", ": %f gets in the way of %n, the release uses it with ON CONFLICT"},
	{"conflict_target_missing", ": nothing is %n, the release uses it with ON CONFLICT"},
	{"function_missing", " is missing"},
	{"function_ambiguous", " is not unique: other functions fit the call as well"},
	{"function_arguments_changed", " is called with other types than those of %f"},
	{"function_result_changed", ": returns %f, needed is %n"},
	{"function_result_changed", ": returns nothing, needed is %n"},
	{"enum_missing", ": is no enum but a %f"},
	{"enum_missing", " is missing"},
	{"enum_label_missing", ": %a is missing"},
	{NULL, NULL}
};

/* Appends "text" on one line, as every client can be sent it: line breaks and other control characters as \xHH. */
static void
append_line(StringInfo buf, const char *text)
{
	for (text = sg_convertible(text); *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (c == '\n')
			appendStringInfoString(buf, "\\n");
		else if (c < 0x20 || c == 0x7f)
			appendStringInfo(buf, "\\x%02X", c);
		else
			appendStringInfoChar(buf, *text);
	}
}

static const char *
part(const SgProblem *problem, char letter)
{
	return letter == 'a' ? problem->attribute : letter == 'n' ? problem->needed : problem->found;
}

/* Appends the template filled in; false, and half of it, if a part is lacking. */
static bool
fill(StringInfo buf, const char *text, const SgProblem *problem)
{
	for (; *text != '\0'; text++)
	{
		const char *value;

		if (*text != '%')
		{
			appendStringInfoChar(buf, *text);
			continue;
		}
		value = part(problem, *++text);
		if (value == NULL)
			return false;
		append_line(buf, value);
	}
	return true;
}

/* The problem in one line, palloc'd: table public.orders: column "customer_id" (bigint) is missing */
char *
sg_problem_text(const SgProblem *problem)
{
	StringInfoData buf;
	int			start;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s ", problem->type);
	append_line(&buf, problem->identity);
	start = buf.len;
	for (const Template *entry = templates; entry->rule != NULL; entry++)
	{
		if (strcmp(entry->rule, problem->rule) != 0)
			continue;
		if (fill(&buf, entry->text, problem))
			return buf.data;
		buf.len = start;
		buf.data[start] = '\0';
	}
	elog(ERROR, "rule \"%s\" has no text", problem->rule);
}

/* Adds a new problem, of severity broken, to the list. */
SgProblem *
sg_problem_add(List **problems, const char *rule, const char *type, const char *identity)
{
	SgProblem  *problem = palloc0(sizeof(SgProblem));

	problem->severity = SG_SEVERITY_BROKEN;
	problem->rule = rule;
	problem->type = type;
	problem->identity = identity;
	*problems = lappend(*problems, problem);
	return problem;
}

/* Those problems that make some statement of the release fail for certain. */
List *
sg_problems_broken(const List *problems)
{
	List	   *broken = NIL;
	ListCell   *cell;

	foreach(cell, problems)
	{
		SgProblem  *problem = lfirst(cell);

		if (strcmp(problem->severity, SG_SEVERITY_BROKEN) == 0)
			broken = lappend(broken, problem);
	}
	return broken;
}

/* What the message of an error that they are the reason of ends with: see sg_reason(). */
char *
sg_problems_reason(const List *problems)
{
	return sg_reason(problems == NIL ? NULL : sg_problem_text(linitial(problems)),
					 list_length(problems));
}

/* A line for each problem, at most SG_MAX_DETAIL_ITEMS; palloc'd. */
char *
sg_problems_detail(const List *problems)
{
	StringInfoData lines;
	ListCell   *cell;
	int			count = 0;

	initStringInfo(&lines);
	foreach(cell, problems)
	{
		if (count == SG_MAX_DETAIL_ITEMS)
		{
			appendStringInfo(&lines, "\nand %d more", list_length(problems) - count);
			break;
		}
		appendStringInfo(&lines, "%s%s", count++ > 0 ? "\n" : "", sg_problem_text(lfirst(cell)));
	}
	return lines.data;
}
