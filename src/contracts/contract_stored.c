/*
 * contracts/contract_stored.c
 *		A stored schema as the source of a contract's objects.
 *
 * Objects may be added and removed, so that the states of a path can be checked
 * one after the other at the cost of what differs between them.
 *
 * A schema names its extensions, but not their members.  Those are taken from the
 * extension of the same name in this database.
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "commands/extension.h"

#include "contracts/contract_source.h"
#include "contracts/contract_stored.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/sql.h"
#include "format/token.h"

struct SgContractStored
{
	HTAB	   *objects;		/* by kind and identity: SgObject * */
	HTAB	   *children;		/* by the identity of a parent: List * of them */
	HTAB	   *partitions;		/* likewise */
	HTAB	   *overloads;		/* by a function's name: List * of them */
	HTAB	   *referring;		/* by the identity of a table: List * of those with a foreign key to it */
	List	   *publications;
	HTAB	   *extensions;		/* by identity: SgObject * */
};

static char *
object_key(SgContractKind kind, const char *identity)
{
	return psprintf("%s %s", sg_contract_kind_name(kind), identity);
}

/* Returns true if the live object is a member of an extension that the schema has. */
static bool
is_brought_along(const SgContractStored *stored, const SgObject *object)
{
	Oid			extension = getExtensionOfObject(object->classid, object->objid);
	char	   *name = OidIsValid(extension) ? get_extension_name(extension) : NULL;

	return name != NULL && sg_name_find(stored->extensions, sg_sql_identifier(name)) != NULL;
}

/* SgObjectSource; "arg" is the SgContractStored */
static SgObject *
lookup(SgContractKind kind, const char *identity, void *arg)
{
	const SgContractStored *stored = arg;
	const SgObjectSource *live = sg_contract_live_source();
	SgObject   *object = sg_name_find(stored->objects, object_key(kind, identity));

	if (object != NULL || hash_get_num_entries(stored->extensions) == 0)
		return object;
	object = live->lookup(kind, identity, live->arg);
	return object != NULL && is_brought_along(stored, object) ? object : NULL;
}

static List *
children(const char *identity, void *arg)
{
	return sg_name_find(((SgContractStored *) arg)->children, identity);
}

static List *
partitions(const char *identity, void *arg)
{
	return sg_name_find(((SgContractStored *) arg)->partitions, identity);
}

static List *
overloads(const char *name, void *arg)
{
	const SgContractStored *stored = arg;
	const SgObjectSource *live = sg_contract_live_source();
	List	   *functions = list_copy(sg_name_find(stored->overloads, name));
	ListCell   *cell;

	if (hash_get_num_entries(stored->extensions) == 0)
		return functions;
	foreach(cell, live->overloads(name, live->arg))
	{
		SgObject   *function = lfirst(cell);

		if (is_brought_along(stored, function) &&
			sg_name_find(stored->objects, object_key(SG_CONTRACT_FUNCTION, function->identity)) == NULL)
			functions = lappend(functions, function);
	}
	return functions;
}

static List *
referring(const char *identity, void *arg)
{
	return sg_name_find(((SgContractStored *) arg)->referring, identity);
}

static List *
publications(const char *name, void *arg)
{
	return ((SgContractStored *) arg)->publications;
}

/* Returns an empty schema, in the current memory context. */
SgContractStored *
sg_contract_stored_create(void)
{
	SgContractStored *stored = palloc(sizeof(SgContractStored));

	stored->objects = sg_name_table("schema_guard stored objects");
	stored->children = sg_name_table("schema_guard stored children");
	stored->partitions = sg_name_table("schema_guard stored partitions");
	stored->overloads = sg_name_table("schema_guard stored functions");
	stored->referring = sg_name_table("schema_guard stored foreign keys");
	stored->publications = NIL;
	stored->extensions = sg_name_table("schema_guard stored extensions");
	return stored;
}

