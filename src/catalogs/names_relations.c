/*
 * catalogs/names_relations.c
 *		The names of relations and of their columns.
 *
 * When everything is described, all relations are loaded by one scan of pg_class;
 * otherwise they are looked up in the system cache.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalogs/mention.h"
#include "catalogs/names.h"
#include "catalogs/names_cache.h"
#include "support/grow.h"

/* the relations, by their OIDs */
typedef struct RelationEntry
{
	Oid			relid;
	char		status;
	SgRelationName *relation;
} RelationEntry;

#define SH_PREFIX relations
#define SH_ELEMENT_TYPE RelationEntry
#define SH_KEY_TYPE Oid
#define SH_KEY relid
#define SH_HASH_KEY(table, key) murmurhash32(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* the columns, by the OIDs of their relations */
typedef struct ColumnsEntry
{
	Oid			relid;
	char		status;
	SgRelationColumns *columns;
} ColumnsEntry;

#define SH_PREFIX columns
#define SH_ELEMENT_TYPE ColumnsEntry
#define SH_KEY_TYPE Oid
#define SH_KEY relid
#define SH_HASH_KEY(table, key) murmurhash32(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct RelationNames
{
	relations_hash *by_oid;
	columns_hash *columns;
	const SgRelationName **loaded;	/* in the order of their OIDs, without indexes */
	int			nloaded;
	int			maxloaded;
} RelationNames;

/* a low estimate of the relations on a page of pg_class, not counting TOAST tables */
#define RELATIONS_PER_PAGE 20

static RelationNames *
relations_of(SgNames *names)
{
	if (names->relations == NULL)
	{
		RelationNames *relations = MemoryContextAllocZero(names->context, sizeof(RelationNames));

		relations->by_oid = relations_create(names->context, 64, NULL);
		relations->columns = columns_create(names->context, 64, NULL);
		names->relations = relations;
	}
	return names->relations;
}

static SgRelationName *
keep_relation(SgNames *names, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	bool		found;
	RelationEntry *entry = relations_insert(relations_of(names)->by_oid, form->oid, &found);
	size_t		len = strlen(NameStr(form->relname)) + 1;
	SgRelationName *relation;

	if (found)
		return entry->relation;
	relation = sg_names_alloc(names, offsetof(SgRelationName, name) + len);
	relation->relid = form->oid;
	relation->schema = form->relnamespace;
	relation->access_method = form->relam;
	relation->kind = form->relkind;
	relation->persistence = form->relpersistence;
	relation->is_partition = form->relispartition;
	relation->stored_otherwise = OidIsValid(form->reltablespace) ||
		!heap_attisnull(tuple, Anum_pg_class_reloptions, NULL);
	memcpy(relation->name, NameStr(form->relname), len);
	entry->relation = relation;
	return relation;
}

static void
add_loaded(RelationNames *relations, const SgRelationName *relation)
{
	SG_GROW(relations->loaded, relations->nloaded, relations->maxloaded);
	relations->loaded[relations->nloaded++] = relation;
}

static int
compare_relations(const void *a, const void *b)
{
	return oid_cmp(&(*(const SgRelationName *const *) a)->relid,
				   &(*(const SgRelationName *const *) b)->relid);
}

/*
 * Loads all relations except TOAST tables, by one scan of pg_class.  Must be called
 * once, before anything else is looked up.
 */
void
sg_names_load_relations(SgNames *names)
{
	RelationNames *relations = relations_of(names);
	Relation	rel = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, names->snapshot, 0, NULL);
	uint32		expected = RelationGetNumberOfBlocks(rel) * RELATIONS_PER_PAGE;
	HeapTuple	tuple;

	if (expected > relations->by_oid->size)
		relations_grow(relations->by_oid, expected);
	relations->maxloaded = 256;
	relations->loaded = MemoryContextAlloc(names->context,
										   sizeof(SgRelationName *) * relations->maxloaded);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		const SgRelationName *relation;

		if (form->relkind == RELKIND_TOASTVALUE || IsToastNamespace(form->relnamespace))
			continue;
		relation = keep_relation(names, tuple);
		if (form->relkind != RELKIND_INDEX && form->relkind != RELKIND_PARTITIONED_INDEX)
			add_loaded(relations, relation);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	qsort(relations->loaded, relations->nloaded, sizeof(SgRelationName *), compare_relations);
	names->all_relations = true;
}

/*
 * Returns the relations that have been loaded, without indexes, in the order of
 * their OIDs; NULL if none have been.
 */
const SgRelationName *const *
sg_names_loaded_relations(const SgNames *names, int *count)
{
	*count = names->relations != NULL ? names->relations->nloaded : 0;
	return names->relations != NULL ? names->relations->loaded : NULL;
}

