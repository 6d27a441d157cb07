/*
 * contracts/contract_need.c
 *		A contract as a list of single needs.
 *
 * One function for each part of a contract.  Names and types are canonical
 * already (contract_parse.c), and what has no order is sorted, so that needs
 * which are written in two ways are the same here.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_need.h"
#include "contracts/contract_rules.h"
#include "format/item.h"

/* what the needs of one object are added to */
typedef struct NeedList
{
	List	   *needs;			/* of SgNeed * */
	const char *object;
} NeedList;

static SgNeed *
add(NeedList *list, const char *key, const char *attribute, const char *value)
{
	SgNeed	   *need = palloc0(sizeof(SgNeed));

	CHECK_FOR_INTERRUPTS();
	need->object = list->object;
	need->key = key;
	need->attribute = attribute;
	need->value = value;
	list->needs = lappend(list->needs, need);
	return need;
}

static void
begin_object(NeedList *list, const char *kind, const char *identity)
{
	list->object = psprintf("%s %s", kind, identity);
}

/* The names without an order, as (a, "B c"). */
static char *
sorted_text(const List *names)
{
	List	   *sorted = list_copy(names);

	list_sort(sorted, sg_contract_compare_names);
	return sg_contract_name_list(sorted);
}

/* The identities without an order, as a, b. */
static char *
sorted_identities(const List *identities)
{
	List	   *sorted = list_copy(identities);
	StringInfoData buf;
	ListCell   *cell;

	list_sort(sorted, sg_contract_compare_names);
	initStringInfo(&buf);
	foreach(cell, sorted)
		appendStringInfo(&buf, "%s%s", buf.len == 0 ? "" : ", ", (char *) lfirst(cell));
	return buf.data;
}

/* A need for each of the names. */
static void
add_names(NeedList *list, const char *key, const char *word, const List *names)
{
	ListCell   *cell;

	foreach(cell, names)
		(void) add(list, key, word == NULL ? lfirst(cell) : sg_item_attribute(word, lfirst(cell)), NULL);
}

static void
add_columns(NeedList *list, const char *key, const char *word, const List *columns)
{
	ListCell   *cell;

	foreach(cell, columns)
	{
		const SgContractColumn *column = lfirst(cell);

		(void) add(list, key, sg_item_attribute(word, column->name), column->type);
	}
}

/* A list of columns whose order counts. */
static void
add_row(NeedList *list, const char *key, const List *names)
{
	if (names != NIL)
		(void) add(list, key, NULL, sg_contract_name_list(names));
}

static bool
has_uses(const List *uses, const char *column)
{
	ListCell   *cell;

	foreach(cell, uses)
	{
		if (strcmp(((const SgContractUses *) lfirst(cell))->column, column) == 0)
			return true;
	}
	return false;
}

/* A column whose uses are told may have any type that gets along with these. */
static void
add_read(NeedList *list, const char *key, const List *columns, const List *uses)
{
	ListCell   *cell;

	foreach(cell, columns)
	{
		const SgContractColumn *column = lfirst(cell);

		(void) add(list, key, sg_item_attribute("column", column->name),
				   has_uses(uses, column->name) ?
				   psprintf("%s, or what its uses take", column->type) : column->type);
	}
}

static void
add_uses(NeedList *list, const List *all)
{
	ListCell   *cell;

	foreach(cell, all)
	{
		const SgContractUses *uses = lfirst(cell);
		const char *attribute = sg_item_attribute("column", uses->column);
		ListCell   *lc;

		foreach(lc, uses->uses)
			add(list, "uses", attribute, sg_contract_use_text(lfirst(lc)))->is_one_of_many = true;
		if (uses->uses == NIL)
			(void) add(list, "uses", attribute, NULL);
	}
}

/* (id: bigint, note: text): what an INSERT without a list of columns gives each of them */
static char *
positions_text(const List *positions)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, positions)
	{
		const SgContractPosition *position = lfirst(cell);
		ListCell   *lc;

		appendStringInfo(&buf, "%s%s:", buf.len == 0 ? "(" : ", ",
						 sg_item_attribute("", position->column) + 1);
		foreach(lc, position->given)
			appendStringInfo(&buf, "%s %s", lc == list_head(position->given) ? "" : " or", (char *) lfirst(lc));
	}
	appendStringInfoString(&buf, buf.len == 0 ? "()" : ")");
	return buf.data;
}

