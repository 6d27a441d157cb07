/*
 * catalogs/names.h
 *		The names of the objects that descriptions refer to, each looked up once per
 *		description.
 *
 * Results live as long as the SgNames unless a function says otherwise.  They
 * are quoted where SQL needs it, and qualified unless the object is in
 * pg_catalog or in the schema whose name is left out; names of columns and of
 * relations in SgRelationName are plain.  An OID of no object (after a concurrent
 * DROP, or in a damaged catalog) gives SG_MISSING and is noted as a gap.
 */
#ifndef SG_CATALOGS_NAMES_H
#define SG_CATALOGS_NAMES_H

#include "access/attnum.h"
#include "utils/snapshot.h"

typedef struct SgNames SgNames;

/* stands for the name of an object that does not exist */
#define SG_MISSING "???"

/* what a description needs to know about a relation that it refers to */
typedef struct SgRelationName
{
	Oid			relid;			/* InvalidOid: it does not exist */
	Oid			schema;
	Oid			access_method;
	char		kind;			/* pg_class.relkind */
	char		persistence;	/* pg_class.relpersistence */
	bool		is_partition;
	bool		stored_otherwise;	/* has options or a tablespace of its own */
	char		name[FLEXIBLE_ARRAY_MEMBER];
} SgRelationName;

typedef struct SgSchemaName
{
	Oid			oid;			/* hash key */
	bool		system;			/* pg_catalog and the like, temporary schemas */
	const char *quoted;
} SgSchemaName;

/* the names of a relation's columns */
typedef struct SgRelationColumns
{
	int			count;			/* highest attribute number */
	const char **names;			/* [attnum - 1], NULL where dropped */
} SgRelationColumns;

/* names.c */
extern SgNames *sg_names_create(Oid hidden_schema, Snapshot snapshot);
extern const char *sg_names_strdup(SgNames *names, const char *name);
extern bool sg_names_may_lack(const char *text);
extern const char *sg_names_missing(SgNames *names, const char *what);
extern const char *sg_names_note_gap(SgNames *names, const char *words);
extern char *sg_names_take_gaps(SgNames *names);
extern void sg_names_forget_gaps(SgNames *names);
extern const SgSchemaName *sg_names_schema(SgNames *names, Oid schema);
extern char *sg_names_qualify(SgNames *names, Oid schema, const char *name);

/* names_relations.c */
extern void sg_names_load_relations(SgNames *names);
extern const SgRelationName *const *sg_names_loaded_relations(const SgNames *names, int *count);
extern const SgRelationName *sg_names_relation(SgNames *names, Oid relid);
extern char *sg_names_relation_text(SgNames *names, Oid relid);
extern bool sg_names_relation_is_visible(SgNames *names, const SgRelationName *relation);
extern const SgRelationColumns *sg_names_keep_columns(SgNames *names, Oid relid, int count);
extern const SgRelationColumns *sg_names_columns(SgNames *names, Oid relid);
extern const char *sg_names_column(SgNames *names, Oid relid, AttrNumber attnum);

/* names_objects.c */
extern const char *sg_names_type(SgNames *names, Oid type, int32 typmod);
extern const char *sg_names_collation(SgNames *names, Oid collation);
extern bool sg_names_collation_is_default(SgNames *names, Oid collation, Oid type);
extern const char *sg_names_opclass(SgNames *names, Oid opclass);
extern bool sg_names_opclass_is_default(SgNames *names, Oid opclass, Oid type);
extern const char *sg_names_access_method(SgNames *names, Oid access_method);
extern const char *sg_names_operator(SgNames *names, Oid operator);
extern const char *sg_names_function(SgNames *names, Oid function);

#endif							/* SG_CATALOGS_NAMES_H */
