/*
 * releases/contract_parse_derived.c
 *		The keys of contracts that are derived from queries.
 *
 * queries/need.c writes them.  They are read as strictly as the others.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "releases/contract_canonical.h"
#include "releases/contract_parse_derived.h"

/* Nothing but true says anything. */
void
sg_contract_read_true(const SgContractReader *reader)
{
	if (reader->value->type != jbvBool || !reader->value->val.boolean)
		sg_contract_reject(reader->path, "nothing but true is expected");
}

/* ---------------------------------------------------------------- relations */

static void
read_conflict_key(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *keys = sg_contract_read_names(reader);

	if (keys == NIL)
		sg_contract_reject(reader->path, "the list of keys is empty");
	relation->conflict_keys = lappend(relation->conflict_keys, keys);
}

/* Keys of unique indexes as their definitions have them: (lower(mail)) WHERE (active). */
void
sg_contract_read_conflict_keys(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_conflict_key, reader->into);
}

void
sg_contract_read_grouped_by(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->grouped_by = sg_contract_read_names(reader);
}

void
sg_contract_read_star(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->star = sg_contract_read_names(reader);
}

void
sg_contract_read_row(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->row = sg_contract_read_names(reader);
}

void
sg_contract_read_row_used(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->row_used = sg_contract_read_names(reader);
}

void
sg_contract_read_copied(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->copied = sg_contract_read_names(reader);
}

void
sg_contract_read_first(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->first = sg_contract_read_names(reader);
}

void
sg_contract_read_unnamed(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->unnamed = sg_contract_read_names(reader);
}

void
sg_contract_read_commands(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->commands = sg_contract_read_names(reader);
}

void
sg_contract_read_checks(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;

	relation->checks = sg_contract_read_names(reader);
	relation->tells_guards = true;
}

void
sg_contract_read_triggers(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;

	relation->triggers = sg_contract_read_names(reader);
	relation->tells_guards = true;
}

/* Schemas in which a relation of the same name would be found first. */
void
sg_contract_read_not_in(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *schemas = sg_contract_read_names(reader);
	ListCell   *cell;

	foreach(cell, schemas)
	{
		char	   *identity = sg_contract_canonical_in_schema(lfirst(cell), relation->identity);

		sg_contract_read_mention(reader, SG_CONTRACT_RELATION, identity)->unwanted = true;
		relation->not_in = lappend(relation->not_in, identity);
	}
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

static void
read_given_types(const SgContractReader *reader)
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
	sg_contract_each_element(reader, read_given_types, &((SgContractUse *) reader->into)->arguments);
}

static void
read_origin(const SgContractReader *reader)
{
	SgContractOrigin *origin = reader->into;

	if (origin->relation != NULL)
		sg_contract_reject(reader->path, "an argument is one column");
	origin->relation = sg_contract_canonical_name(reader->path, reader->key);
	origin->column = sg_contract_read_text(reader);
}

static void
read_use_column(const SgContractReader *reader)
{
	List	  **columns = reader->into;
	SgContractOrigin *origin = palloc0(sizeof(SgContractOrigin));

	sg_contract_each_member(reader, read_origin, origin);
	*columns = lappend(*columns, origin->relation == NULL ? NULL : origin);
}

/* The columns that the arguments are, {} for what is none. */
static void
read_use_columns(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_use_column, &((SgContractUse *) reader->into)->columns);
}

static void
read_use_returns(const SgContractReader *reader)
{
	((SgContractUse *) reader->into)->type = read_marked_type(reader);
}

static SgContractUse *read_use(const SgContractReader *reader);

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

static void
read_cast_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_CAST;
	use->type = read_marked_type(reader);
}

static void
read_passed_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_PASSED;
	use->type = read_marked_type(reader);
}

static void
read_united_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_UNITED;
	sg_contract_each_element(reader, read_given_types, &use->arguments);
}

static void
read_assignable_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_ASSIGNABLE;
	use->type = read_marked_type(reader);
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
	SgContractUse *use = reader->into;

	use->kind = SG_USE_FRAMED;
	use->type = read_marked_type(reader);
}

static void
read_returned_use(const SgContractReader *reader)
{
	SgContractUse *use = reader->into;

	use->kind = SG_USE_RETURNED;
	use->type = read_marked_type(reader);
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
	if (use->columns != NIL && list_length(use->columns) != list_length(use->arguments))
		sg_contract_reject(reader->path, "there are not as many columns as arguments");
	return use;
}

static void
read_one_use(const SgContractReader *reader)
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
	sg_contract_each_element(reader, read_one_use, uses);
	*all = lappend(*all, uses);
}

/* What is done with columns, appended to a List of SgContractUses *. */
void
sg_contract_read_all_uses(const SgContractReader *reader, List **uses)
{
	sg_contract_each_member(reader, read_column_uses, uses);
}

void
sg_contract_read_uses(const SgContractReader *reader)
{
	sg_contract_read_all_uses(reader, &((SgContractRelation *) reader->into)->uses);
}

static void
read_position_column(const SgContractReader *reader)
{
	((SgContractPosition *) reader->into)->column = sg_contract_read_text(reader);
}

static void
read_position_given(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_given_types, &((SgContractPosition *) reader->into)->given);
}

static const SgContractKey position_keys[] = {
	{"column", read_position_column},
	{"given", read_position_given},
	{NULL, NULL}
};