/* Appends the object to the list of that name, or takes it out. */
static void
list_under(HTAB *table, const char *name, SgObject *object, bool listed)
{
	void	  **list = sg_name_enter(table, name);

	*list = listed ? lappend(*list, object) : list_delete_ptr(*list, object);
}

/* Lists the object under the names of its parents and its function's name, or takes it out. */
static void
list_object(SgContractStored *stored, SgObject *object, bool listed)
{
	const char *parents = sg_item_definition(object, "inherits");
	const char *bound = sg_item_definition(object, "partition of");
	ListCell   *lc;

	if (sg_contract_kind_matches(SG_CONTRACT_FUNCTION, object->type))
		list_under(stored->overloads, sg_contract_function_called(object->identity), object, listed);
	foreach(lc, sg_token_split(parents == NULL ? "" : parents))
		list_under(stored->children, lfirst(lc), object, listed);
	if (bound != NULL)
		list_under(stored->partitions, sg_item_bound_parent(bound), object, listed);
	for (int i = 0; i < object->nitems; i++)
	{
		const char *referred = sg_item_referred_to(&object->items[i]);

		if (referred != NULL)
			list_under(stored->referring, referred, object, listed);
	}
}

/* Adds an object, which must live as long as "stored". */
void
sg_contract_stored_add(SgContractStored *stored, SgObject *object)
{
	for (SgContractKind kind = 0; kind < SG_CONTRACT_KINDS; kind++)
	{
		if (sg_contract_kind_matches(kind, object->type))
			*sg_name_enter(stored->objects, object_key(kind, object->identity)) = object;
	}
	if (strcmp(object->type, "extension") == 0)
		*sg_name_enter(stored->extensions, object->identity) = object;
	if (strcmp(object->type, "publication") == 0)
		stored->publications = lappend(stored->publications, object);
	list_object(stored, object, true);
}

static void
remove_publication(SgContractStored *stored, const char *identity)
{
	ListCell   *cell;

	foreach(cell, stored->publications)
	{
		if (strcmp(((const SgObject *) lfirst(cell))->identity, identity) == 0)
			stored->publications = foreach_delete_current(stored->publications, cell);
	}
}

/* Removes the object of the same type and identity. */
void
sg_contract_stored_remove(SgContractStored *stored, const SgObject *object)
{
	for (SgContractKind kind = 0; kind < SG_CONTRACT_KINDS; kind++)
	{
		void	  **known;

		if (!sg_contract_kind_matches(kind, object->type))
			continue;
		known = sg_name_enter(stored->objects, object_key(kind, object->identity));
		if (*known != NULL)
			list_object(stored, *known, false);
		*known = NULL;
	}
	if (strcmp(object->type, "extension") == 0)
		*sg_name_enter(stored->extensions, object->identity) = NULL;
	if (strcmp(object->type, "publication") == 0)
		remove_publication(stored, object->identity);
}

static SgObjectSource
make_source(SgContractStored *stored)
{
	return (SgObjectSource) {
		.lookup = lookup,
		.children = children,
		.partitions = partitions,
		.overloads = overloads,
		.referring = referring,
		.publications = publications,
		.arg = stored
	};
}

/* Returns what of the contract does not hold in the stored schema. */
List *
sg_contract_stored_check(SgContractStored *stored, const SgContract *contract)
{
	SgObjectSource source = make_source(stored);

	return sg_contract_check(contract, &source);
}

/* A schema that is loaded as a whole, as a source of objects. */
SgObjectSource
sg_contract_schema_source(const SgDescription *schema)
{
	SgContractStored *stored = sg_contract_stored_create();

	for (int i = 0; i < schema->nobjects; i++)
		sg_contract_stored_add(stored, schema->objects[i]);
	return make_source(stored);
}

/* Returns what of the contract does not hold in such a schema. */
List *
sg_contract_check_schema(const SgContract *contract, const SgDescription *schema)
{
	SgObjectSource source = sg_contract_schema_source(schema);

	return sg_contract_check(contract, &source);
}
