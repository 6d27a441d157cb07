/*
 * catalogs/names.c
 *		Names of things that descriptions refer to, each looked up once a run.
 *
 * One hash table, keyed by catalog, OID and type modifier, holds the texts; a
 * second one what is known of relations, filled by one scan of pg_class when
 * everything is described; a third one the columns of those that queries name.
 * They are asked several times for each column, and hold tens of thousands of
 * relations, so that they are of the kind that is generated for its element.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/catalog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "catalogs/mention.h"
#include "catalogs/names.h"
#include "format/sql.h"

typedef struct NameKey
{
	Oid			catalog;
	Oid			oid;
	int64		modifier;		/* type modifier, or what else the text depends on */
} NameKey;

typedef struct NameEntry
{
	NameKey		key;
	char		status;
	const char *text;
} NameEntry;

static inline uint32
hash_name_key(NameKey key)
{
	return hash_combine(murmurhash32(key.oid), key.catalog ^ (uint32) key.modifier);
}

static inline bool
same_name_key(NameKey a, NameKey b)
{
	return a.oid == b.oid && a.modifier == b.modifier && a.catalog == b.catalog;
}

#define SH_PREFIX texts
#define SH_ELEMENT_TYPE NameEntry
#define SH_KEY_TYPE NameKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_name_key(key)
#define SH_EQUAL(table, a, b) same_name_key(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

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

/* at least so many relations other than TOAST tables are expected on a page of pg_class */
#define RELATIONS_PER_PAGE 20

/* what keep_bytes() asks for at a time */
#define BLOCK_SIZE 8000

struct SgNames
{
	MemoryContext context;
	Oid			hidden_schema;	/* its name is left out */
	Snapshot	snapshot;
	texts_hash *texts;
	HTAB	   *schemas;		/* of SgSchemaName */
	relations_hash *relations;
	columns_hash *columns;
	bool		all_relations;	/* have all relations been loaded? */
	bool		all_functions;	/* ... and the names of all functions but the server's own? */
	List	   *gaps;			/* words for what cannot be said, each once */
	const SgRelationName **loaded;	/* what has been loaded but indexes, by their OIDs */
	int			nloaded;
	int			maxloaded;
	SgMentions	mentions;
	char	   *block;			/* keep_bytes()'s: what is left of it */
	Size		block_left;
};

