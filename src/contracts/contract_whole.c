/*
 * contracts/contract_whole.c
 *		Contracts of applications that need whole relations, as ORMs do.
 *
 * An ORM maps each column of a table by its name and type, reads and writes all of
 * them, and takes what is NOT NULL for never null.  How it composes its statements
 * is unknown, so nothing is known of operators and functions; and because it names
 * the columns, an addition does not hurt it.
 *
 * An INSERT must give the columns that nothing else fills: those that are NOT NULL
 * without a default.  Others may be given or left out.  Columns that the database
 * fills itself, such as identity and serial columns, are not written.
 *
 * The derived contract is checked by the rules: so it fits the schema that it comes
 * from, and a relation that does not allow what is asked for is rejected with the
 * rule's reason.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/jsonb.h"

#include "contracts/contract_rules.h"
#include "contracts/contract_whole.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"

/* a relation whose contract is being derived */
typedef struct Whole
{
	SgContractCheck check;
	SgOutline  *contract;
	SgOutline  *part;			/* the contract's on the relation */
	const SgObject *named;		/* the relation */
	const SgObject *complete;	/* the same with what a partition has from its parent */
	int			access;
	bool		gives_all;		/* a CHECK refuses a row with but the columns that must be given */
	HTAB	   *unwritable;		/* columns of a view that are expressions, by name */
} Whole;

static const struct
{
	const char *name;
	SgAccess	access;
}			accesses[] = {
	{"select", SG_ACCESS_SELECT},
	{"insert", SG_ACCESS_INSERT},
	{"update", SG_ACCESS_UPDATE},
	{"delete", SG_ACCESS_DELETE},
	{"truncate", SG_ACCESS_TRUNCATE}
};

/* The access of that name, in upper or lower case; 0 if there is none. */
int
sg_contract_whole_access(const char *name)
{
	for (int i = 0; i < lengthof(accesses); i++)
	{
		if (pg_strcasecmp(accesses[i].name, name) == 0)
			return accesses[i].access;
	}
	return 0;
}

/* Their names: select, insert ... */
char *
sg_contract_whole_accesses(void)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < lengthof(accesses); i++)
		appendStringInfo(&buf, "%s%s", i == 0 ? "" : i + 1 == lengthof(accesses) ? " or " : ", ",
						 accesses[i].name);
	return buf.data;
}

static SgOutline *
contract_member(Whole *whole, const char *group, const char *name)
{
	return sg_outline_member(sg_outline_member(whole->contract, group), name);
}

/* All labels of an enum. */
static void
need_labels(Whole *whole, const SgObject *type)
{
	SgOutline  *labels = contract_member(whole, "enums", type->identity);

	sg_outline_be_array(labels);
	for (int i = 0; i < type->nitems; i++)
	{
		if (sg_item_is(&type->items[i], SG_ITEM_LABEL))
			sg_outline_add_text(labels, sg_item_name(type->items[i].attribute));
	}
}

static void need_type(Whole *whole, const char *name);

/* All attributes of a composite type, in their order: a driver reads them by it. */
static void
need_attributes(Whole *whole, const SgObject *type)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < type->nitems; i++)
	{
		const SgItem *item = &type->items[i];
		SgColumnParts attribute;

		if (!sg_item_is(item, SG_ITEM_ATTRIBUTE))
			continue;
		sg_item_column_parse(item->definition, &attribute);
		appendStringInfo(&buf, "%s%s %s", buf.len == 0 ? "(" : ", ",
						 sg_item_attribute("", sg_item_name(item->attribute)) + 1,
						 sg_contract_without_modifier(attribute.type));
		need_type(whole, attribute.type);
	}
	if (buf.len == 0)
		sg_outline_set_text(contract_member(whole, "types", type->identity), NULL);
	else
		sg_outline_set_text(contract_member(whole, "types", type->identity), psprintf("%s)", buf.data));
}

