/*
 * releases/contract_parse.c
 *		Reads a contract: jsonb in, a checked and canonical tree out.
 *
 * Strict: a contract that says something this version does not know would be
 * half a contract, so every unknown key is an error.  Errors carry the path of
 * the value at fault, in the notation of jq: relations."public.orders".select.id
 *
 * Names and types are made canonical here, once, so that the rules compare
 * plain strings: names by splitting them as SQL does, types by looking them up
 * in this database.  A type that is not there yet (a release may be registered
 * before its migration) stays as written.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/json.h"

#include "format/name_table.h"
#include "releases/contract.h"
#include "releases/contract_canonical.h"
#include "releases/contract_tree.h"

/*
 * Anybody may ask about a contract, so there are limits: the objects that one
 * names, the targets of ON CONFLICT of each, and the whole in bytes.
 */
#define MAX_OBJECTS 10000
#define MAX_TARGETS 100
#define MAX_SIZE (16 * 1024 * 1024)

/* reads the value of one key into "into"; "path" leads to it */
typedef void (*ValueReader) (const char *path, JsonbValue *value, void *into);

/* one key that an object may have */
typedef struct KnownKey
{
	const char *name;
	ValueReader read;
} KnownKey;

/* The path of a member: bare where it can be, else as a JSON string. */
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

/* Calls "read" for each member of an object, with its path and its key. */
static void
each_member(const char *path, JsonbValue *object,
			void (*read) (const char *path, const char *key, JsonbValue *value, void *into),
			void *into)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;

	if (!is_object(object))
		sg_contract_reject(path, "an object is expected, not %s", JsonbTypeName(object));
	iterator = JsonbIteratorInit(object->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		char	   *key;

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_KEY)
			continue;
		key = value_text(&value);
		(void) JsonbIteratorNext(&iterator, &value, true);
		read(member_path(path, key), key, &value, into);
	}
}

/* Calls "read" for each element of an array. */
static void
each_element(const char *path, JsonbValue *array, ValueReader read, void *into)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	int			index = 0;

	if (!is_array(array))
		sg_contract_reject(path, "an array is expected, not %s", JsonbTypeName(array));
	iterator = JsonbIteratorInit(array->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_ELEM)
			read(psprintf("%s[%d]", path, index++), &value, into);
	}
}

static char *
read_text(const char *path, JsonbValue *value)
{
	char	   *text;

	if (value->type != jbvString)
		sg_contract_reject(path, "a string is expected, not %s", JsonbTypeName(value));
	text = value_text(value);
	if (text[0] == '\0')
		sg_contract_reject(path, "the string is empty");
	return text;
}

/* names of columns or labels that are being read */
typedef struct NameReader
{
	List	   *names;
	HTAB	   *seen;
} NameReader;

/* Appends a string to the names, which must not hold it already. */
static void
read_name(const char *path, JsonbValue *value, void *into)
{
	NameReader *reader = into;
	char	   *name = read_text(path, value);
	void	  **seen = sg_name_enter(reader->seen, name);

	if (*seen != NULL)
		sg_contract_reject(path, "\"%s\" is listed twice", name);
	*seen = name;
	reader->names = lappend(reader->names, name);
}

/* An array of strings, none of them twice: a List of char *. */
static List *
read_names(const char *path, JsonbValue *value)
{
	NameReader	reader = {NIL, sg_name_table("schema_guard contract names")};

	each_element(path, value, read_name, &reader);
	hash_destroy(reader.seen);
	return reader.names;
}

/* Reads the members of an object by a table of known keys; "into" goes to each reader. */
static void
read_known(const KnownKey *known, const char *path, const char *key, JsonbValue *value, void *into)
{
	StringInfoData names;

	initStringInfo(&names);
	for (const KnownKey *entry = known; entry->name != NULL; entry++)
	{
		if (strcmp(entry->name, key) == 0)
		{
			entry->read(path, value, into);
			return;
		}
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", entry->name);
	}
	sg_contract_reject(path, "the key is unknown; known here: %s", names.data);
}

static void
read_selected_column(const char *path, const char *key, JsonbValue *value, void *into)
{
	SgContractRelation *relation = into;
	SgContractColumn *column = palloc0(sizeof(SgContractColumn));

	if (key[0] == '\0')
		sg_contract_reject(path, "the column's name is empty");
	column->name = key;
	column->type = sg_contract_canonical_type(path, read_text(path, value), true);
	relation->select = lappend(relation->select, column);
}

static void
read_select(const char *path, JsonbValue *value, void *into)
{
	each_member(path, value, read_selected_column, into);
}

static void
read_not_null(const char *path, JsonbValue *value, void *into)
{
	((SgContractRelation *) into)->not_null = read_names(path, value);
}

static void
read_insert(const char *path, JsonbValue *value, void *into)
{
	SgContractRelation *relation = into;

	relation->inserts = true;
	relation->insert = read_names(path, value);
}

static void
read_update(const char *path, JsonbValue *value, void *into)
{
	((SgContractRelation *) into)->update = read_names(path, value);
}

static void
read_conflict_target(const char *path, JsonbValue *value, void *into)
{
	List	  **targets = into;
	List	   *columns = read_names(path, value);

	if (columns == NIL)
		sg_contract_reject(path, "the list of columns is empty");
	if (list_length(*targets) == MAX_TARGETS)
		sg_contract_reject(path, "there are more than %d", MAX_TARGETS);
	*targets = lappend(*targets, columns);
}

