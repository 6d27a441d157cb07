/*
 * releases/contract_source.c
 *		Where the objects come from that contracts are checked against.
 *
 * Either the live catalogs, described object by object, or a stored schema.
 *
 * A check of the live catalogs must not queue behind somebody's ALTER TABLE:
 * it runs while applications connect.  An object that cannot be described
 * without waiting for a lock is therefore taken from the live state, which is
 * what was committed last; what the other session is doing is not visible yet.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

#include "description/describe.h"
#include "description/scope.h"
#include "format/item_text.h"
#include "releases/contract_source.h"
#include "state/live_state.h"
#include "state/store.h"
#include "support/compat.h"

/* what contracts look at */
#define CONTRACT_FACETS \
	(SG_FACET_BIT(SG_FACET_STRUCTURE) | SG_FACET_BIT(SG_FACET_INDEX) | SG_FACET_BIT(SG_FACET_PARTITIONS))

/* the object that could not be described without waiting, in the last attempt */
static struct
{
	bool		busy;
	Oid			classid;
	Oid			objid;
}			attempt;

static void
note_busy(const char *type, const char *identity, Oid classid, Oid objid, void *arg)
{
	attempt.busy = true;
	attempt.classid = classid;
	attempt.objid = objid;
}

/* The object as the live state has it, or NULL if that does not know it. */
static SgObject *
load_committed(Oid classid, Oid objid)
{
	SgLiveRow	row;

	if (!sg_live_row(classid, objid, &row))
		return NULL;
	return sg_store_load_object(&row.digest);
}

/* Describes one object, waiting for a lock only if there is no other way. */
static SgObject *
describe(SgDescribeOptions *options, const char *type, const char *identity)
{
	SgObject   *object;

	attempt.busy = false;
	options->busy = note_busy;
	object = sg_describe_named(options, type, identity);
	if (object != NULL || !attempt.busy)
		return object;
	object = load_committed(attempt.classid, attempt.objid);
	if (object != NULL)
		return object;
	options->busy = NULL;
	return sg_describe_named(options, type, identity);
}

/* Are all types there that a function's canonical identity names? */
static bool
argument_types_exist(const char *identity)
{
	const char *open = identity + strlen(identity);
	ListCell   *cell;

	/* a type's modifier is not part of an identity, so the last one it is */
	while (open > identity && *open != '(')
		open--;
	foreach(cell, sg_split_list(pnstrdup(open + 1, strlen(open) - 2)))
	{
		Oid			type = InvalidOid;
		int32		typmod;

		sg_compat_parse_type(lfirst(cell), &type, &typmod);
		if (!OidIsValid(type))
			return false;
	}
	return true;
}

/* SgObjectLookup over the live catalogs; "arg" is an SgDescribeOptions */
static SgObject *
lookup_live(const char *kind, const char *identity, void *arg)
{
	if (strcmp(kind, SG_CONTRACT_RELATION) == 0)
		return describe(arg, kind, identity);
	if (strcmp(kind, SG_CONTRACT_FUNCTION) == 0 && !argument_types_exist(identity))
		return NULL;
	for (const char *const *type = sg_contract_kind_types(kind); *type != NULL; type++)
	{
		SgObject   *object = describe(arg, *type, identity);

		if (object != NULL)
			return object;
	}
	return NULL;
}

/*
 * What of the contract does not hold in the catalogs as they are now, this
 * transaction's changes included.  Call as the extension's owner with a pinned
 * search_path and outside of an SPI connection.
 */
List *
sg_contract_check_live(const SgContract *contract)
{
	SgDescribeOptions options = {.facets = CONTRACT_FACETS, .all_objects = true};

	return sg_contract_check(contract, lookup_live, &options);
}

/* Does the object have items of its own only where it differs from a parent? */
static bool
is_partition(const SgObject *object)
{
	for (int i = 0; i < object->nitems; i++)
	{
		if (strcmp(object->items[i].attribute, "partition of") == 0)
			return true;
	}
	return false;
}

/*
 * Does the fingerprint cover everything that the contract names, and does the
 * contract name everything it depends on?  If not, an equal fingerprint does
 * not mean an equal verdict.  To be called as sg_contract_check_live.
 */
bool
sg_contract_is_covered(const SgContract *contract)
{
	SgDescribeOptions options = {.facets = SG_FACET_BIT(SG_FACET_STRUCTURE)};
	SgFacetSet	guarded = sg_scope_facets();
	ListCell   *cell;

	if ((guarded & SG_FACETS_DEFAULT) != SG_FACETS_DEFAULT)
		return false;
	foreach(cell, sg_contract_objects(contract))
	{
		const SgContractObject *named = lfirst(cell);
		SgObject   *object = lookup_live(named->kind, named->identity, &options);

		if (object == NULL || is_partition(object))
			return false;
	}
	return true;
}

/* a stored schema's object, found by kind and identity */
typedef struct SchemaEntry
{
	const char *name;			/* hash key: kind and identity */
	SgObject   *object;
} SchemaEntry;

static uint32
hash_name(const void *key, Size keysize)
{
	const char *name = *(const char *const *) key;

	return string_hash(name, strlen(name) + 1);
}

static int
match_name(const void *left, const void *right, Size keysize)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

/* SgObjectLookup over a stored schema; "arg" is its hash table */
static SgObject *
lookup_schema(const char *kind, const char *identity, void *arg)
{
	const char *name = psprintf("%s %s", kind, identity);
	SchemaEntry *entry = hash_search(arg, &name, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->object;
}

/* What of the contract does not hold in a stored schema. */
List *
sg_contract_check_schema(const SgContract *contract, const SgSchema *schema)
{
	static const char *const kinds[] = {SG_CONTRACT_RELATION, SG_CONTRACT_FUNCTION, SG_CONTRACT_TYPE};
	HASHCTL		ctl = {0};
	HTAB	   *objects;

	ctl.keysize = sizeof(const char *);
	ctl.entrysize = sizeof(SchemaEntry);
	ctl.hash = hash_name;
	ctl.match = match_name;
	ctl.hcxt = CurrentMemoryContext;
	objects = hash_create("schema_guard contract objects", 256, &ctl,
						  HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	for (int i = 0; i < schema->nobjects; i++)
	{
		for (int kind = 0; kind < lengthof(kinds); kind++)
		{
			const char *name;
			SchemaEntry *entry;

			if (!sg_contract_kind_matches(kinds[kind], schema->objects[i]->type))
				continue;
			name = psprintf("%s %s", kinds[kind], schema->objects[i]->identity);
			entry = hash_search(objects, &name, HASH_ENTER, NULL);
			entry->object = schema->objects[i];
		}
	}
	return sg_contract_check(contract, lookup_schema, objects);
}