/* A column has the type, or an array of it: what it is under its name. */
static void
need_type(Whole *whole, const char *name)
{
	char	   *element = sg_contract_without_modifier(name);
	const SgObject *type;
	const char *kind;

	check_stack_depth();
	element[strcspn(element, "[")] = '\0';
	type = sg_contract_type(&whole->check, element);
	kind = type == NULL ? NULL : sg_item_definition(type, "kind");
	if (kind == NULL)
		return;
	if (strcmp(kind, "enum") == 0)
		need_labels(whole, type);
	else if (strcmp(kind, "composite") == 0)
		need_attributes(whole, type);
	else if (strcmp(kind, "domain") == 0)
	{
		const char *base = sg_contract_base_type(&whole->check, element);

		sg_outline_set_text(contract_member(whole, "types", type->identity),
							sg_contract_without_modifier(base));
		need_type(whole, base);
	}
	else
		sg_outline_set_text(contract_member(whole, "types", type->identity), NULL);
}

static void
select_column(Whole *whole, const char *name, const SgItem *item, const SgColumnParts *column)
{
	sg_outline_set_text(sg_outline_member(sg_outline_member(whole->part, "select"), name),
						sg_contract_without_modifier(column->type));
	if (sg_contract_is_table(whole->complete) &&
		sg_contract_may_be_null(&whole->check, whole->named, item->attribute) == NULL)
		sg_outline_add_text(sg_outline_member(whole->part, "not_null"), name);
}

/* Returns true if the database generates the column's values. */
static bool
is_made(const SgColumnParts *column)
{
	return column->fill == SG_FILL_GENERATED || column->fill == SG_FILL_IDENTITY_ALWAYS ||
		column->fill == SG_FILL_IDENTITY_DEFAULT ||
		(column->fill_expression != NULL && strncmp(column->fill_expression, "nextval(", 8) == 0);
}

static void
write_column(Whole *whole, const char *name, const SgItem *item, const SgColumnParts *column)
{
	if (sg_name_find(whole->unwritable, name) != NULL)
		return;
	if (is_made(column))
	{
		/* it has to be there, of whatever type */
		if ((whole->access & SG_ACCESS_SELECT) == 0)
			sg_outline_be_array(sg_outline_member(sg_outline_member(whole->part, "uses"), name));
		return;
	}
	if ((whole->access & SG_ACCESS_INSERT) != 0)
		sg_outline_add_text(sg_outline_member(whole->part, whole->gives_all ||
											  (sg_contract_is_table(whole->complete) &&
											   sg_contract_must_be_given(&whole->check, item)) ?
											  "insert" : "may_insert"), name);
	if ((whole->access & SG_ACCESS_UPDATE) != 0)
		sg_outline_add_text(sg_outline_member(whole->part, "update"), name);
}

/* Notes the checks and triggers that exist, so that a rule can warn of those that are added. */
static void
note_guards(Whole *whole)
{
	SgOutline  *checks = sg_outline_member(whole->part, "checks");
	SgOutline  *triggers = sg_outline_member(whole->part, "triggers");

	sg_outline_be_array(checks);
	sg_outline_be_array(triggers);
	for (int i = 0; i < whole->complete->nitems; i++)
	{
		const SgItem *item = &whole->complete->items[i];
		SgCheckParts constraint;

		if (sg_item_is(item, SG_ITEM_TRIGGER))
			sg_outline_add_text(triggers, sg_item_name(item->attribute));
		else if (sg_item_check_parse(item, &constraint))
			sg_outline_add_text(checks, sg_item_name(item->attribute));
	}
}

