/*
 * contracts/contract_null.c
 *		Rules about nulls: which columns hold none, which an INSERT must give.
 *
 * A column holds no null if it is NOT NULL, or its domain is, at any level, or
 * a CHECK is false of a null.  A column that an INSERT leaves out is null unless
 * it has a default that is not: the column's own, or else its type's, which a
 * domain over another domain has copied from that.
 *
 * A partitioned table holds no rows itself, so what its partitions say of them
 * counts as well.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/value.h"
#include "support/compat.h"

/* how many domains may be made of each other, and tables inherit from each other */
#define MAX_DEPTH 64

/* SgValueFacts.is_strict: all functions of pg_catalog of that name are strict */
static bool
is_strict(const char *name, int nargs)
{
	CatCList   *functions = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool		strict = false;

	for (int i = 0; i < functions->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&functions->members[i]->tuple);

		if (form->pronamespace != PG_CATALOG_NAMESPACE)
			continue;
		strict = form->proisstrict && form->prokind == PROKIND_FUNCTION && !form->proretset;
		if (!strict)
			break;
	}
	ReleaseCatCacheList(functions);
	return strict;
}

/* SgValueFacts.equal_to: the one column whose name is "arg" is null */
static const char *
null_if_that(const char *name, void *arg)
{
	return strcmp(name, arg) == 0 ? "NULL" : NULL;
}

/* SgValueFacts.equal_to over a table of names with expressions */
static const char *
listed_value(const char *name, void *arg)
{
	return sg_name_find(arg, name);
}

/* SgValueFacts.equal_to: what a domain looks at is "arg" */
static const char *
value_is(const char *name, void *arg)
{
	return strcmp(name, "VALUE") == 0 ? arg : NULL;
}

/* Returns true if the condition is false of every row in which that column is null. */
static bool
refuses_null(const char *condition, const char *column)
{
	SgValueFacts facts = {null_if_that, unconstify(char *, column), is_strict};

	return sg_value_truth(condition, &facts) == SG_FALSE;
}

/*
 * Returns true if a domain, or one that it is made of, refuses nulls.  Of values
 * that are stored already only constraints that are "valid" say something.
 */
static bool
domain_refuses_null(SgContractCheck *check, const char *type, bool valid)
{
	const SgObject *domain;

	for (int depth = 0; depth < MAX_DEPTH && (domain = sg_contract_domain(check, type)) != NULL; depth++)
	{
		if (sg_item_find(domain, "not null") != NULL)
			return true;
		for (int i = 0; i < domain->nitems; i++)
		{
			SgCheckParts constraint;

			if (sg_item_check_parse(&domain->items[i], &constraint) &&
				(valid ? constraint.valid : constraint.enforced) &&
				refuses_null(constraint.condition, "VALUE"))
				return true;
		}
		type = sg_item_definition(domain, "type");
	}
	return false;
}

/* Returns true if the column's default is a constant that its domain, or one that this is made of, refuses. */
static bool
domain_refuses_default(SgContractCheck *check, const SgColumnParts *column)
{
	SgValueFacts facts = {value_is, unconstify(char *, column->fill_expression), is_strict};
	const char *type = column->type;
	const SgObject *domain;

	if (column->fill != SG_FILL_DEFAULT || column->collated ||
		!sg_value_is_constant(column->fill_expression, sg_contract_base_type(check, type)))
		return false;
	for (int depth = 0; depth < MAX_DEPTH && (domain = sg_contract_domain(check, type)) != NULL; depth++)
	{
		/* a collation may treat different texts as equal */
		if (sg_item_find(domain, "collation") != NULL)
			return false;
		for (int i = 0; i < domain->nitems; i++)
		{
			SgCheckParts constraint;

			if (sg_item_check_parse(&domain->items[i], &constraint) && constraint.enforced &&
				sg_value_truth(constraint.condition, &facts) == SG_FALSE)
				return true;
		}
		type = sg_item_definition(domain, "type");
	}
	return false;
}

/* Returns false if the text does not have the column's name in it; a quote in that is doubled there. */
static bool
may_name(const char *text, const char *column)
{
	return strchr(column, '"') != NULL || strstr(text, column) != NULL;
}

/* Returns true if the constraints of the table, which is complete, allow no null in the column. */
static bool
never_null(SgContractCheck *check, const SgObject *table, const SgItem *item)
{
	char	   *name = sg_item_name(item->attribute);
	SgColumnParts column;
	bool		valid = true;

	sg_item_column_parse(item->definition, &column);
	for (int i = 0; i < table->nitems; i++)
	{
		const char *not_valid;
		SgCheckParts constraint;

		/* many columns and as many checks are too much to read each for each */
		if (!may_name(table->items[i].definition, name))
			continue;
		not_valid = sg_item_not_valid_column(&table->items[i]);
		if (not_valid != NULL && strcmp(not_valid, name) == 0)
			valid = false;
		if (sg_item_check_parse(&table->items[i], &constraint) && constraint.valid &&
			refuses_null(constraint.condition, name))
			return true;
	}
	return (column.not_null && valid) || domain_refuses_null(check, column.type, true);
}