static void
read_conflict_targets(const char *path, JsonbValue *value, void *into)
{
	each_element(path, value, read_conflict_target, &((SgContractRelation *) into)->conflict_targets);
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
read_relation_key(const char *path, const char *key, JsonbValue *value, void *into)
{
	read_known(relation_keys, path, key, value, into);
}

/* what an identity is of, told by the function that reads it */
typedef struct Identity
{
	void		(*kind) (const char *path, const char *key, JsonbValue *value, void *into);
	const char *name;
} Identity;

static uint32
hash_identity(const void *key, Size keysize)
{
	const char *name = ((const Identity *) key)->name;

	return DatumGetUInt32(hash_any((const unsigned char *) name, (int) strlen(name)));
}

static int
compare_identities(const void *a, const void *b, Size keysize)
{
	const Identity *left = a;
	const Identity *right = b;

	return left->kind == right->kind ? strcmp(left->name, right->name) : 1;
}

/* Raises an error if the contract has had the identity already. */
static void
check_first(const char *path, SgContract *contract,
			void (*kind) (const char *path, const char *key, JsonbValue *value, void *into),
			const char *name)
{
	Identity	identity = {kind, name};
	bool		found;

	if (contract->identities == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = ctl.entrysize = sizeof(Identity);
		ctl.hash = hash_identity;
		ctl.match = compare_identities;
		ctl.hcxt = CurrentMemoryContext;
		contract->identities = hash_create("schema_guard contract", 64, &ctl,
										   HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	}
	if (hash_get_num_entries(contract->identities) == MAX_OBJECTS)
		sg_contract_reject(path, "the contract names more than %d objects", MAX_OBJECTS);
	(void) hash_search(contract->identities, &identity, HASH_ENTER, &found);
	if (found)
		sg_contract_reject(path, "%s is there twice", name);
}

static void
read_relation(const char *path, const char *key, JsonbValue *value, void *into)
{
	SgContract *contract = into;
	SgContractRelation *relation = palloc0(sizeof(SgContractRelation));

	relation->identity = sg_contract_canonical_name(path, key);
	check_first(path, contract, read_relation, relation->identity);
	each_member(path, value, read_relation_key, relation);
	contract->relations = lappend(contract->relations, relation);
}

static void
read_function(const char *path, const char *key, JsonbValue *value, void *into)
{
	SgContract *contract = into;
	SgContractFunction *function = palloc0(sizeof(SgContractFunction));

	function->identity = sg_contract_canonical_function(path, key);
	check_first(path, contract, read_function, function->identity);
	if (value->type != jbvNull)
		function->result = sg_contract_canonical_result(path, read_text(path, value));
	contract->functions = lappend(contract->functions, function);
}

static void
read_enum(const char *path, const char *key, JsonbValue *value, void *into)
{
	SgContract *contract = into;
	SgContractEnum *type = palloc0(sizeof(SgContractEnum));

	type->identity = sg_contract_canonical_name(path, key);
	check_first(path, contract, read_enum, type->identity);
	type->labels = read_names(path, value);
	contract->enums = lappend(contract->enums, type);
}

static void
read_relations(const char *path, JsonbValue *value, void *into)
{
	each_member(path, value, read_relation, into);
}

static void
read_functions(const char *path, JsonbValue *value, void *into)
{
	each_member(path, value, read_function, into);
}

static void
read_enums(const char *path, JsonbValue *value, void *into)
{
	each_member(path, value, read_enum, into);
}

/* the ledgers of migration tools are data, which this version does not read */
static void
read_migrations(const char *path, JsonbValue *value, void *into)
{
	sg_contract_reject(path, "this version of schema_guard does not check the ledgers of migration tools");
}

static const KnownKey contract_keys[] = {
	{"relations", read_relations},
	{"functions", read_functions},
	{"enums", read_enums},
	{"migrations", read_migrations},
	{NULL, NULL}
};

static void
read_contract_key(const char *path, const char *key, JsonbValue *value, void *into)
{
	read_known(contract_keys, path, key, value, into);
}

/*
 * Reads a contract into the current memory context.  Raises
 * ERRCODE_INVALID_PARAMETER_VALUE with the path of what is wrong.  Looks types
 * up under the search_path that is in force: call it with that pinned.
 */
SgContract *
sg_contract_parse(Jsonb *json)
{
	SgContract *contract = palloc0(sizeof(SgContract));
	JsonbValue	root;

	if (!JB_ROOT_IS_OBJECT(json))
		sg_contract_reject("$", "an object is expected");
	if (VARSIZE(json) > MAX_SIZE)
		sg_contract_reject("$", "it is longer than %d MB", MAX_SIZE / (1024 * 1024));
	root.type = jbvBinary;
	root.val.binary.data = &json->root;
	root.val.binary.len = VARSIZE(json) - VARHDRSZ;
	each_member("$", &root, read_contract_key, contract);
	if (contract->relations == NIL && contract->functions == NIL && contract->enums == NIL)
		sg_contract_reject("$", "it names no relation, function or enum");
	if (contract->identities != NULL)
		hash_destroy(contract->identities);
	contract->identities = NULL;
	return contract;
}
