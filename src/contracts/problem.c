/*
 * contracts/problem.c
 *		Problems: what the schema lacks of what a contract needs.
 *
 * The table below has a row for each rule.  Its texts are templates for DETAIL
 * lines, in which %a stands for the attribute, %n for what is needed and %f for
 * what was found; the first one whose parts the problem all has is used.
 */
#include "postgres.h"

#include "contracts/problem.h"
#include "format/detail.h"
#include "format/reason.h"
#include "support/text.h"

#define MAX_TEXTS 4

typedef struct RuleInfo
{
	const char *name;
	SgSeverity	severity;		/* unless what was found says otherwise */
	const char *texts[MAX_TEXTS];
	const char *advice;			/* for a HINT, where no change of the schema explains it; or NULL */
} RuleInfo;

static const RuleInfo rules[] = {
	[SG_RULE_RELATION_MISSING] =
	{"relation_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_RELATION_KIND_CHANGED] =
	{"relation_kind_changed", SG_BROKEN,
		{": the release uses %a, which takes no %f", " cannot be written to, the release does so"}},
	[SG_RULE_COLUMN_MISSING] =
	{"column_missing", SG_BROKEN, {": %a (%n) is missing", ": %a is missing"}},
	[SG_RULE_TYPE_CHANGED] =
	{"type_changed", SG_BROKEN, {": %a is %f, needed is %n", ": is %f, needed is %n"}},
	[SG_RULE_BECAME_NULLABLE] =
	{"became_nullable", SG_BROKEN, {": %a may be null, the release reads it as NOT NULL"}},
	[SG_RULE_INSERT_NEW_MANDATORY_COLUMN] =
	{"insert_new_mandatory_column", SG_BROKEN, {": %a (%f) has no default, the release inserts without it"}},
	[SG_RULE_INSERT_FAILS_CHECK] =
	{"insert_fails_check", SG_BROKEN, {": %a refuses what the release inserts: %f"}},
	[SG_RULE_COLUMN_GENERATED] =
	{"column_generated", SG_BROKEN, {": %a is %f, the release writes to it"}},
	[SG_RULE_CONFLICT_TARGET_MISSING] =
	{"conflict_target_missing", SG_BROKEN,
		{": %f gets in the way of %n, the release uses it with ON CONFLICT",
	": nothing is %n, the release uses it with ON CONFLICT"}},
	[SG_RULE_FUNCTION_MISSING] =
	{"function_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_FUNCTION_AMBIGUOUS] =
	{"function_ambiguous", SG_BROKEN, {" is not unique: other functions fit the call as well"}},
	[SG_RULE_FUNCTION_ARGUMENTS_CHANGED] =
	{"function_arguments_changed", SG_RISKY, {" is called with other types than those of %f"}},
	[SG_RULE_FUNCTION_RESULT_CHANGED] =
	{"function_result_changed", SG_BROKEN, {": returns %f, needed is %n", ": returns nothing, needed is %n"}},
	[SG_RULE_ENUM_MISSING] =
	{"enum_missing", SG_BROKEN, {": is a %f, not an enum", " is missing"}},
	[SG_RULE_ENUM_LABEL_MISSING] =
	{"enum_label_missing", SG_BROKEN, {": %a is missing"}},
	[SG_RULE_ARBITER_CONSTRAINT_MISSING] =
	{"arbiter_constraint_missing", SG_BROKEN,
		{": %a is %f, the release uses it with ON CONFLICT",
	": %a is missing, the release uses it with ON CONFLICT"}},
	[SG_RULE_FOREIGN_KEY_ADDED] =
	{"foreign_key_added", SG_BROKEN, {": %n refers to it, the release truncates it without that table or CASCADE"}},
	[SG_RULE_REPLICA_IDENTITY_MISSING] =
	{"replica_identity_missing", SG_BROKEN, {" has no replica identity, which publication %n needs for the release's %a"}},
	[SG_RULE_VIEW_NOT_WRITABLE] =
	{"view_not_writable", SG_BROKEN, {": %a cannot be written, the view has %f", " cannot be written to: it has %f"}},
	[SG_RULE_COLUMN_AMBIGUOUS] =
	{"column_ambiguous", SG_BROKEN, {": %a takes a name that the release uses without saying of which relation"}},
	[SG_RULE_NATURAL_JOIN_CHANGED] =
	{"natural_join_changed", SG_BROKEN, {": a NATURAL JOIN is now by %f, not by %n", ": a NATURAL JOIN is no longer by %n"}},
	[SG_RULE_RELATION_HIDDEN] =
	{"relation_hidden", SG_BROKEN, {" comes before %n in the release's search_path"}},
	[SG_RULE_NAME_HIDDEN] =
	{"name_hidden", SG_BROKEN, {" is found instead of %n in the release's search_path"}},
	[SG_RULE_STAR_RESULT_CHANGED] =
	{"star_result_changed", SG_BROKEN, {": \"*\" is now %f, the release takes it for %n"}},
	[SG_RULE_ROW_TYPE_CHANGED] =
	{"row_type_changed", SG_BROKEN, {": a row is now %f, the release takes it for %n"}},
	[SG_RULE_INSERT_POSITIONS_CHANGED] =
	{"insert_positions_changed", SG_BROKEN, {": an INSERT without a list of columns gives %n, the columns are %f"}},
	[SG_RULE_CHECK_ADDED] =
	{"check_added", SG_RISKY, {": %a was added, the release writes to the table: %f"}},
	[SG_RULE_TRIGGER_ADDED] =
	{"trigger_added", SG_RISKY, {": %a was added, the release writes to the table: %f"}},
	[SG_RULE_ARGUMENT_DEFAULT_MISSING] =
	{"argument_default_missing", SG_BROKEN, {" leaves out arguments that have no default: %f"}},
	[SG_RULE_ARGUMENT_NAME_CHANGED] =
	{"argument_name_changed", SG_BROKEN, {" names arguments that are not there: %f"}},
	[SG_RULE_TYPE_MISSING] =
	{"type_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_ATTRIBUTE_MISSING] =
	{"attribute_missing", SG_BROKEN, {": %a (%n) is missing"}},
	[SG_RULE_SEQUENCE_MISSING] =
	{"sequence_missing", SG_BROKEN, {": is a %f, not a sequence", ": the sequence is missing"}},
	[SG_RULE_OPERATOR_MISSING] =
	{"operator_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_COLLATION_MISSING] =
	{"collation_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_CONFIG_MISSING] =
	{"config_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_DICTIONARY_MISSING] =
	{"dictionary_missing", SG_BROKEN, {" is missing"}},
	[SG_RULE_CAST_MISSING] =
	{"cast_missing", SG_BROKEN, {" is %f, needed is %n", " is missing"}},
	[SG_RULE_GROUP_KEY_MISSING] =
	{"group_key_missing", SG_BROKEN, {": no primary key is among %n, by which the release groups"}},
	[SG_RULE_FUNCTION_KIND_CHANGED] =
	{"function_kind_changed", SG_BROKEN, {" is no %n"}},
	[SG_RULE_RULE_ADDED] =
	{"rule_added", SG_BROKEN, {": %a does not allow %n, the release uses it"}},
	[SG_RULE_COLUMN_DEFAULT_MISSING] =
	{"column_default_missing", SG_BROKEN, {": %a (%f) has no default, the release sets it to that"}},
	[SG_RULE_PRIVILEGE_MISSING] =
	{"privilege_missing", SG_BROKEN, {": %f lacks %n on %a", ": %f lacks %n", ": %f", " does not exist"},
	"GRANT the privilege to the role, or to one that it is a member of."},
	[SG_RULE_LEDGER_MISSING] =
	{"ledger_missing", SG_BROKEN, {" of %n is not known: it may be any of %f", " is missing: %n has no table here"},
	"Is this the database that the migrations run in? SELECT * FROM schema_guard.migration_ledgers has the ledgers that are here."},
	[SG_RULE_MIGRATION_MISSING] =
	{"migration_missing", SG_BROKEN, {": %a is not applied"},
	"Run the migrations of this release, or connect the release that fits."},
	[SG_RULE_MIGRATION_SKIPPED] =
	{"migration_skipped", SG_BROKEN, {": %a is not applied, although a later one is"},
	"The tool does not run what is older than what it has applied: apply it by hand, or give it a later version."},
	[SG_RULE_MIGRATION_FAILED] =
	{"migration_failed", SG_BROKEN, {": %a is %f"},
	"Look at what the migration has left, mend it, and have the tool mark it as repaired."},
	[SG_RULE_MIGRATION_EDITED] =
	{"migration_edited", SG_RISKY, {": %a was applied with checksum %f, the release was built with %n"},
	"The file was altered after it had been applied: restore it, and put the alteration into a migration of its own."},
	[SG_RULE_MIGRATION_UNEXPECTED] =
	{"migration_unexpected", SG_RISKY, {": %a is applied, and the release does not know it"},
	"It is older than what the release knows: a file was removed, or comes from a branch that this release does not have."},
	[SG_RULE_LEDGER_DISAGREES] =
	{"ledger_disagrees", SG_RISKY, {": %a is applied, but the schema has become again what it was before: %f"},
	"SELECT * FROM schema_guard.migrations tells which state each migration led to."},
	[SG_RULE_MIGRATION_NEWER] =
	{"migration_newer", SG_INFORMATION, {": %a is newer than the release, and %f", ": %a is newer than the release"}}
};

/* Adds a new problem, with the severity of its rule, to the list. */
SgProblem *
sg_problem_add(List **problems, SgRule rule, const char *type, const char *identity)
{
	SgProblem  *problem = palloc0(sizeof(SgProblem));

	problem->rule = rule;
	problem->severity = rules[rule].severity;
	problem->type = type;
	problem->identity = identity;
	*problems = lappend(*problems, problem);
	return problem;
}

static const char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}

/* Returns a copy in the current memory context. */
SgProblem *
sg_problem_copy(const SgProblem *problem)
{
	SgProblem  *copy = palloc(sizeof(SgProblem));

	*copy = *problem;
	copy->type = copy_text(problem->type);
	copy->identity = copy_text(problem->identity);
	copy->attribute = copy_text(problem->attribute);
	copy->needed = copy_text(problem->needed);
	copy->found = copy_text(problem->found);
	copy->state = copy_text(problem->state);
	return copy;
}

/* Returns the name of the problem's rule. */
const char *
sg_problem_rule(const SgProblem *problem)
{
	return rules[problem->rule].name;
}

/* Returns the name of the problem's severity. */
const char *
sg_problem_severity(const SgProblem *problem)
{
	switch (problem->severity)
	{
		case SG_BROKEN:
			return "broken";
		case SG_RISKY:
			return "risky";
		case SG_INFORMATION:
			return "information";
	}
	return NULL;
}

/* Returns true if the problem is about the ledger of a migration tool, and not about the schema. */
bool
sg_problem_is_of_ledger(const SgProblem *problem)
{
	return problem->rule >= SG_RULE_LEDGER_MISSING;
}

/* Returns a sentence about what to do where no change of the schema explains the problem, or NULL. */
const char *
sg_problem_advice(const SgProblem *problem)
{
	return rules[problem->rule].advice;
}

static bool
same_text(const char *left, const char *right)
{
	return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

/* Returns true if both say that the same need is not met, whatever was found instead. */
bool
sg_problem_same(const SgProblem *left, const SgProblem *right)
{
	return left->rule == right->rule && strcmp(left->identity, right->identity) == 0 &&
		same_text(left->attribute, right->attribute) && same_text(left->needed, right->needed);
}

/* Appends the problems that are not known already. */
List *
sg_problem_add_unknown(List *known, const List *problems)
{
	ListCell   *cell;

	foreach(cell, problems)
	{
		bool		is_known = false;
		ListCell   *lc;

		foreach(lc, known)
			is_known |= sg_problem_same(lfirst(lc), lfirst(cell));
		if (!is_known)
			known = lappend(known, lfirst(cell));
	}
	return known;
}

/* Appends "text" on one line: line breaks as \n, other control characters as \xHH. */
static void
append_line(StringInfo buf, const char *text)
{
	for (text = sg_text_escape_unmappable(text); *text != '\0'; text++)
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

/* Appends the filled-in template; returns false, with "buf" half written, if a part is NULL. */
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

/*
 * Returns the problem in one line, palloc'd:
 *
 *		table public.orders: column "customer_id" (bigint) is missing
 */
char *
sg_problem_text(const SgProblem *problem)
{
	const RuleInfo *rule = &rules[problem->rule];
	StringInfoData buf;
	int			start;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s ", problem->type);
	append_line(&buf, problem->identity);
	start = buf.len;
	for (int i = 0; i < MAX_TEXTS && rule->texts[i] != NULL; i++)
	{
		if (fill(&buf, rule->texts[i], problem))
			return buf.data;
		buf.len = start;
		buf.data[start] = '\0';
	}
	elog(ERROR, "problem of rule \"%s\" has no text", rule->name);
}

/* Returns those of the problems that make some statement of the release fail. */
List *
sg_problems_broken(const List *problems)
{
	List	   *broken = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_BROKEN)
			broken = lappend(broken, problem);
	}
	return broken;
}

/* Returns those of the problems that are more than information. */
List *
sg_problems_wrong(const List *problems)
{
	List	   *wrong = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		if (((SgProblem *) lfirst(lc))->severity != SG_INFORMATION)
			wrong = lappend(wrong, lfirst(lc));
	}
	return wrong;
}

/* Returns what to append to the message of an error that the problems cause: see sg_reason(). */
char *
sg_problems_reason(const List *problems)
{
	return sg_reason(problems == NIL ? NULL : sg_problem_text(linitial(problems)),
					 list_length(problems));
}

static char *
problem_line(const void *problem)
{
	return sg_problem_text(problem);
}

/* Returns a line for each problem, SG_MAX_DETAIL_ITEMS at most; palloc'd. */
char *
sg_problems_detail(const List *problems)
{
	return sg_detail(problems, problem_line);
}
