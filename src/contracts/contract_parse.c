/*
 * contracts/contract_parse.c
 *		Reads a contract: jsonb in, a checked and canonical tree out.
 *
 * Strict: a contract that says something which this version does not know would
 * be half a contract, so every unknown key is an error.  Errors carry the path of
 * the value at fault, in the notation of jq: relations."public.orders".select.id
 *
 * Names and types are made canonical here, once, so that the rules compare
 * plain strings: names by splitting them as SQL does, types by looking them up
 * in this database.  A type that does not exist yet (a release may be registered
 * before its migration) stays as written.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "contracts/contract.h"
#include "contracts/contract_canonical.h"
#include "contracts/contract_parse_derived.h"
#include "contracts/contract_read.h"
#include "contracts/migrations_parse.h"
#include "format/name_table.h"

/*
 * Everybody may ask about a contract, so there are limits, besides that of the
 * objects that it names: the number of ON CONFLICT targets of each, and its size in bytes.
 */
#define MAX_TARGETS 100
#define MAX_SIZE (16 * 1024 * 1024)

static void
read_selected_column(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	SgContractColumn *column = palloc0(sizeof(SgContractColumn));

	if (reader->key[0] == '\0')
		sg_contract_reject(reader->path, "the column's name is empty");
	column->name = reader->key;
	column->type = sg_contract_canonical_type(reader->path, sg_contract_read_text(reader), true);
	relation->select = lappend(relation->select, column);
}

static void
read_select(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_selected_column, reader->into);
}

static void
read_not_null(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->not_null = sg_contract_read_names(reader);
}

static void
read_insert(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;

	relation->inserts = true;
	relation->insert = sg_contract_read_names(reader);
}

static void
read_may_insert(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->may_insert = sg_contract_read_names(reader);
}

static void
read_overridden(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->overridden = sg_contract_read_names(reader);
}

static void
read_update(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->update = sg_contract_read_names(reader);
}

static void
read_update_default(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->update_default = sg_contract_read_names(reader);
}

static void
read_conflict_target(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *columns = sg_contract_read_names(reader);

	if (columns == NIL)
		sg_contract_reject(reader->path, "the list of columns is empty");
	sg_contract_limit(reader, relation->conflict_targets, MAX_TARGETS);
	relation->conflict_targets = lappend(relation->conflict_targets, columns);
}

static void
read_conflict_targets(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_conflict_target, reader->into);
}

static const SgContractKey relation_keys[] = {
	{"select", read_select},
	{"not_null", read_not_null},
	{"insert", read_insert},
	{"may_insert", read_may_insert},
	{"overridden", read_overridden},
	{"update", read_update},
	{"update_default", read_update_default},
	{"conflict_targets", read_conflict_targets},
	{"conflict_constraints", sg_contract_read_conflict_constraints},
	{"conflict_updates", sg_contract_read_conflict_updates},
	{"conflict_keys", sg_contract_read_conflict_keys},
	{"grouped_by", sg_contract_read_grouped_by},
	{"uses", sg_contract_read_uses},
	{"star", sg_contract_read_star},
	{"row", sg_contract_read_row},
	{"row_used", sg_contract_read_row_used},
	{"copied", sg_contract_read_copied},
	{"first", sg_contract_read_first},
	{"unnamed", sg_contract_read_unnamed},
	{"positional", sg_contract_read_positional},
	{"commands", sg_contract_read_commands},
	{"truncated", sg_contract_read_truncated},
	{"checks", sg_contract_read_checks},
	{"triggers", sg_contract_read_triggers},
	{"not_in", sg_contract_read_not_in},
	{NULL, NULL}
};

static void
read_relation_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, relation_keys);
}

static void
read_relation(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractRelation *relation = palloc0(sizeof(SgContractRelation));

	relation->identity = sg_contract_canonical_name(reader->path, reader->key);
	(void) sg_contract_read_object(reader, SG_CONTRACT_RELATION, relation->identity);
	sg_contract_each_member(reader, read_relation_key, relation);
	contract->relations = lappend(contract->relations, relation);
}

static void
read_function(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractFunction *function = palloc0(sizeof(SgContractFunction));

	function->identity = sg_contract_canonical_function(reader->path, reader->key);
	(void) sg_contract_read_object(reader, SG_CONTRACT_FUNCTION, function->identity);
	if (reader->value->type == jbvBinary)
		sg_contract_read_call(reader, function);
	else if (reader->value->type != jbvNull)
		function->result = sg_contract_canonical_result(reader->path, sg_contract_read_text(reader));
	contract->functions = lappend(contract->functions, function);
}

