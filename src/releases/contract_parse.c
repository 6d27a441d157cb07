/*
 * releases/contract_parse.c
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

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "format/name_table.h"
#include "releases/contract.h"
#include "releases/contract_canonical.h"
#include "releases/contract_tree.h"

/*
 * Everybody may ask about a contract, so there are limits: the number of objects
 * that it names, the number of ON CONFLICT targets of each, and its size in bytes.
 */
#define MAX_OBJECTS 10000
#define MAX_TARGETS 100
#define MAX_SIZE (16 * 1024 * 1024)

/* a contract that is being read */
typedef struct Reading
{
	SgContract *contract;
	HTAB	   *names;			/* its objects, by kind and identity */
} Reading;

/* a value in it that is to be read */
typedef struct Reader
{
	Reading    *reading;
	const char *path;			/* leads to the value */
	const char *key;			/* of a member of an object */
	JsonbValue *value;
	void	   *into;			/* what the value becomes part of */
} Reader;

typedef void (*ReadFunction) (const Reader *reader);

/* one key that an object may have */
typedef struct KnownKey
{
	const char *name;
	ReadFunction read;
} KnownKey;

/* The path of a member: bare where possible, else as a JSON string. */
static char *
member_path(const char *path, const char *name)
{
	StringInfoData result;

	initStringInfo(&result);
	if (strcmp(path, "$") != 0)
		appendStringInfo(&result, "%s.", path);
	if (name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name))
		appendStringInfoString(&result, name);
	else
		escape_json(&result, name);
	return result.data;
}

static char *
value_text(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}

static bool
is_object(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
}

static bool
is_array(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
}

/* Calls "read" for each member of the object, with "into". */
static void
each_member(const Reader *object, ReadFunction read, void *into)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;

	if (!is_object(object->value))
		sg_contract_reject(object->path, "an object is expected, not %s", JsonbTypeName(object->value));
	iterator = JsonbIteratorInit(object->value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		Reader		member = {.reading = object->reading,.value = &value,.into = into};

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_KEY)
			continue;
		member.key = value_text(&value);
		member.path = member_path(object->path, member.key);
		(void) JsonbIteratorNext(&iterator, &value, true);
		read(&member);
	}
}

/* Calls "read" for each element of the array, with "into". */
static void
each_element(const Reader *array, ReadFunction read, void *into)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	int			index = 0;

	if (!is_array(array->value))
		sg_contract_reject(array->path, "an array is expected, not %s", JsonbTypeName(array->value));
	iterator = JsonbIteratorInit(array->value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		Reader		element = {.reading = array->reading,.value = &value,.into = into};

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		element.path = psprintf("%s[%d]", array->path, index++);
		read(&element);
	}
}

/* Reads a member by a table of known keys. */
static void
read_known(const Reader *member, const KnownKey *known)
{
	StringInfoData names;

	initStringInfo(&names);
	for (const KnownKey *entry = known; entry->name != NULL; entry++)
	{
		if (strcmp(entry->name, member->key) == 0)
		{
			entry->read(member);
			return;
		}
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", entry->name);
	}
	sg_contract_reject(member->path, "the key is unknown; known here: %s", names.data);
}

static char *
read_text(const Reader *reader)
{
	char	   *text;

	if (reader->value->type != jbvString)
		sg_contract_reject(reader->path, "a string is expected, not %s", JsonbTypeName(reader->value));
	text = value_text(reader->value);
	if (text[0] == '\0')
		sg_contract_reject(reader->path, "the string is empty");
	return text;
}

/* names of columns or labels that are being read */
typedef struct NameList
{
	List	   *names;
	HTAB	   *seen;
} NameList;

/* Appends a string to the names, which must not have it already. */
static void
read_name(const Reader *reader)
{
	NameList   *list = reader->into;
	char	   *name = read_text(reader);
	void	  **seen = sg_name_enter(list->seen, name);

	if (*seen != NULL)
		sg_contract_reject(reader->path, "\"%s\" is listed twice", name);
	*seen = name;
	list->names = lappend(list->names, name);
}

/* Reads an array of strings, none of them twice: a List of char *. */
static List *
read_names(const Reader *reader)
{
	NameList	list = {NIL, sg_name_table("schema_guard contract names")};

	each_element(reader, read_name, &list);
	hash_destroy(list.seen);
	return list.names;
}

static void
read_selected_column(const Reader *reader)
{
	SgContractRelation *relation = reader->into;
	SgContractColumn *column = palloc0(sizeof(SgContractColumn));

	if (reader->key[0] == '\0')
		sg_contract_reject(reader->path, "the column's name is empty");
	column->name = reader->key;
	column->type = sg_contract_canonical_type(reader->path, read_text(reader), true);
	relation->select = lappend(relation->select, column);
}

static void
read_select(const Reader *reader)
{
	each_member(reader, read_selected_column, reader->into);
}

static void
read_not_null(const Reader *reader)
{
	((SgContractRelation *) reader->into)->not_null = read_names(reader);
}

static void
read_insert(const Reader *reader)
{
	SgContractRelation *relation = reader->into;

	relation->inserts = true;
	relation->insert = read_names(reader);
}

static void
read_update(const Reader *reader)
{
	((SgContractRelation *) reader->into)->update = read_names(reader);
}