static HTAB *
create_schema_table(void)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(SgSchemaName);
	ctl.hcxt = CurrentMemoryContext;
	return hash_create("schema_guard schemas", 256, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/*
 * A cache in the current memory context; "hidden_schema" may be InvalidOid.
 * What is read by a scan is read under the snapshot, which must stay registered;
 * NULL: as the catalogs are at that moment.
 */
SgNames *
sg_names_create(Oid hidden_schema, Snapshot snapshot)
{
	SgNames    *names = palloc0(sizeof(SgNames));

	names->context = CurrentMemoryContext;
	names->mentions.context = CurrentMemoryContext;
	names->hidden_schema = hidden_schema;
	names->snapshot = snapshot;
	names->texts = texts_create(CurrentMemoryContext, 64, NULL);
	names->schemas = create_schema_table();
	names->relations = relations_create(CurrentMemoryContext, 64, NULL);
	names->columns = columns_create(CurrentMemoryContext, 64, NULL);
	return names;
}

/* What was looked up for the text at hand. */
SgMentions *
sg_names_mentions(SgNames *names)
{
	return &names->mentions;
}

/*
 * Notes what of the object at hand cannot be said, in words that follow "cannot be
 * described: ", and returns what to print in its place, as the server does for
 * types.  A real name would be quoted.
 */
const char *
sg_names_note_gap(SgNames *names, const char *words)
{
	MemoryContext old;
	ListCell   *lc;

	foreach(lc, names->gaps)
	{
		if (strcmp(lfirst(lc), words) == 0)
			return SG_MISSING;
	}
	old = MemoryContextSwitchTo(names->context);
	names->gaps = lappend(names->gaps, pstrdup(words));
	MemoryContextSwitchTo(old);
	return SG_MISSING;
}

/* The same for a look-up that led nowhere, of "what". */
const char *
sg_names_missing(SgNames *names, const char *what)
{
	char		words[64];

	snprintf(words, sizeof(words), "missing %s", what);
	return sg_names_note_gap(names, words);
}

static int
compare_words(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* What was noted, "missing role, missing type", or NULL if nothing was; forgets it. */
char *
sg_names_take_gaps(SgNames *names)
{
	StringInfoData buf;
	ListCell   *lc;

	if (names->gaps == NIL)
		return NULL;
	list_sort(names->gaps, compare_words);
	initStringInfo(&buf);
	foreach(lc, names->gaps)
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", (char *) lfirst(lc));
	sg_names_forget_gaps(names);
	return buf.data;
}

void
sg_names_forget_gaps(SgNames *names)
{
	list_free_deep(names->gaps);
	names->gaps = NIL;
}

/* "size" bytes that live as long as the names; many small ones take little more than that. */
static void *
keep_bytes(SgNames *names, Size size)
{
	void	   *result;

	size = MAXALIGN(size);
	if (size > BLOCK_SIZE / 8)
		return MemoryContextAlloc(names->context, size);
	if (names->block_left < size)
	{
		names->block = MemoryContextAlloc(names->context, BLOCK_SIZE);
		names->block_left = BLOCK_SIZE;
	}
	result = names->block;
	names->block += size;
	names->block_left -= size;
	return result;
}

static SgRelationName *
remember_relation(SgNames *names, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	bool		found;
	RelationEntry *entry = relations_insert(names->relations, form->oid, &found);
	size_t		len = strlen(NameStr(form->relname)) + 1;
	SgRelationName *relation;

	if (found)
		return entry->relation;
	relation = keep_bytes(names, offsetof(SgRelationName, name) + len);
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

/* Adds to the list of what has been loaded. */
static void
add_loaded(SgNames *names, const SgRelationName *relation)
{
	if (names->nloaded >= names->maxloaded)
	{
		names->maxloaded *= 2;
		names->loaded = repalloc_huge(names->loaded, sizeof(SgRelationName *) * names->maxloaded);
	}
	names->loaded[names->nloaded++] = relation;
}

static int
compare_relations(const void *a, const void *b)
{
	return oid_cmp(&(*(const SgRelationName *const *) a)->relid,
				   &(*(const SgRelationName *const *) b)->relid);
}

/*
 * Loads what is known of all relations but TOAST tables, by one scan of pg_class.
 * Once, before anything else is asked for.
 */
void
sg_names_load_relations(SgNames *names)
{
	Relation	rel = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, names->snapshot, 0, NULL);
	uint32		expected = RelationGetNumberOfBlocks(rel) * RELATIONS_PER_PAGE;
	HeapTuple	tuple;

	if (expected > names->relations->size)
		relations_grow(names->relations, expected);
	names->maxloaded = 256;
	names->loaded = MemoryContextAlloc(names->context, sizeof(SgRelationName *) * names->maxloaded);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
		const SgRelationName *relation;

		if (form->relkind == RELKIND_TOASTVALUE || IsToastNamespace(form->relnamespace))
			continue;
		relation = remember_relation(names, tuple);
		if (form->relkind != RELKIND_INDEX && form->relkind != RELKIND_PARTITIONED_INDEX)
			add_loaded(names, relation);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	qsort(names->loaded, names->nloaded, sizeof(SgRelationName *), compare_relations);
	names->all_relations = true;
}

/*
 * What has been loaded but indexes, in the order of OIDs; NULL if relations have
 * not been loaded.
 */
const SgRelationName *const *
sg_names_loaded_relations(const SgNames *names, int *count)
{
	*count = names->nloaded;
	return names->loaded;
}

/* What is known of a schema. */
const SgSchemaName *
sg_names_schema(SgNames *names, Oid schema)
{
	bool		found;
	SgSchemaName *entry = hash_search(names->schemas, &schema, HASH_FIND, &found);
	HeapTuple	tuple;
	char	   *name;

	if (found)
		return entry;
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	if (!HeapTupleIsValid(tuple))
	{
		static const SgSchemaName missing = {.quoted = SG_MISSING};

		(void) sg_names_missing(names, "schema");
		return &missing;
	}
	name = NameStr(((Form_pg_namespace) GETSTRUCT(tuple))->nspname);
	entry = hash_search(names->schemas, &schema, HASH_ENTER, &found);
	entry->system = strncmp(name, "pg_", 3) == 0 || strcmp(name, "information_schema") == 0;
	/* whose session it was is of no interest */
	if (isAnyTempNamespace(schema))
		name = "pg_temp";
	entry->quoted = MemoryContextStrdup(names->context, sg_canon_identifier(name));
	ReleaseSysCache(tuple);
	return entry;
}

/*
 * schema.name, in the current memory context.  Unlike the other names, this
 * one says pg_catalog where it is in pg_catalog.
 */
char *
sg_names_qualify(SgNames *names, Oid schema, const char *name)
{
	const char *quoted = sg_canon_identifier(name);
	const char *qualifier;
	size_t		qualifier_len;
	size_t		len = strlen(quoted) + 1;
	char	   *result;

	if (OidIsValid(schema) && schema == names->hidden_schema)
		return pstrdup(quoted);
	qualifier = sg_names_schema(names, schema)->quoted;
	qualifier_len = strlen(qualifier);
	result = palloc(qualifier_len + 1 + len);
	memcpy(result, qualifier, qualifier_len);
	result[qualifier_len] = '.';
	memcpy(result + qualifier_len + 1, quoted, len);
	return result;
}

/* what stands for a relation that does not exist */
static const SgRelationName *
missing_relation(SgNames *names)
{
	SgRelationName *relation = keep_bytes(names, sizeof(SgRelationName) + sizeof(SG_MISSING));

	memset(relation, 0, sizeof(SgRelationName));
	strcpy(relation->name, sg_names_missing(names, "relation"));
	return relation;
}

/* What is known of a relation. */
const SgRelationName *
sg_names_relation(SgNames *names, Oid relid)
{
	RelationEntry *entry = relations_lookup(names->relations, relid);
	const SgRelationName *relation;
	HeapTuple	tuple;

	if (entry != NULL)
		return entry->relation;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return missing_relation(names);
	relation = remember_relation(names, tuple);
	ReleaseSysCache(tuple);
	return relation;
}

/* The relation's qualified name, in the current memory context. */
char *
sg_names_relation_text(SgNames *names, Oid relid)
{
	const SgRelationName *relation = sg_names_relation(names, relid);

	sg_mention(names, relid);
	if (!OidIsValid(relation->relid))
		return pstrdup(relation->name);
	return sg_names_qualify(names, relation->schema, relation->name);
}

/* Would the deparser print the relation's name without its schema, as it is visible? */
bool
sg_names_relation_is_visible(SgNames *names, const SgRelationName *relation)
{
	if (!OidIsValid(relation->relid))
		return true;
	/* of the search path of a description, all but the schema left out are system schemas */
	if (relation->schema != names->hidden_schema && !sg_names_schema(names, relation->schema)->system)
		return false;
	/* visible to its own session: another would print something else */
	return !isAnyTempNamespace(relation->schema) && RelationIsVisible(relation->relid);
}

/* A copy of the name that lives as long as the names. */
const char *
sg_names_strdup(SgNames *names, const char *name)
{
	size_t		len = strlen(name) + 1;

	return memcpy(keep_bytes(names, len), name, len);
}

/*
 * A place for the names of a relation's columns, for whoever knows them to fill
 * in with what sg_names_strdup() returns; NULL everywhere unless they are known.
 */
const SgRelationColumns *
sg_names_keep_columns(SgNames *names, Oid relid, int count)
{
	bool		found;
	ColumnsEntry *entry = columns_insert(names->columns, relid, &found);
	SgRelationColumns *columns;

	if (!found)
		entry->columns = keep_bytes(names, sizeof(SgRelationColumns));
	columns = entry->columns;
	if (!found || columns->count < count)
	{
		columns->names = keep_bytes(names, sizeof(char *) * Max(count, 1));
		memset(columns->names, 0, sizeof(char *) * Max(count, 1));
	}
	columns->count = count;
	return columns;
}

/* The columns that are known of a relation, or NULL. */
static const SgRelationColumns *
known_columns(SgNames *names, Oid relid)
{
	ColumnsEntry *entry = columns_lookup(names->columns, relid);

	return entry != NULL ? entry->columns : NULL;
}

/* Loads the columns of a relation. */
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

		/* the index is in this order, and numbers have no gaps */
		column_names[count++] = form->attisdropped ? NULL : sg_names_strdup(names, NameStr(form->attname));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	columns = sg_names_keep_columns(names, relid, count);
	memcpy(columns->names, column_names, sizeof(char *) * count);
	pfree(column_names);
	return columns;
}

/* The names that the relation's columns have. */
const SgRelationColumns *
sg_names_columns(SgNames *names, Oid relid)
{
	const SgRelationColumns *columns = known_columns(names, relid);

	sg_mention(names, relid);
	return columns != NULL ? columns : load_columns(names, relid);
}

/* The column's name; in the current memory context, or it lives as long as the names. */
const char *
sg_names_column(SgNames *names, Oid relid, AttrNumber attnum)
{
	const SgRelationColumns *columns = known_columns(names, relid);
	char	   *name;

	sg_mention(names, relid);
	/* if nothing else is asked for of the relation, the cache is quicker */
	if (columns == NULL && names->all_relations)
		columns = load_columns(names, relid);
	if (columns != NULL && attnum > 0 && attnum <= columns->count &&
		columns->names[attnum - 1] != NULL)
		return columns->names[attnum - 1];
	name = get_attname(relid, attnum, true);
	return name != NULL ? name : sg_names_missing(names, "column");
}

static NameEntry *
find_text(SgNames *names, Oid catalog, Oid oid, int64 modifier)
{
	NameKey		key = {.catalog = catalog, .oid = oid, .modifier = modifier};

	return texts_lookup(names->texts, key);
}

static const char *
keep_text(SgNames *names, Oid catalog, Oid oid, int64 modifier, const char *text)
{
	NameKey		key = {.catalog = catalog, .oid = oid, .modifier = modifier};
	const char *copy = sg_names_strdup(names, text);
	bool		found;

	/* something may be missing in the text: that is to be noted each time */
	if (names->gaps == NIL)
		texts_insert(names->texts, key, &found)->text = copy;
	return copy;
}

/* Does a type, or that of its elements, or its schema not exist?  The server prints it as it can. */
static bool
is_type_broken(Oid type, const char *text)
{
	HeapTuple	tuple;
	Oid			schema;

	if (strncmp(text, SG_MISSING, strlen(SG_MISSING)) == 0)
		return true;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		return true;
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return schema != PG_CATALOG_NAMESPACE &&
		!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(schema));
}