static const SgObject *
may_be_null(SgContractCheck *check, const SgObject *table, const char *attribute, int depth)
{
	const SgObject *complete = sg_contract_complete(check, table);
	const SgItem *item = sg_item_find(complete, attribute);
	const SgObject *found = NULL;
	List	   *partitions = NIL;
	ListCell   *lc;

	CHECK_FOR_INTERRUPTS();
	if (depth == MAX_DEPTH)
		return table;
	if (item != NULL && !never_null(check, complete, item))
	{
		if (sg_item_definition(table, "partition by") != NULL)
			partitions = check->source->partitions(table->identity, check->source->arg);
		if (partitions == NIL)
			return table;
	}
	foreach(lc, partitions)
	{
		if (found == NULL)
			found = may_be_null(check, lfirst(lc), attribute, depth + 1);
	}
	foreach(lc, check->source->children(table->identity, check->source->arg))
	{
		if (found == NULL)
			found = may_be_null(check, lfirst(lc), attribute, depth + 1);
	}
	return found;
}

/*
 * Returns the table in which a column that is read of "table" may hold nulls,
 * itself or one that inherits from it, or NULL.
 */
const SgObject *
sg_contract_may_be_null(SgContractCheck *check, const SgObject *table, const char *attribute)
{
	return may_be_null(check, table, attribute, 0);
}

/* Returns true if a column without a default of its own has one of its type, which is not null. */
static bool
type_fills(SgContractCheck *check, const char *type)
{
	const SgValueFacts facts = {.is_strict = is_strict};
	const SgObject *object = sg_contract_type(check, type);
	const char *expression = object == NULL ? NULL : sg_item_definition(object, "default");

	return expression != NULL && !sg_value_is_null(expression, &facts);
}

/* Returns true if the column is null in a row whose INSERT leaves it out, and "values" are what others have then. */
static bool
is_left_null(SgContractCheck *check, const SgColumnParts *column, HTAB *values)
{
	const SgValueFacts facts = {listed_value, values, is_strict};

	if (column->fill == SG_FILL_NONE)
		return !type_fills(check, column->type);
	return column->fill_expression != NULL && sg_value_is_null(column->fill_expression, &facts);
}

/* Returns true if a row needs a value of the column, and nothing but the INSERT gives one. */
bool
sg_contract_must_be_given(SgContractCheck *check, const SgItem *item)
{
	SgColumnParts column;

	sg_item_column_parse(item->definition, &column);
	return (column.not_null || domain_refuses_null(check, column.type, false)) &&
		is_left_null(check, &column, sg_name_table("schema_guard columns left null"));
}

/* what can come between an INSERT or UPDATE and its row */
typedef struct Interception
{
	bool		completed;		/* a trigger may fill in what is left null */
	bool		replaced;		/* a rule may do something else */
} Interception;

static Interception
find_interception(const SgObject *table, const char *event)
{
	Interception found = {0};

	for (int i = 0; i < table->nitems; i++)
	{
		const SgItem *item = &table->items[i];
		SgRuleParts rule;

		if (sg_item_is(item, SG_ITEM_TRIGGER))
			found.completed |= sg_item_sees_new_row(item->definition, event) &&
				sg_item_fires(table, item);
		else if (sg_item_is(item, SG_ITEM_RULE))
			found.replaced |= sg_item_rule_parse(item->definition, event, &rule) && rule.instead &&
				sg_item_fires(table, item);
	}
	return found;
}

/* an INSERT under check */
typedef struct Insert
{
	SgRelationCheck *state;
	HTAB	   *given;			/* names of the columns that it gives */
	HTAB	   *nulls;			/* names of those that it leaves null */
	HTAB	   *values;			/* those, and others that it leaves to a constant: name -> expression */
	List	   *certain;		/* problems that nothing does away with */
	List	   *doubtful;		/* problems that a trigger or rule may do away with */
	bool		completed;		/* a partition's own trigger may complete the row */
	int			partitions;		/* those that hold rows */
	int			refusing;		/* those of them that refuse the row */
	HTAB	   *refused;		/* what they refuse it by, by attribute: SgProblem * */
} Insert;