static void
add_writes(NeedList *list, const SgContractRelation *relation)
{
	ListCell   *cell;

	if (relation->inserts)
		(void) add(list, "insert", NULL, NULL);
	add_names(list, "insert", "column", relation->insert);
	add_names(list, "may_insert", "column", relation->may_insert);
	add_names(list, "overridden", "column", relation->overridden);
	add_names(list, "update", "column", relation->update);
	add_names(list, "update_default", "column", relation->update_default);
	foreach(cell, relation->conflict_targets)
		add(list, "conflict_targets", NULL, sorted_text(lfirst(cell)))->is_one_of_many = true;
	add_names(list, "conflict_constraints", "constraint", relation->conflict_constraints);
	add_names(list, "conflict_updates", "constraint", relation->conflict_updates);
	foreach(cell, relation->conflict_keys)
		add(list, "conflict_keys", NULL, sorted_identities(lfirst(cell)))->is_one_of_many = true;
	if (relation->grouped_by != NIL)
		(void) add(list, "grouped_by", NULL, sorted_text(relation->grouped_by));
	foreach(cell, relation->positional)
		add(list, "positional", NULL, positions_text(lfirst(cell)))->is_one_of_many = true;
	add_names(list, "commands", NULL, relation->commands);
	foreach(cell, relation->truncated)
		add(list, "truncated", NULL, sorted_identities(lfirst(cell)))->is_one_of_many = true;
	add_names(list, "checks", "constraint", relation->checks);
	add_names(list, "triggers", "trigger", relation->triggers);
}

static void
add_relation(NeedList *list, const SgContractRelation *relation)
{
	begin_object(list, sg_contract_kind_name(SG_CONTRACT_RELATION), relation->identity);
	(void) add(list, "relations", NULL, NULL);
	add_read(list, "select", relation->select, relation->uses);
	add_names(list, "not_null", "column", relation->not_null);
	add_uses(list, relation->uses);
	add_writes(list, relation);
	add_row(list, "star", relation->star);
	add_row(list, "row", relation->row);
	add_row(list, "row_used", relation->row_used);
	add_row(list, "copied", relation->copied);
	add_row(list, "first", relation->first);
	add_names(list, "unnamed", "column", relation->unnamed);
	add_names(list, "not_in", NULL, relation->not_in);
}

/* Functions that compete for a call, in order. */
static char *
path_text(const List *names)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, names)
		appendStringInfo(&buf, "%s%s", buf.len == 0 ? "" : ", ", (char *) lfirst(cell));
	return buf.data;
}

static void
add_function(NeedList *list, const SgContractFunction *function)
{
	ListCell   *cell;

	begin_object(list, sg_contract_kind_name(SG_CONTRACT_FUNCTION), function->identity);
	(void) add(list, "functions", NULL, function->used == NIL || function->result == NULL ? function->result :
			   psprintf("%s, or what its uses take", function->result));
	foreach(cell, function->used)
		add(list, "used", NULL, sg_contract_use_text(lfirst(cell)))->is_one_of_many = true;
	if (function->calls != NULL)
		(void) add(list, "calls", NULL, function->calls);
	if (function->kind != NULL)
		(void) add(list, "kind", NULL, function->kind);
	if (function->record)
		(void) add(list, "record", NULL, NULL);
	if (function->rows != NULL)
		(void) add(list, "rows", NULL, function->rows);
	add_read(list, "columns", function->columns, function->uses);
	add_uses(list, function->uses);
	add_row(list, "star", function->star);
	add_row(list, "first", function->first);
	add_row(list, "row_used", function->row_used);
	add_names(list, "bare", "column", function->bare);
	add_names(list, "aliases", "column", function->aliases);
	foreach(cell, function->paths)
		add(list, "paths", NULL, path_text(lfirst(cell)))->is_one_of_many = true;
}

/* (street text, zip text): all attributes of a composite type */
static char *
attributes_text(const List *attributes)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, attributes)
	{
		const SgContractColumn *attribute = lfirst(cell);

		appendStringInfo(&buf, "%s%s %s", buf.len == 0 ? "(" : ", ",
						 sg_item_attribute("", attribute->name) + 1, attribute->type);
	}
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

static void
add_type(NeedList *list, const SgContractType *type)
{
	ListCell   *cell;

	begin_object(list, sg_contract_kind_name(SG_CONTRACT_TYPE), type->identity);
	(void) add(list, "types", NULL, type->attributes != NIL ? attributes_text(type->attributes) : type->base);
	add_columns(list, "attributes", "attribute", type->used);
	add_row(list, "row", type->row);
	foreach(cell, type->given)
		add(list, "given", NULL, sg_contract_types_text(lfirst(cell)))->is_one_of_many = true;
}

