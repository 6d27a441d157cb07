/*
 * contracts/contract_cache.c
 *		Objects that contracts are checked against, each asked for once.
 *
 * A change of a table concerns every release that uses it, and all of these use much
 * the same objects.  Where many contracts are checked against one schema, the source
 * is therefore asked through a cache.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "contracts/contract_cache.h"
#include "format/name_table.h"

typedef struct Cache
{
	const SgObjectSource *source;
	HTAB	   *objects[SG_CONTRACT_KINDS]; /* identity -> Answer */
	HTAB	   *children;		/* and the others: name -> Answer */
	HTAB	   *partitions;
	HTAB	   *overloads;
	HTAB	   *referring;
	HTAB	   *publications;
	MemoryContext context;		/* of all this, and of what the source gives */
	SgObjectSource as_source;
} Cache;

/* what the source gave; it may be NULL */
typedef struct Answer
{
	void	   *value;
} Answer;

/* Returns the answer for a name; *is_new says that the source is to be asked. */
static Answer *
answer_for(Cache *cache, HTAB *table, const char *name, bool *is_new)
{
	Answer	   *answer = sg_name_find(table, name);

	*is_new = answer == NULL;
	if (answer == NULL)
	{
		answer = MemoryContextAllocZero(cache->context, sizeof(Answer));
		*sg_name_enter(table, MemoryContextStrdup(cache->context, name)) = answer;
	}
	return answer;
}

/* SgObjectSource; "arg" is the Cache */
static SgObject *
lookup(SgContractKind kind, const char *identity, void *arg)
{
	Cache	   *cache = arg;
	bool		is_new;
	Answer	   *answer = answer_for(cache, cache->objects[kind], identity, &is_new);

	if (is_new)
	{
		MemoryContext old = MemoryContextSwitchTo(cache->context);

		answer->value = cache->source->lookup(kind, identity, cache->source->arg);
		MemoryContextSwitchTo(old);
	}
	return answer->value;
}

/* Returns a list that the caller may change. */
static List *
list_of(Cache *cache, HTAB *table, const char *name, List *(*ask) (const char *name, void *arg))
{
	bool		is_new;
	Answer	   *answer = answer_for(cache, table, name, &is_new);

	if (is_new)
	{
		MemoryContext old = MemoryContextSwitchTo(cache->context);

		answer->value = ask(name, cache->source->arg);
		MemoryContextSwitchTo(old);
	}
	return list_copy(answer->value);
}

static List *
children(const char *identity, void *arg)
{
	Cache	   *cache = arg;

	return list_of(cache, cache->children, identity, cache->source->children);
}

static List *
partitions(const char *identity, void *arg)
{
	Cache	   *cache = arg;

	return list_of(cache, cache->partitions, identity, cache->source->partitions);
}

static List *
overloads(const char *name, void *arg)
{
	Cache	   *cache = arg;

	return list_of(cache, cache->overloads, name, cache->source->overloads);
}

static List *
referring(const char *identity, void *arg)
{
	Cache	   *cache = arg;

	return list_of(cache, cache->referring, identity, cache->source->referring);
}

static List *
publications(const char *name, void *arg)
{
	Cache	   *cache = arg;

	return list_of(cache, cache->publications, name, cache->source->publications);
}

/*
 * Returns a source that gives what this one gives, which must not change meanwhile.
 * It lives as long as the current memory context.  What an error interrupts is not
 * asked for again: the cache is of no use after one.
 */
const SgObjectSource *
sg_contract_cache(const SgObjectSource *source)
{
	Cache	   *cache = palloc0(sizeof(Cache));

	cache->source = source;
	for (int kind = 0; kind < SG_CONTRACT_KINDS; kind++)
		cache->objects[kind] = sg_name_table("schema_guard cached objects");
	cache->children = sg_name_table("schema_guard cached children");
	cache->partitions = sg_name_table("schema_guard cached partitions");
	cache->overloads = sg_name_table("schema_guard cached functions");
	cache->referring = sg_name_table("schema_guard cached foreign keys");
	cache->publications = sg_name_table("schema_guard cached publications");
	cache->context = CurrentMemoryContext;
	cache->as_source.lookup = lookup;
	cache->as_source.children = children;
	cache->as_source.partitions = partitions;
	cache->as_source.overloads = overloads;
	cache->as_source.referring = referring;
	cache->as_source.publications = publications;
	cache->as_source.arg = cache;
	return &cache->as_source;
}