static void
read_position_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, position_keys);
}

static void
read_position(const SgContractReader *reader)
{
	List	  **positions = reader->into;
	SgContractPosition *position = palloc0(sizeof(SgContractPosition));

	sg_contract_each_member(reader, read_position_key, position);
	if (position->column == NULL)
		sg_contract_reject(reader->path, "the column's name is missing");
	*positions = lappend(*positions, position);
}

static void
read_positions(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *positions = NIL;

	sg_contract_limit(reader, relation->positional, SG_CONTRACT_MAX_ROWS);
	sg_contract_each_element(reader, read_position, &positions);
	relation->positional = lappend(relation->positional, positions);
}

void
sg_contract_read_positional(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_positions, reader->into);
}

/* -------------------------------------------------------------------- types */

/* A column or attribute with its type, appended to a List of SgContractColumn *. */
void
sg_contract_read_typed_column(const SgContractReader *reader)
{
	List	  **columns = reader->into;
	SgContractColumn *column = palloc0(sizeof(SgContractColumn));

	column->name = reader->key;
	column->type = sg_contract_canonical_type(reader->path, sg_contract_read_text(reader), false);
	*columns = lappend(*columns, column);
}

static void
read_attributes(const SgContractReader *reader)
{
	sg_contract_each_member(reader, sg_contract_read_typed_column, &((SgContractType *) reader->into)->used);
}

static void
read_type_row(const SgContractReader *reader)
{
	((SgContractType *) reader->into)->row = sg_contract_read_names(reader);
}

static void
read_given_value(const SgContractReader *reader)
{
	SgContractType *type = reader->into;
	List	   *given = NIL;

	sg_contract_limit(reader, type->given, SG_CONTRACT_MAX_ROWS);
	sg_contract_each_element(reader, read_given_types, &given);
	if (given == NIL)
		sg_contract_reject(reader->path, "the list of types is empty");
	type->given = lappend(type->given, given);
}

static void
read_given_values(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_given_value, reader->into);
}

static const SgContractKey type_keys[] = {
	{"attributes", read_attributes},
	{"row", read_type_row},
	{"given", read_given_values},
	{NULL, NULL}
};

static void
read_type_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, type_keys);
}

/* What is used of a type, which the contract may well name elsewhere. */
void
sg_contract_read_type_uses(const SgContractReader *reader, SgContractType *type)
{
	(void) sg_contract_read_mention(reader, SG_CONTRACT_TYPE, type->identity);
	sg_contract_each_member(reader, read_type_key, type);
}

/* ------------------------------------------ what need but be there, by name */

/* Adds the object that the text names. */
static SgContractObject *
add_named(const SgContractReader *reader, SgContractKind kind, const char *text)
{
	SgContract *contract = reader->reading->contract;
	SgContractObject *object =
		sg_contract_read_object(reader, kind, kind == SG_CONTRACT_OPERATOR ?
								sg_contract_canonical_operator(reader->path, text) :
								kind == SG_CONTRACT_CAST ?
								sg_contract_canonical_cast(reader->path, text) :
								sg_contract_canonical_name(reader->path, text));

	contract->named = lappend(contract->named, object);
	return object;
}

static void
read_named(const SgContractReader *reader)
{
	(void) add_named(reader, *(SgContractKind *) reader->into, sg_contract_read_text(reader));
}

static void
read_all_named(const SgContractReader *reader, SgContractKind kind)
{
	sg_contract_each_element(reader, read_named, &kind);
}

/* An operator with what it returns, null being whatever that is. */
static void
read_operator(const SgContractReader *reader)
{
	SgContractObject *operator = add_named(reader, SG_CONTRACT_OPERATOR, reader->key);

	if (reader->value->type != jbvNull)
		operator->needed = sg_contract_canonical_type(reader->path, sg_contract_read_text(reader), false);
}

void
sg_contract_read_operators(const SgContractReader *reader)
{
	if (sg_contract_is_array(reader))
		read_all_named(reader, SG_CONTRACT_OPERATOR);
	else
		sg_contract_each_member(reader, read_operator, NULL);
}

/* A cast with how it is made other than written: of these, "implicit" asks for more. */
static void
read_cast(const SgContractReader *reader)
{
	SgContractObject *cast = add_named(reader, SG_CONTRACT_CAST, reader->key);
	ListCell   *cell;

	foreach(cell, sg_contract_read_names(reader))
	{
		const char *context = lfirst(cell);

		if (strcmp(context, "implicit") != 0 && strcmp(context, "assignment") != 0)
			sg_contract_reject(reader->path, "\"%s\" is neither implicit nor assignment", context);
		if (cast->needed == NULL || strcmp(context, "implicit") == 0)
			cast->needed = context;
	}
}

void
sg_contract_read_casts(const SgContractReader *reader)
{
	if (sg_contract_is_array(reader))
		read_all_named(reader, SG_CONTRACT_CAST);
	else
		sg_contract_each_member(reader, read_cast, NULL);
}

void
sg_contract_read_collations(const SgContractReader *reader)
{
	read_all_named(reader, SG_CONTRACT_COLLATION);
}

void
sg_contract_read_configurations(const SgContractReader *reader)
{
	read_all_named(reader, SG_CONTRACT_CONFIGURATION);
}

void
sg_contract_read_dictionaries(const SgContractReader *reader)
{
	read_all_named(reader, SG_CONTRACT_DICTIONARY);
}