static void
read_enum(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractEnum *type = palloc0(sizeof(SgContractEnum));

	type->identity = sg_contract_canonical_name(reader->path, reader->key);
	(void) sg_contract_read_object(reader, SG_CONTRACT_TYPE, type->identity);
	type->labels = sg_contract_read_names(reader);
	contract->enums = lappend(contract->enums, type);
}

/* what a type is under its name: null, a domain's base type, or "(name type, ...)" */
static void
read_type(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractType *type = palloc0(sizeof(SgContractType));
	char	   *text;

	type->identity = sg_contract_canonical_name(reader->path, reader->key);
	contract->types = lappend(contract->types, type);
	if (reader->value->type == jbvBinary)
	{
		sg_contract_read_type_uses(reader, type);
		return;
	}
	(void) sg_contract_read_object(reader, SG_CONTRACT_TYPE, type->identity);
	if (reader->value->type == jbvNull)
		return;
	text = sg_contract_read_text(reader);
	if (text[0] == '(')
		type->attributes = sg_contract_canonical_attributes(reader->path, text);
	else
		type->base = sg_contract_canonical_type(reader->path, text, true);
}

static void
read_relations(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_relation, NULL);
}

static void
read_functions(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_function, NULL);
}

static void
read_enums(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_enum, NULL);
}

static void
read_types(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_type, NULL);
}

/* the role that the release connects as */
static void
read_role(const SgContractReader *reader)
{
	char	   *role = sg_contract_read_text(reader);

	if (strlen(role) >= NAMEDATALEN)
		sg_contract_reject(reader->path, "the name of a role is too long");
	reader->reading->contract->role = role;
}

/* how the contract came about, as recorded() tells it, says nothing of what is needed */
static void
read_recorded(const SgContractReader *reader)
{
	if (reader->value->type != jbvBinary)
		sg_contract_reject(reader->path, "an object is expected");
}

static const SgContractKey contract_keys[] = {
	{"relations", read_relations},
	{"functions", read_functions},
	{"enums", read_enums},
	{"types", read_types},
	{"operators", sg_contract_read_operators},
	{"sequences", sg_contract_read_sequences},
	{"sequence_calls", sg_contract_read_sequence_calls},
	{"casts", sg_contract_read_casts},
	{"collations", sg_contract_read_collations},
	{"text_search_configurations", sg_contract_read_configurations},
	{"text_search_dictionaries", sg_contract_read_dictionaries},
	{"bare", sg_contract_read_bare},
	{"natural", sg_contract_read_natural},
	{"not_in", sg_contract_read_hidden},
	{"role", read_role},
	{"migrations", sg_migrations_read},
	{"recorded", read_recorded},
	{NULL, NULL}
};

static void
read_contract_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, contract_keys);
}

/*
 * Reads a contract, which may need nothing, into the current memory context.
 * Raises ERRCODE_INVALID_PARAMETER_VALUE with the path of what is wrong.  Looks
 * types up under the search_path that is in force: call it with that pinned.
 */
SgContract *
sg_contract_parse(Jsonb *json)
{
	SgContractReading		reading = {palloc0(sizeof(SgContract)), sg_name_table("schema_guard contract")};
	JsonbValue	root;
	SgContractReader		reader = {.reading = &reading,.path = "$",.value = &root};

	if (!JB_ROOT_IS_OBJECT(json))
		sg_contract_reject("$", "an object is expected");
	if (VARSIZE(json) > MAX_SIZE)
		sg_contract_reject("$", "it is longer than %d MB", MAX_SIZE / (1024 * 1024));
	root.type = jbvBinary;
	root.val.binary.data = &json->root;
	root.val.binary.len = VARSIZE(json) - VARHDRSZ;
	sg_contract_each_member(&reader, read_contract_key, NULL);
	hash_destroy(reading.names);
	return reading.contract;
}

/* The objects that a contract names: a List of SgContractObject *. */
List *
sg_contract_objects(const SgContract *contract)
{
	return contract->objects;
}

/* The migrations that it declares: a List of SgMigrationList *. */
List *
sg_contract_migrations(const SgContract *contract)
{
	return contract->migrations;
}
