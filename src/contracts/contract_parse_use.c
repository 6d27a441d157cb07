/*
 * contracts/contract_parse_use.c
 *		What is done with a value, as derived contracts have it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_parse_derived.h"

/* Nothing but true says anything. */
void
sg_contract_read_true(const SgContractReader *reader)
{
	if (reader->value->type != jbvBool || !reader->value->val.boolean)
		sg_contract_reject(reader->path, "nothing but true is expected");
}

/* A type, perhaps behind the mark of a parameter or a literal. */
static char *
read_marked_type(const SgContractReader *reader)
{
	char	   *text = sg_contract_read_text(reader);
	char		mark = text[0] == '$' || text[0] == '\'' ? text[0] : '\0';

	if (mark == '\0')
		return sg_contract_canonical_type(reader->path, text, false);
	return psprintf("%c%s", mark, sg_contract_canonical_type(reader->path, text + 1, false));
}

/* The same, or "*" for the value itself; or a literal of its type. */
static char *
read_given_type(const SgContractReader *reader)
{
	char	   *text = sg_contract_read_text(reader);

	return strcmp(text, "*") == 0 || strcmp(text, SG_CONTRACT_LABEL) == 0 ? text : read_marked_type(reader);
}

void
sg_contract_read_given(const SgContractReader *reader)
{
	List	  **types = reader->into;

	*types = lappend(*types, read_given_type(reader));
}

static void
read_operator_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_OPERATOR;
	use->name = sg_contract_read_text(reader);
}

static void
read_function_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_FUNCTION;
	use->name = sg_contract_read_text(reader);
}

static void
read_use_arguments(const SgContractReader *reader)
{
	sg_contract_each_element(reader, sg_contract_read_given, &((SgContractUse *) reader->into)->arguments);
}

static SgContractUse *read_use(const SgContractReader *reader);

static void
read_origin(const SgContractReader *reader)
{
	SgContractOrigin *origin = reader->into;

	/* the name of a relation has a schema */
	if (strcmp(reader->key, "as") == 0)
	{
		origin->as = read_use(reader);
		return;
	}
	if (origin->relation != NULL)
		sg_contract_reject(reader->path, "an argument is one column");
	origin->relation = sg_contract_canonical_name(reader->path, reader->key);
	origin->column = sg_contract_read_text(reader);
}

void
sg_contract_read_origin(const SgContractReader *reader)
{
	List	  **columns = reader->into;
	SgContractOrigin *origin = palloc0(sizeof(SgContractOrigin));

	check_stack_depth();
	sg_contract_each_member(reader, read_origin, origin);
	if (origin->relation == NULL && origin->as != NULL)
		sg_contract_reject(reader->path, "the column is missing");
	*columns = lappend(*columns, origin->relation == NULL ? NULL : origin);
}

/* The columns that the arguments are, or that the type is of, {} for what is none. */
static void
read_use_columns(const SgContractReader *reader)
{
	sg_contract_each_element(reader, sg_contract_read_origin, &((SgContractUse *) reader->into)->columns);
}

void
sg_contract_require_as_many(const SgContractReader *reader, const List *columns, int count)
{
	if (columns != NIL && list_length(columns) != count)
		sg_contract_reject(reader->path, "there are not as many columns as arguments");
}

static void
read_use_returns(const SgContractReader *reader)
{
	((SgContractUse *) reader->into)->type = read_marked_type(reader);
}

/* A use of what comes out of another. */
static void
read_use_then(const SgContractReader *reader)
{
	check_stack_depth();
	((SgContractUse *) reader->into)->then = read_use(reader);
}

static void
read_element_use(const SgContractReader *reader)
{
	((SgContractUse *) reader->into)->kind = SG_USE_ELEMENT;
	read_use_then(reader);
}

/* A use that has but a type. */
static void
read_typed_use(const SgContractReader *reader, SgContractUseKind kind)
{
	SgContractUse *use = reader->into;

	use->kind = kind;
	use->type = read_marked_type(reader);
}

static void
read_cast_use(const SgContractReader *reader)
{
	read_typed_use(reader, SG_USE_CAST);
}

static void
read_passed_use(const SgContractReader *reader)
{
	read_typed_use(reader, SG_USE_PASSED);
}

static void
read_united_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_UNITED;
	sg_contract_each_element(reader, sg_contract_read_given, &use->arguments);
}

static void
read_assignable_use(const SgContractReader *reader)
{
	read_typed_use(reader, SG_USE_ASSIGNABLE);
}

static void
read_assigned_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_ASSIGNED;
	use->type = read_given_type(reader);
}

static void
read_sorted_use(const SgContractReader *reader)
{
	sg_contract_read_true(reader);
	((SgContractUse *) reader->into)->kind = SG_USE_SORTED;
}

static void
read_framed_use(const SgContractReader *reader)
{
	read_typed_use(reader, SG_USE_FRAMED);
}

static void
read_returned_use(const SgContractReader *reader)
{
	read_typed_use(reader, SG_USE_RETURNED);
}

static void
read_label_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_LABEL;
	use->name = sg_contract_read_text(reader);
}

static const SgContractKey use_keys[] = {
	{"operator", read_operator_use},
	{"function", read_function_use},
	{"arguments", read_use_arguments},
	{"columns", read_use_columns},
	{"returns", read_use_returns},
	{"then", read_use_then},
	{"cast", read_cast_use},
	{"passed", read_passed_use},
	{"united", read_united_use},
	{"element", read_element_use},
	{"assignable", read_assignable_use},
	{"assigned", read_assigned_use},
	{"sorted", read_sorted_use},
	{"framed", read_framed_use},
	{"returned", read_returned_use},
	{"label", read_label_use},
	{NULL, NULL}
};

static void
read_use_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, use_keys);
}

static SgContractUse *
read_use(const SgContractReader *reader)
{
	SgContractUse *use = palloc0(sizeof(SgContractUse));

	sg_contract_each_member(reader, read_use_key, use);
	if (use->kind == SG_USE_UNKNOWN)
		sg_contract_reject(reader->path, "it does not say what is done");
	if ((use->kind == SG_USE_OPERATOR || use->kind == SG_USE_FUNCTION || use->kind == SG_USE_UNITED) &&
		use->arguments == NIL)
		sg_contract_reject(reader->path, "a call has arguments");
	sg_contract_require_as_many(reader, use->columns, use->kind == SG_USE_ASSIGNABLE || use->kind == SG_USE_ASSIGNED ? 1 : list_length(use->arguments));
	return use;
}

/* Appends a use to an SgContractUses. */
void
sg_contract_read_one_use(const SgContractReader *reader)
{
	SgContractUses *uses = reader->into;

	uses->uses = lappend(uses->uses, read_use(reader));
}

static void
read_column_uses(const SgContractReader *reader)
{
	List	  **all = reader->into;
	SgContractUses *uses = palloc0(sizeof(SgContractUses));

	uses->column = reader->key;
	sg_contract_each_element(reader, sg_contract_read_one_use, uses);
	*all = lappend(*all, uses);
}

/* What is done with columns, appended to a List of SgContractUses *. */
void
sg_contract_read_all_uses(const SgContractReader *reader, List **uses)
{
	sg_contract_each_member(reader, read_column_uses, uses);
}