/* Notes what a column has that the INSERT does not give. */
static void
note_left(Insert *insert, char *name, const SgColumnParts *column)
{
	/* of || it matters that the null is text */
	static char null[] = "NULL";
	static char null_text[] = "NULL::text";

	if (is_left_null(insert->state->check, column, insert->values))
	{
		*sg_name_enter(insert->nulls, name) = name;
		*sg_name_enter(insert->values, name) = strcmp(column->type, "text") == 0 ? null_text : null;
	}
	/* a collation may treat different texts as equal */
	else if (column->fill == SG_FILL_DEFAULT && !column->collated &&
			 sg_value_is_constant(column->fill_expression, column->type))
		*sg_name_enter(insert->values, name) = unconstify(char *, column->fill_expression);
}

/* Notes what columns the INSERT leaves; generated ones, computed from others, come last. */
static void
find_left(Insert *insert)
{
	const SgObject *table = insert->state->source;

	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < table->nitems; i++)
		{
			const SgItem *item = &table->items[i];
			SgColumnParts column;
			char	   *name;

			CHECK_FOR_INTERRUPTS();
			if (!sg_item_is(item, SG_ITEM_COLUMN))
				continue;
			name = sg_item_name(item->attribute);
			sg_item_column_parse(item->definition, &column);
			if ((column.fill == SG_FILL_GENERATED) == (pass == 1) && sg_name_find(insert->given, name) == NULL)
				note_left(insert, name, &column);
		}
	}
}

/*
 * Returns the rule by which an item of a table refuses the row, the same for
 * every value of the columns given; false if it does not.
 */
static bool
item_refuses(const Insert *insert, const SgItem *item, SgRule *rule)
{
	SgValueFacts facts = {listed_value, insert->values, is_strict};
	SgCheckParts constraint;
	SgColumnParts column;

	if (sg_item_is(item, SG_ITEM_COLUMN))
	{
		*rule = SG_RULE_INSERT_NEW_MANDATORY_COLUMN;
		sg_item_column_parse(item->definition, &column);
		if (column.fill == SG_FILL_GENERATED && sg_compat_insert_nulls_generated() &&
			domain_refuses_null(insert->state->check, column.type, false))
			return true;
		if (sg_name_find(insert->nulls, sg_item_name(item->attribute)) == NULL)
		{
			*rule = SG_RULE_INSERT_FAILS_CHECK;
			return sg_name_find(insert->given, sg_item_name(item->attribute)) == NULL &&
				domain_refuses_default(insert->state->check, &column);
		}
		return column.not_null || domain_refuses_null(insert->state->check, column.type, false);
	}
	*rule = SG_RULE_INSERT_FAILS_CHECK;
	return sg_item_check_parse(item, &constraint) && constraint.enforced &&
		sg_value_truth(constraint.condition, &facts) == SG_FALSE;
}

static SgProblem *
refusal_problem(Insert *insert, SgRule rule, const SgItem *item)
{
	SgProblem  *problem = sg_contract_relation_problem(insert->state, rule, item->attribute);
	SgColumnParts column;

	problem->found = item->definition;
	if (rule == SG_RULE_INSERT_NEW_MANDATORY_COLUMN)
	{
		sg_item_column_parse(item->definition, &column);
		problem->needed = column.fill == SG_FILL_GENERATED ? "a type that allows nulls" : "a default, or nullable";
	}
	return problem;
}

/* Reports by what the table itself refuses the row. */
static void
check_table(Insert *insert, bool replaced)
{
	const SgObject *table = insert->state->source;

	for (int i = 0; i < table->nitems; i++)
	{
		const SgItem *item = &table->items[i];
		SgColumnParts column;
		SgProblem  *problem;
		SgRule		rule;

		CHECK_FOR_INTERRUPTS();
		if (!item_refuses(insert, item, &rule))
			continue;
		problem = refusal_problem(insert, rule, item);
		if (sg_item_is(item, SG_ITEM_COLUMN))
			sg_item_column_parse(item->definition, &column);
		/* a domain refuses before triggers see the row */
		if (sg_item_is(item, SG_ITEM_COLUMN) && !replaced &&
			(rule == SG_RULE_INSERT_FAILS_CHECK || domain_refuses_null(insert->state->check, column.type, false)))
			insert->certain = lappend(insert->certain, problem);
		else
			insert->doubtful = lappend(insert->doubtful, problem);
	}
}

/* Notes by what a partition refuses the row. */
static void
check_partition(Insert *insert, const SgObject *partition)
{
	const SgObject *complete = sg_contract_complete(insert->state->check, partition);
	bool		completed = find_interception(complete, "INSERT").completed;
	bool		refuses = false;

	insert->partitions++;
	/* of a foreign table's constraints, the other server knows */
	if (strcmp(partition->type, "foreign table") == 0)
		return;
	for (int i = 0; i < complete->nitems; i++)
	{
		SgProblem  *problem;
		void	  **known;
		SgRule		rule;

		if (!item_refuses(insert, &complete->items[i], &rule))
			continue;
		refuses = true;
		known = sg_name_enter(insert->refused, complete->items[i].attribute);
		if (*known != NULL)
			continue;
		problem = refusal_problem(insert, rule, &complete->items[i]);
		problem->found = psprintf("%s in partition %s", problem->found, partition->identity);
		*known = problem;
		insert->doubtful = lappend(insert->doubtful, problem);
	}
	insert->refusing += refuses && !completed;
}

