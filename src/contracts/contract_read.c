/*
 * contracts/contract_read.c
 *		Reading the JSON of a contract, with errors that say where they are.
 *
 * A path leads to each value, in the notation of jq: relations."public.orders".select.id
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_read.h"
#include "format/name_table.h"
#include "support/text.h"

/* everybody may ask about a contract, so there is a limit */
#define MAX_OBJECTS 10000

/* The path of a member: bare where possible, else as a JSON string. */
static char *
member_path(const char *path, const char *name)
{
	const char *before = strcmp(path, "$") == 0 ? "" : path;
	const char *dot = before[0] == '\0' ? "" : ".";
	StringInfoData quoted;

	/* a contract may have thousands of members, and a StringInfo takes a kilobyte */
	if (name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name))
		return psprintf("%s%s%s", before, dot, name);
	initStringInfo(&quoted);
	appendStringInfo(&quoted, "%s%s", before, dot);
	escape_json(&quoted, name);
	return quoted.data;
}

static char *
value_text(const JsonbValue *value)
{
	return sg_text_unescape(pnstrdup(value->val.string.val, value->val.string.len), SG_TEXT_PLAIN);
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

/* Returns true if the value is an array. */
bool
sg_contract_is_array(const SgContractReader *reader)
{
	return is_array(reader->value);
}

/* Calls "read" for each member of the object, with "into". */
void
sg_contract_each_member(const SgContractReader *object, SgContractRead read, void *into)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;

	if (!is_object(object->value))
		sg_contract_reject(object->path, "an object is expected, not %s", JsonbTypeName(object->value));
	iterator = JsonbIteratorInit(object->value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		SgContractReader		member = {.reading = object->reading,.value = &value,.into = into};

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
void
sg_contract_each_element(const SgContractReader *array, SgContractRead read, void *into)
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
		SgContractReader		element = {.reading = array->reading,.value = &value,.into = into};

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		element.path = psprintf("%s[%d]", array->path, index++);
		read(&element);
	}
}

static const char *
names_of_keys(const SgContractKey *known)
{
	StringInfoData names;

	initStringInfo(&names);
	for (const SgContractKey *entry = known; entry->name != NULL; entry++)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", entry->name);
	return names.data;
}

/* Reads a member by a table of known keys. */
void
sg_contract_read_known(const SgContractReader *member, const SgContractKey *known)
{
	for (const SgContractKey *entry = known; entry->name != NULL; entry++)
	{
		if (strcmp(entry->name, member->key) == 0)
		{
			entry->read(member);
			return;
		}
	}
	sg_contract_reject(member->path, "the key is unknown; known here: %s", names_of_keys(known));
}

char *
sg_contract_read_text(const SgContractReader *reader)
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
read_name(const SgContractReader *reader)
{
	NameList   *list = reader->into;
	char	   *name = sg_contract_read_text(reader);
	void	  **seen = sg_name_enter(list->seen, name);

	if (*seen != NULL)
		sg_contract_reject(reader->path, "\"%s\" is listed twice", name);
	*seen = name;
	list->names = lappend(list->names, name);
}

/* An error if "list", one of those that are looked at for each column, has no room for another element. */
void
sg_contract_limit(const SgContractReader *reader, const List *list, int most)
{
	if (list_length(list) == most)
		sg_contract_reject(reader->path, "there are more than %d", most);
}

/* Reads an array of strings, none of them twice: a List of char *. */
List *
sg_contract_read_names(const SgContractReader *reader)
{
	NameList	list = {NIL, sg_name_table("schema_guard contract names")};

	sg_contract_each_element(reader, read_name, &list);
	hash_destroy(list.seen);
	return list.names;
}

/* The object in the contract's list, which has it from now on. */
static SgContractObject *
enter_object(const SgContractReader *reader, SgContractKind kind, const char *identity)
{
	SgContract *contract = reader->reading->contract;
	SgContractObject *object;
	void	  **known = sg_name_enter(reader->reading->names,
									  psprintf("%s %s", sg_contract_kind_name(kind), identity));

	if (*known != NULL)
		return *known;
	if (list_length(contract->objects) == MAX_OBJECTS)
		sg_contract_reject(reader->path, "the contract names more than %d objects", MAX_OBJECTS);
	object = palloc0(sizeof(SgContractObject));
	object->kind = kind;
	object->identity = identity;
	*known = object;
	contract->objects = lappend(contract->objects, object);
	return object;
}

/* Adds an object to those that the contract names; an error if it is defined already. */
SgContractObject *
sg_contract_read_object(const SgContractReader *reader, SgContractKind kind, const char *identity)
{
	SgContractObject *object = enter_object(reader, kind, identity);

	if (object->defined)
		sg_contract_reject(reader->path, "%s is there twice", identity);
	object->defined = true;
	return object;
}

/* Adds an object that the contract may well define elsewhere. */
SgContractObject *
sg_contract_read_mention(const SgContractReader *reader, SgContractKind kind, const char *identity)
{
	return enter_object(reader, kind, identity);
}