static void
add_enum(NeedList *list, const SgContractEnum *type)
{
	begin_object(list, sg_contract_kind_name(SG_CONTRACT_TYPE), type->identity);
	(void) add(list, "enums", NULL, NULL);
	add_names(list, "enums", "label", type->labels);
}

/* What need but be there, by name. */
static void
add_named(NeedList *list, const SgContract *contract)
{
	static const char *const keys[] = {
		[SG_CONTRACT_OPERATOR] = "operators",
		[SG_CONTRACT_COLLATION] = "collations",
		[SG_CONTRACT_CONFIGURATION] = "text_search_configurations",
		[SG_CONTRACT_DICTIONARY] = "text_search_dictionaries",
		[SG_CONTRACT_CAST] = "casts"
	};
	ListCell   *cell;

	foreach(cell, contract->named)
	{
		const SgContractObject *object = lfirst(cell);

		begin_object(list, sg_contract_kind_name(object->kind), object->identity);
		(void) add(list, keys[object->kind], NULL, object->needed);
	}
	foreach(cell, contract->sequences)
	{
		begin_object(list, "sequence", lfirst(cell));
		(void) add(list, "sequences", NULL, NULL);
	}
	foreach(cell, contract->sequence_calls)
	{
		const SgContractSequence *sequence = lfirst(cell);

		begin_object(list, sg_contract_kind_name(SG_CONTRACT_RELATION), sequence->identity);
		add_names(list, "sequence_calls", NULL, sequence->calls);
	}
}

/* What the scope of names is not to have. */
static void
add_scope(NeedList *list, const SgContract *contract)
{
	ListCell   *cell;

	foreach(cell, contract->bare)
	{
		const SgContractBareName *bare = lfirst(cell);
		ListCell   *lc;

		foreach(lc, bare->relations)
		{
			begin_object(list, sg_contract_kind_name(SG_CONTRACT_RELATION), lfirst(lc));
			(void) add(list, "bare", sg_item_attribute("column", bare->column), NULL);
		}
	}
	foreach(cell, contract->hidden)
	{
		const SgContractHidden *hidden = lfirst(cell);

		begin_object(list, sg_contract_kind_name(hidden->kind), hidden->identity);
		(void) add(list, "not_in", hidden->other, NULL);
	}
	foreach(cell, contract->natural)
	{
		const SgContractNatural *join = lfirst(cell);

		begin_object(list, sg_contract_kind_name(SG_CONTRACT_RELATION),
					 join->left == NIL ? "" : linitial(join->left));
		(void) add(list, "natural", psprintf("%s NATURAL JOIN %s", sorted_identities(join->left),
											 sorted_identities(join->right)),
				   sorted_text(join->columns));
	}
}

/* Everything that the contract says, a List of SgNeed * in the current memory context. */
List *
sg_contract_need_list(const SgContract *contract)
{
	NeedList	list = {NIL};
	ListCell   *cell;

	foreach(cell, contract->relations)
		add_relation(&list, lfirst(cell));
	foreach(cell, contract->functions)
		add_function(&list, lfirst(cell));
	foreach(cell, contract->enums)
		add_enum(&list, lfirst(cell));
	foreach(cell, contract->types)
		add_type(&list, lfirst(cell));
	add_named(&list, contract);
	if (contract->role != NULL)
	{
		begin_object(&list, "role", sg_item_attribute("", contract->role) + 1);
		(void) add(&list, "role", NULL, NULL);
	}
	add_scope(&list, contract);
	return list.needs;
}

static int
compare_texts(const char *left, const char *right)
{
	if (left == NULL || right == NULL)
		return (left != NULL) - (right != NULL);
	return strcmp(left, right);
}

/* Tells needs apart and puts them in order: by object, key and attribute. */
int
sg_contract_need_compare(const SgNeed *left, const SgNeed *right)
{
	int			order = strcmp(left->object, right->object);

	if (order == 0)
		order = strcmp(left->key, right->key);
	if (order == 0)
		order = compare_texts(left->attribute, right->attribute);
	if (order == 0 && (left->is_one_of_many || right->is_one_of_many))
		order = compare_texts(left->value, right->value);
	return order;
}