/* one that its own session sees without the schema's name, and others do not */
static bool
is_type_temporary(Oid type)
{
	HeapTuple	tuple = type < FirstNormalObjectId ? NULL :
		SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema;

	if (!HeapTupleIsValid(tuple))
		return false;
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return isAnyTempNamespace(schema);
}

/* The type as SQL writes it, with its modifier unless that is -1. */
const char *
sg_names_type(SgNames *names, Oid type, int32 typmod)
{
	NameEntry  *entry = find_text(names, TypeRelationId, type, typmod);
	char	   *text;

	sg_mention(names, type);
	if (entry != NULL)
		return entry->text;
	if (!OidIsValid(type))
		return sg_names_missing(names, "type");
	text = format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_ALLOW_INVALID |
								(is_type_temporary(type) ? FORMAT_TYPE_FORCE_QUALIFY : 0));
	if (is_type_broken(type, text))
		(void) sg_names_missing(names, "type");
	return keep_text(names, TypeRelationId, type, typmod, sg_canon_text(text));
}

/* The name of something in a schema, which pg_catalog's things go without. */
static const char *
keep_schema_object(SgNames *names, Oid catalog, Oid oid, Oid schema, const char *name)
{
	if (schema == PG_CATALOG_NAMESPACE)
		return keep_text(names, catalog, oid, -1, sg_canon_identifier(name));
	return keep_text(names, catalog, oid, -1, sg_names_qualify(names, schema, name));
}