/*
 * Looks at what the partitions have of their own, at any level: whether the row
 * is refused by all that it may be routed to.
 */
static void
check_partitions(Insert *insert, const SgObject *table, bool refused, int depth)
{
	const SgObjectSource *source = insert->state->check->source;
	ListCell   *lc;

	CHECK_FOR_INTERRUPTS();
	if (depth == MAX_DEPTH || sg_item_definition(table, "partition by") == NULL)
		return;
	foreach(lc, source->partitions(table->identity, source->arg))
	{
		const SgObject *partition = lfirst(lc);

		insert->completed |= find_interception(partition, "INSERT").completed;
		if (sg_item_definition(partition, "partition by") != NULL)
			check_partitions(insert, partition, refused, depth + 1);
		else if (!refused)
			check_partition(insert, partition);
	}
}

/* An INSERT that leaves out what must have a value fails, unless something completes the row. */
void
sg_contract_check_insert(SgRelationCheck *state)
{
	Interception interception = find_interception(state->source, "INSERT");
	Insert		insert = {
		.state = state,
		.given = sg_name_table("schema_guard columns given"),
		.nulls = sg_name_table("schema_guard columns left null"),
		.values = sg_name_table("schema_guard columns left"),
		.refused = sg_name_table("schema_guard refusals of partitions")
	};
	bool		refused;
	bool		sure;
	ListCell   *lc;

	foreach(lc, state->needed->insert)
		*sg_name_enter(insert.given, lfirst(lc)) = lfirst(lc);
	find_left(&insert);
	check_table(&insert, interception.replaced);
	refused = insert.certain != NIL || insert.doubtful != NIL;
	if (insert.certain == NIL)
		check_partitions(&insert, state->object, refused, 0);
	sure = !interception.completed && !interception.replaced &&
		strcmp(state->source->type, "foreign table") != 0 &&
		(refused ? !insert.completed : insert.refusing == insert.partitions);
	foreach(lc, insert.doubtful)
		((SgProblem *) lfirst(lc))->severity = sure ? SG_BROKEN : SG_RISKY;
}

static void
report_default(SgRelationCheck *state, const SgItem *item)
{
	Interception interception = find_interception(state->source, "UPDATE");
	SgProblem  *problem = sg_contract_relation_problem(state, SG_RULE_COLUMN_DEFAULT_MISSING, item->attribute);

	problem->needed = "a default, or nullable";
	problem->found = item->definition;
	if (interception.completed || interception.replaced || strcmp(state->source->type, "foreign table") == 0)
		problem->severity = SG_RISKY;
}

/* UPDATE sets the column to DEFAULT: that must not be null where the column cannot be. */
void
sg_contract_check_default(SgRelationCheck *state, const SgItem *item)
{
	SgColumnParts column;

	sg_item_column_parse(item->definition, &column);
	if (sg_contract_must_be_given(state->check, item) || domain_refuses_default(state->check, &column))
		report_default(state, item);
}

/* UPDATE sets the column to null, for the view that it goes through has no default. */
void
sg_contract_check_set_null(SgRelationCheck *state, const SgItem *item)
{
	SgColumnParts column;

	sg_item_column_parse(item->definition, &column);
	if (column.not_null || domain_refuses_null(state->check, column.type, false))
		report_default(state, item);
}

/*
 * An INSERT gives all columns, of rows that are made of what the release knows: any other column is null in them,
 * whatever its default.
 */
void
sg_contract_check_all_given(SgRelationCheck *state)
{
	HTAB	   *known = sg_name_table_of(state->needed->row_used);
	Interception interception = find_interception(state->source, "INSERT");

	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		SgColumnParts column;
		SgProblem  *problem;

		CHECK_FOR_INTERRUPTS();
		if (!sg_item_is(item, SG_ITEM_COLUMN) || sg_name_find(known, sg_item_name(item->attribute)) != NULL)
			continue;
		sg_item_column_parse(item->definition, &column);
		if (column.fill == SG_FILL_GENERATED || !(column.not_null || domain_refuses_null(state->check, column.type, false)))
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_INSERT_NEW_MANDATORY_COLUMN, item->attribute);
		problem->needed = "nullable";
		problem->found = item->definition;
		if (interception.completed || interception.replaced)
			problem->severity = SG_RISKY;
	}
}