static void
derive(Whole *whole)
{
	bool		writes = (whole->access & (SG_ACCESS_INSERT | SG_ACCESS_UPDATE)) != 0;

	whole->part = contract_member(whole, "relations", whole->named->identity);
	if ((whole->access & SG_ACCESS_INSERT) != 0)
		sg_outline_be_array(sg_outline_member(whole->part, "insert"));
	for (int i = 0; i < whole->complete->nitems; i++)
	{
		const SgItem *item = &whole->complete->items[i];
		SgColumnParts column;
		char	   *name;

		CHECK_FOR_INTERRUPTS();
		if (!sg_item_is(item, SG_ITEM_COLUMN))
			continue;
		name = sg_item_name(item->attribute);
		sg_item_column_parse(item->definition, &column);
		if ((whole->access & SG_ACCESS_SELECT) != 0)
			select_column(whole, name, item, &column);
		if (writes)
			write_column(whole, name, item, &column);
		if (writes || (whole->access & SG_ACCESS_SELECT) != 0)
			need_type(whole, column.type);
	}
	if ((whole->access & SG_ACCESS_DELETE) != 0)
		sg_outline_add_text(sg_outline_member(whole->part, "commands"), "delete");
	if ((whole->access & SG_ACCESS_TRUNCATE) != 0)
		sg_outline_add_text(sg_outline_member(whole->part, "commands"), "truncate");
	if (writes && sg_contract_is_table(whole->complete))
		note_guards(whole);
}

static SgContract *
parse(const SgOutline *contract)
{
	return sg_contract_parse(DatumGetJsonbP(sg_outline_jsonb(contract)));
}

/* Derives otherwise what the problem is about; returns false if that is not possible. */
static bool
give_way(Whole *whole, const SgProblem *problem)
{
	bool		gave_all = whole->gives_all;

	if (problem->rule == SG_RULE_VIEW_NOT_WRITABLE && problem->attribute != NULL)
	{
		void	  **known = sg_name_enter(whole->unwritable, sg_item_name(problem->attribute));
		bool		is_new = *known == NULL;

		*known = whole;
		return is_new;
	}
	whole->gives_all = problem->rule == SG_RULE_INSERT_FAILS_CHECK ||
		problem->rule == SG_RULE_INSERT_NEW_MANDATORY_COLUMN || gave_all;
	return whole->gives_all && !gave_all;
}

/* Derives until it fits; returns what does not, as a List of SgProblem *. */
static List *
derive_fitting(Whole *whole)
{
	SgOutline  *contract = whole->contract;
	List	   *problems;
	bool		again;

	do
	{
		ListCell   *cell;

		again = false;
		whole->contract = sg_outline_new();
		derive(whole);
		problems = sg_problems_broken(sg_contract_check(parse(whole->contract), whole->check.source));
		foreach(cell, problems)
			again |= give_way(whole, lfirst(cell));
	} while (again);
	whole->contract = contract;
	return problems;
}

static void
begin(Whole *whole, const SgObjectSource *source, const SgObject *relation, int access)
{
	memset(whole, 0, sizeof(Whole));
	whole->check.source = source;
	whole->named = relation;
	whole->complete = sg_contract_complete(&whole->check, relation);
	whole->access = access;
	whole->unwritable = sg_name_table("schema_guard unwritable columns");
}

/* Those of the accesses that the relation takes. */
int
sg_contract_whole_accepted(const SgObjectSource *source, const SgObject *relation, int access)
{
	int			accepted = 0;

	if (strcmp(relation->type, "table") == 0)
		return access;
	for (int i = 0; i < lengthof(accesses); i++)
	{
		Whole		whole;

		if ((access & accesses[i].access) == 0)
			continue;
		begin(&whole, source, relation, accesses[i].access);
		if (derive_fitting(&whole) == NIL)
			accepted |= accesses[i].access;
	}
	return accepted;
}

/*
 * Adds what is needed of the relation, which comes from the source.  Returns
 * NULL, or why the relation does not take that, palloc'd.
 */
char *
sg_contract_whole_add(SgOutline *contract, const SgObjectSource *source, const SgObject *relation,
					  int access)
{
	Whole		whole;
	List	   *problems;

	begin(&whole, source, relation, access);
	problems = derive_fitting(&whole);
	if (problems != NIL)
		return sg_problem_text(linitial(problems));
	whole.contract = contract;
	derive(&whole);
	return NULL;
}