/* The collation's name, always qualified but for the schema left out. */
const char *
sg_names_collation(SgNames *names, Oid collation)
{
	NameEntry  *entry = find_text(names, CollationRelationId, collation, -1);
	HeapTuple	tuple;
	Form_pg_collation form;
	const char *text;

	sg_mention(names, collation);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "collation");
	form = (Form_pg_collation) GETSTRUCT(tuple);
	text = keep_text(names, CollationRelationId, collation, -1,
					 sg_names_qualify(names, form->collnamespace, NameStr(form->collname)));
	ReleaseSysCache(tuple);
	return text;
}

/* Is it the collation that the type has when none is named? */
bool
sg_names_collation_is_default(SgNames *names, Oid collation, Oid type)
{
	/* the answers share the table of texts, under the type as modifier */
	NameEntry  *entry = find_text(names, CollationRelationId, collation, type);

	if (entry != NULL)
		return entry->text[0] != '\0';
	return keep_text(names, CollationRelationId, collation, type,
					 get_typcollation(type) == collation ? "default" : "")[0] != '\0';
}

const char *
sg_names_opclass(SgNames *names, Oid opclass)
{
	NameEntry  *entry = find_text(names, OperatorClassRelationId, opclass, -1);
	HeapTuple	tuple;
	Form_pg_opclass form;
	const char *text;

	sg_mention(names, opclass);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "operator class");
	form = (Form_pg_opclass) GETSTRUCT(tuple);
	text = keep_schema_object(names, OperatorClassRelationId, opclass, form->opcnamespace,
							  NameStr(form->opcname));
	ReleaseSysCache(tuple);
	return text;
}