static void
read_conflict_target(const Reader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *columns = read_names(reader);

	if (columns == NIL)
		sg_contract_reject(reader->path, "the list of columns is empty");
	if (list_length(relation->conflict_targets) == MAX_TARGETS)
		sg_contract_reject(reader->path, "there are more than %d", MAX_TARGETS);
	relation->conflict_targets = lappend(relation->conflict_targets, columns);
}

static void
read_conflict_targets(const Reader *reader)
{
	each_element(reader, read_conflict_target, reader->into);
}

static const KnownKey relation_keys[] = {
	{"select", read_select},
	{"not_null", read_not_null},
	{"insert", read_insert},
	{"update", read_update},
	{"conflict_targets", read_conflict_targets},
	{NULL, NULL}
};

static void
read_relation_key(const Reader *reader)
{
	read_known(reader, relation_keys);
}

/* Adds an object to those that the contract names; an error if it is named already. */
static void
add_object(const Reader *reader, SgContractKind kind, const char *identity)
{
	SgContract *contract = reader->reading->contract;
	SgContractObject *object = palloc(sizeof(SgContractObject));
	void	  **known = sg_name_enter(reader->reading->names,
									  psprintf("%s %s", sg_contract_kind_name(kind), identity));

	if (*known != NULL)
		sg_contract_reject(reader->path, "%s is there twice", identity);
	if (list_length(contract->objects) == MAX_OBJECTS)
		sg_contract_reject(reader->path, "the contract names more than %d objects", MAX_OBJECTS);
	object->kind = kind;
	object->identity = identity;
	*known = object;
	contract->objects = lappend(contract->objects, object);
}

static void
read_relation(const Reader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractRelation *relation = palloc0(sizeof(SgContractRelation));

	relation->identity = sg_contract_canonical_name(reader->path, reader->key);
	add_object(reader, SG_CONTRACT_RELATION, relation->identity);
	each_member(reader, read_relation_key, relation);
	contract->relations = lappend(contract->relations, relation);
}

static void
read_function(const Reader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractFunction *function = palloc0(sizeof(SgContractFunction));

	function->identity = sg_contract_canonical_function(reader->path, reader->key);
	add_object(reader, SG_CONTRACT_FUNCTION, function->identity);
	if (reader->value->type != jbvNull)
		function->result = sg_contract_canonical_result(reader->path, read_text(reader));
	contract->functions = lappend(contract->functions, function);
}

static void
read_enum(const Reader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractEnum *type = palloc0(sizeof(SgContractEnum));

	type->identity = sg_contract_canonical_name(reader->path, reader->key);
	add_object(reader, SG_CONTRACT_TYPE, type->identity);
	type->labels = read_names(reader);
	contract->enums = lappend(contract->enums, type);
}

/* what a type is under its name: null, a domain's base type, or "(name type, ...)" */
static void
read_type(const Reader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractType *type = palloc0(sizeof(SgContractType));
	char	   *text;

	type->identity = sg_contract_canonical_name(reader->path, reader->key);
	add_object(reader, SG_CONTRACT_TYPE, type->identity);
	contract->types = lappend(contract->types, type);
	if (reader->value->type == jbvNull)
		return;
	text = read_text(reader);
	if (text[0] == '(')
		type->attributes = sg_contract_canonical_attributes(reader->path, text);
	else
		type->base = sg_contract_canonical_type(reader->path, text, true);
}

static void
read_relations(const Reader *reader)
{
	each_member(reader, read_relation, NULL);
}

static void
read_functions(const Reader *reader)
{
	each_member(reader, read_function, NULL);
}

static void
read_enums(const Reader *reader)
{
	each_member(reader, read_enum, NULL);
}

static void
read_types(const Reader *reader)
{
	each_member(reader, read_type, NULL);
}

/* the ledgers of migration tools are data, which this version does not read */
static void
read_migrations(const Reader *reader)
{
	sg_contract_reject(reader->path, "this version of schema_guard does not check the ledgers of migration tools");
}

static const KnownKey contract_keys[] = {
	{"relations", read_relations},
	{"functions", read_functions},
	{"enums", read_enums},
	{"types", read_types},
	{"migrations", read_migrations},
	{NULL, NULL}
};

static void
read_contract_key(const Reader *reader)
{
	read_known(reader, contract_keys);
}

/*
 * Reads a contract into the current memory context.  Raises
 * ERRCODE_INVALID_PARAMETER_VALUE with the path of what is wrong.  Looks types
 * up under the search_path that is in force: call it with that pinned.
 */
SgContract *
sg_contract_parse(Jsonb *json)
{
	Reading		reading = {palloc0(sizeof(SgContract)), sg_name_table("schema_guard contract")};
	JsonbValue	root;
	Reader		reader = {.reading = &reading,.path = "$",.value = &root};

	if (!JB_ROOT_IS_OBJECT(json))
		sg_contract_reject("$", "an object is expected");
	if (VARSIZE(json) > MAX_SIZE)
		sg_contract_reject("$", "it is longer than %d MB", MAX_SIZE / (1024 * 1024));
	root.type = jbvBinary;
	root.val.binary.data = &json->root;
	root.val.binary.len = VARSIZE(json) - VARHDRSZ;
	each_member(&reader, read_contract_key, NULL);
	if (reading.contract->objects == NIL)
		sg_contract_reject("$", "it names no relation, function, enum or type");
	hash_destroy(reading.names);
	return reading.contract;
}

/* The objects that a contract names: a List of SgContractObject *. */
List *
sg_contract_objects(const SgContract *contract)
{
	return contract->objects;
}
