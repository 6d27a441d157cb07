/*
 * catalogs/names_cache.h
 *		What names.c and names_*.c cache for one description.
 */
#ifndef SG_CATALOGS_NAMES_CACHE_H
#define SG_CATALOGS_NAMES_CACHE_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "catalogs/names.h"

/* a look-up about an object */
typedef struct SgNameKey
{
	Oid			catalog;
	Oid			oid;
	int64		modifier;		/* type modifier, or the type that is asked about; -1: none */
} SgNameKey;

typedef struct SgNameEntry
{
	SgNameKey	key;
	char		status;			/* simplehash's */
	bool		answer;			/* to a question about the object and a type; or ... */
	const char *text;			/* ... its name */
} SgNameEntry;

/* the objects that have been mentioned since the last sg_mentions_take() */
typedef struct SgMentions
{
	int			count;
	int			capacity;
	Oid		   *oids;
} SgMentions;

struct SgNames
{
	MemoryContext context;
	Oid			hidden_schema;	/* left out of names; or InvalidOid */
	Snapshot	snapshot;
	struct entries_hash *entries;	/* of SgNameEntry */
	HTAB	   *schemas;		/* of SgSchemaName */
	List	   *gaps;			/* words for what cannot be described, each once */
	SgMentions	mentions;
	struct RelationNames *relations;	/* names_relations.c's; NULL until one is asked for */
	bool		all_relations;	/* have all relations been loaded? */
	bool		all_functions;	/* ... and the names of all functions but the server's own? */
	char	   *block;			/* what is left of the last block of sg_names_alloc() */
	Size		block_left;
};

extern void *sg_names_alloc(SgNames *names, Size size);
extern const SgNameEntry *sg_names_find(SgNames *names, Oid catalog, Oid oid, int64 modifier);
extern const char *sg_names_keep_text(SgNames *names, Oid catalog, Oid oid, int64 modifier,
									  const char *text);
extern bool sg_names_keep_answer(SgNames *names, Oid catalog, Oid oid, Oid type, bool answer);

#endif							/* SG_CATALOGS_NAMES_CACHE_H */