/* Returns a stand-in for a relation that does not exist. */
static const SgRelationName *
missing_relation(SgNames *names)
{
	SgRelationName *relation = sg_names_alloc(names, sizeof(SgRelationName) + sizeof(SG_MISSING));

	memset(relation, 0, sizeof(SgRelationName));
	strcpy(relation->name, sg_names_missing(names, "relation"));
	return relation;
}

/* Returns what is known about a relation. */
const SgRelationName *
sg_names_relation(SgNames *names, Oid relid)
{
	RelationEntry *entry = relations_lookup(relations_of(names)->by_oid, relid);
	const SgRelationName *relation;
	HeapTuple	tuple;

	if (entry != NULL)
		return entry->relation;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return missing_relation(names);
	relation = keep_relation(names, tuple);
	ReleaseSysCache(tuple);
	return relation;
}

/* Returns the relation's qualified name, in the current memory context. */
char *
sg_names_relation_text(SgNames *names, Oid relid)
{
	const SgRelationName *relation = sg_names_relation(names, relid);

	sg_mention(names, relid);
	if (!OidIsValid(relation->relid))
		return pstrdup(relation->name);
	return sg_names_qualify(names, relation->schema, relation->name);
}

/* Returns true if the server's deparser would print the relation's name without a schema. */
bool
sg_names_relation_is_visible(SgNames *names, const SgRelationName *relation)
{
	if (!OidIsValid(relation->relid))
		return true;
	/* the search_path of a description has system schemas and the one left out */
	if (relation->schema != names->hidden_schema &&
		!sg_names_schema(names, relation->schema)->system)
		return false;
	/* a temporary one is visible to its own session only, and the text must not depend on that */
	return !isAnyTempNamespace(relation->schema) && RelationIsVisible(relation->relid);
}

/*
 * Returns the place for the names of a relation's columns.  A caller that has read
 * them fills it in with results of sg_names_strdup(); the names are NULL unless they
 * are known already.
 */
const SgRelationColumns *
sg_names_keep_columns(SgNames *names, Oid relid, int count)
{
	bool		found;
	ColumnsEntry *entry = columns_insert(relations_of(names)->columns, relid, &found);
	SgRelationColumns *columns;

	if (!found)
		entry->columns = sg_names_alloc(names, sizeof(SgRelationColumns));
	columns = entry->columns;
	if (!found || columns->count < count)
	{
		columns->names = sg_names_alloc(names, sizeof(char *) * Max(count, 1));
		memset(columns->names, 0, sizeof(char *) * Max(count, 1));
	}
	columns->count = count;
	return columns;
}

/* Returns the columns if they are known already, or NULL. */
static const SgRelationColumns *
known_columns(SgNames *names, Oid relid)
{
	ColumnsEntry *entry = columns_lookup(relations_of(names)->columns, relid);

	return entry != NULL ? entry->columns : NULL;
}

static const SgRelationColumns *
load_columns(SgNames *names, Oid relid)
{
	Relation	rel = table_open(AttributeRelationId, AccessShareLock);
	const char **column_names = palloc(sizeof(char *) * MaxAttrNumber);
	int			count = 0;
	const SgRelationColumns *columns;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
				Int16GetDatum(0));
	scan = systable_beginscan(rel, AttributeRelidNumIndexId, true, names->snapshot, 2, keys);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		/* the scan is in the order of attribute numbers; only damage leaves gaps or repeats one */
		while (count < form->attnum)
			column_names[count++] = NULL;
		if (!form->attisdropped)
			column_names[form->attnum - 1] = sg_names_strdup(names, NameStr(form->attname));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	columns = sg_names_keep_columns(names, relid, count);
	memcpy(columns->names, column_names, sizeof(char *) * count);
	pfree(column_names);
	return columns;
}

/* Returns the names of the relation's columns. */
const SgRelationColumns *
sg_names_columns(SgNames *names, Oid relid)
{
	const SgRelationColumns *columns = known_columns(names, relid);

	sg_mention(names, relid);
	return columns != NULL ? columns : load_columns(names, relid);
}

/* Returns the column's name, which lives in the current memory context at least. */
const char *
sg_names_column(SgNames *names, Oid relid, AttrNumber attnum)
{
	const SgRelationColumns *columns = known_columns(names, relid);
	char	   *name;

	sg_mention(names, relid);
	/* if nothing else is looked up for the relation, the system cache is faster */
	if (columns == NULL && names->all_relations)
		columns = load_columns(names, relid);
	if (columns != NULL && attnum > 0 && attnum <= columns->count &&
		columns->names[attnum - 1] != NULL)
		return columns->names[attnum - 1];
	name = get_attname(relid, attnum, true);
	return name != NULL ? name : sg_names_missing(names, "column");
}