/*
 * Is it the default one for the type?  GetDefaultOpClass() reads all operator
 * classes of the method; of btree, the type cache has its answer, as family and
 * input type, which no two default operator classes share.
 */
static bool
is_default_opclass(Form_pg_opclass form, Oid type)
{
	TypeCacheEntry *entry;

	if (!form->opcdefault || form->opcintype == type)
		return form->opcdefault;
	/* the server fails at one that does not exist */
	if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type)))
		return false;
	if (form->opcmethod != BTREE_AM_OID)
		return GetDefaultOpClass(type, form->opcmethod) == form->oid;
	entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	return entry->btree_opf == form->opcfamily && entry->btree_opintype == form->opcintype;
}

/* Is it the operator class that an index on this type has when none is named? */
bool
sg_names_opclass_is_default(SgNames *names, Oid opclass, Oid type)
{
	/* the answers share the table of texts, under the type as modifier */
	NameEntry  *entry = find_text(names, OperatorClassRelationId, opclass, type);
	HeapTuple	tuple;
	bool		is_default;

	if (entry != NULL)
		return entry->text[0] != '\0';
	tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	if (!HeapTupleIsValid(tuple))
		return false;
	is_default = is_default_opclass((Form_pg_opclass) GETSTRUCT(tuple), type);
	ReleaseSysCache(tuple);
	return keep_text(names, OperatorClassRelationId, opclass, type,
					 is_default ? "default" : "")[0] != '\0';
}

const char *
sg_names_access_method(SgNames *names, Oid access_method)
{
	NameEntry  *entry = find_text(names, AccessMethodRelationId, access_method, -1);
	HeapTuple	tuple;
	const char *text;

	sg_mention(names, access_method);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(AMOID, ObjectIdGetDatum(access_method));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "access method");
	text = keep_text(names, AccessMethodRelationId, access_method, -1,
					 sg_canon_identifier(NameStr(((Form_pg_am) GETSTRUCT(tuple))->amname)));
	ReleaseSysCache(tuple);
	return text;
}

/* The operator, as OPERATOR(schema.name) where it is not in pg_catalog. */
const char *
sg_names_operator(SgNames *names, Oid operator)
{
	NameEntry  *entry = find_text(names, OperatorRelationId, operator, -1);
	HeapTuple	tuple;
	Form_pg_operator form;
	const char *text;
	char	   *name;

	sg_mention(names, operator);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "operator");
	form = (Form_pg_operator) GETSTRUCT(tuple);
	if (form->oprnamespace == PG_CATALOG_NAMESPACE || form->oprnamespace == names->hidden_schema)
		name = pstrdup(NameStr(form->oprname));
	else
		name = psprintf("OPERATOR(%s.%s)", sg_names_schema(names, form->oprnamespace)->quoted,
						NameStr(form->oprname));
	text = keep_text(names, OperatorRelationId, operator, -1, name);
	ReleaseSysCache(tuple);
	return text;
}

/*
 * Loads the names of all functions but the server's own: many triggers name one
 * each, and the cache would keep whole rows.
 */
static void
load_functions(SgNames *names)
{
	Relation	rel = table_open(ProcedureRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_proc_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
				ObjectIdGetDatum(FirstNormalObjectId));
	scan = systable_beginscan(rel, ProcedureOidIndexId, true, names->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
		char	   *name;

		/* one in a schema that does not exist is found out when it is asked for */
		if (!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(form->pronamespace)))
			continue;
		name = sg_names_qualify(names, form->pronamespace, NameStr(form->proname));
		(void) keep_text(names, ProcedureRelationId, form->oid, -1, name);
		pfree(name);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	names->all_functions = true;
}

/* The function's name, without arguments; qualified always but for the schema left out. */
const char *
sg_names_function(SgNames *names, Oid function)
{
	NameEntry  *entry;
	HeapTuple	tuple;
	Form_pg_proc form;
	const char *text;

	sg_mention(names, function);
	if (names->all_relations && !names->all_functions)
		load_functions(names);
	entry = find_text(names, ProcedureRelationId, function, -1);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, "function");
	form = (Form_pg_proc) GETSTRUCT(tuple);
	text = keep_text(names, ProcedureRelationId, function, -1,
					 sg_names_qualify(names, form->pronamespace, NameStr(form->proname)));
	ReleaseSysCache(tuple);
	return text;
}
