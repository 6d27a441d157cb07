/*
 * contracts/contract_parse_derived.c
 *		The keys of contracts that are derived from queries.
 *
 * queries/need.c writes them.  They are read as strictly as the others.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_parse_derived.h"

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
	sg_contract_each_element(reader, sg_contract_read_given, &((SgContractPosition *) reader->into)->given);
}

static void
read_position_columns(const SgContractReader *reader)
{
	sg_contract_each_element(reader, sg_contract_read_origin, &((SgContractPosition *) reader->into)->columns);
}

static void
read_position_labels(const SgContractReader *reader)
{
	((SgContractPosition *) reader->into)->labels = sg_contract_read_names(reader);
}

static const SgContractKey position_keys[] = {
	{"column", read_position_column},
	{"given", read_position_given},
	{"columns", read_position_columns},
	{"labels", read_position_labels},
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
	sg_contract_require_as_many(reader, position->columns, list_length(position->given));
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
	sg_contract_each_element(reader, sg_contract_read_given, &given);
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
