/*
 * classes/relation/relation.h
 *		Declarations shared by the files that describe relations.
 *
 * relation.c scans pg_class in OID order; each part (columns, constraints, indexes,
 * triggers, rules, policies ...) has a file of its own and a scan of its catalog,
 * which it advances to the current relation.
 */
#ifndef SG_CLASSES_RELATION_RELATION_H
#define SG_CLASSES_RELATION_RELATION_H

#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"

#include "catalogs/scan.h"
#include "classes/describer.h"
#include "deparse/deparse.h"

typedef struct SgColumn
{
	int16		attnum;
	Oid			type;
	int32		typmod;
	Oid			collation;
	bool		not_null;
	bool		has_default;
	bool		own_as_well;	/* both inherited and defined in the table itself */
	char		identity;		/* pg_attribute.attidentity */
	char		generated;		/* pg_attribute.attgenerated */
	const char *name;
	const char *default_text;	/* default or generation expression, or NULL */
} SgColumn;

/* a constraint that an index enforces; index.c describes both together */
typedef struct SgIndexConstraint
{
	Oid			oid;
	Oid			index;
	char		type;			/* pg_constraint.contype */
	bool		period;			/* WITHOUT OVERLAPS */
	const char *name;
	const char *state;			/* DEFERRABLE and the like, with a leading space */
	List	   *exclusion_operators;	/* of Oid */
} SgIndexConstraint;

/* an index of a partitioned table, of which each partition has a part */
typedef struct SgParentIndex
{
	Oid			relid;
	bool		enforces;		/* unique or an exclusion */
	bool		replica_identity;
	const char *definition;
} SgParentIndex;

/* a constraint of a partitioned table that each partition has, too */
typedef struct SgParentConstraint
{
	char		type;			/* pg_constraint.contype */
	const char *name;			/* of NOT NULL, the column's name, which is the same in all partitions */
	const char *state;			/* NOT VALID and the like */
} SgParentConstraint;

/* the current relation */
typedef struct SgRelation
{
	SgDescriber *describer;
	SgObject   *object;
	Oid			relid;
	Form_pg_class form;
	HeapTuple	tuple;			/* its row in pg_class ... */
	SgCatalogScan *scan;		/* ... and how to get at all its attributes */
	Oid			parent;			/* of a partition; else InvalidOid */
	bool		inherits;		/* has parents and is no partition */
	List	   *index_constraints;	/* of SgIndexConstraint *, see index.c */
	int			ncolumns;		/* live ones, in order */
	SgColumn   *columns;
	SgColumnNames names;
} SgRelation;

/*
 * One part.  "describe" adds the part's items to relation->object.  It returns false
 * if the object was reported as locked (sg_locked_elsewhere()).
 */
typedef struct SgRelationPart
{
	Oid			catalog;
	Oid			index;			/* its first column is the relation's OID ... */
	AttrNumber	key_attribute;	/* ... which is this attribute */
	AttrNumber	positive;		/* if valid, only rows where this column of the index is above 0 */
	bool		in_order;		/* must the rows of a relation come in the order of the index? */
	SgTupleFilter wanted;			/* if all relations are described, only these rows are needed; or NULL */
	bool		(*describe) (SgRelation *relation, SgCatalogScan *scan);
} SgRelationPart;

extern const SgRelationPart sg_inheritance_part;
extern const SgRelationPart sg_columns_part;
extern const SgRelationPart sg_column_defaults_part;
extern const SgRelationPart sg_partition_key_part;
extern const SgRelationPart sg_constraints_part;
extern const SgRelationPart sg_indexes_part;
extern const SgRelationPart sg_triggers_part;
extern const SgRelationPart sg_rules_part;
extern const SgRelationPart sg_policies_part;
extern const SgRelationPart sg_sequence_part;
extern const SgRelationPart sg_foreign_table_part;

/* what is needed to write the definition of an index */
typedef struct SgIndexAt
{
	SgRelation *relation;
	Form_pg_index form;
	oidvector  *collations;
	oidvector  *opclasses;
	int2vector *options;
	List	   *expressions;
	Oid			access_method;
	const SgIndexConstraint *constraint;	/* that it enforces, or NULL */
} SgIndexAt;

/* called with the row of each column */
typedef void (*SgColumnVisitor) (SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple);

/* Returns true if the relation can have parents, constraints and policies. */
static inline bool
sg_relation_is_table(const SgRelation *relation)
{
	char		kind = relation->form->relkind;

	return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE ||
		kind == RELKIND_FOREIGN_TABLE;
}

/* column.c */
extern const SgColumn *sg_column_find(const SgRelation *relation, int16 attnum);
extern const char *sg_column_quoted_name(const SgRelation *relation, int16 attnum);
extern void sg_column_append_names(StringInfo buf, const SgRelation *relation,
							  const int16 *attnums, int count);
extern bool sg_column_is_live(HeapTuple row);
extern void sg_column_load(SgRelation *relation, SgCatalogScan *scan, SgColumnVisitor visit);
extern void sg_column_load_defaults(SgRelation *relation, SgCatalogScan *scan);

/* constraint_text.c */
extern const char *sg_constraint_state(Form_pg_constraint form);
extern char *sg_constraint_foreign_key(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple,
									   Form_pg_constraint form);
extern char *sg_constraint_check(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple,
								 Form_pg_constraint form);
extern void sg_constraint_collect(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple,
								  Form_pg_constraint form);
extern const SgColumn *sg_constraint_not_null_column(SgRelation *relation, SgCatalogScan *scan,
													 HeapTuple tuple);
extern bool sg_constraint_name_is_invented(const char *owner, const char *column, const char *name);
extern const char *sg_constraint_inherited_name(SgRelation *relation, SgCatalogScan *scan,
												HeapTuple tuple);

/* index_definition.c */
extern const char *sg_index_definition(SgIndexAt *at, SgCatalogScan *scan, HeapTuple tuple);

/* parent.c */
extern const SgRelation *sg_parent(const SgRelation *partition);
extern List *sg_parent_constraints(const SgRelation *partition);
extern List *sg_parent_indexes(const SgRelation *partition);
extern Oid	sg_parent_of_index(SgDescriber *describer, Oid index);

/* inheritance.c */
extern int *sg_inheritance_order(const SgRelation *relation);
extern void sg_inheritance_add_own_as_well(SgRelation *relation, uint32 stable_id, const char *words,
										   const char *name);

/* storage.c */
extern void sg_storage_add_relation(SgRelation *relation);
extern void sg_storage_add_column(SgRelation *relation, HeapTuple tuple);
extern void sg_storage_add_index(SgRelation *relation, Form_pg_index form,
								 const SgRelationName *index);

/* trigger.c */
extern const char *sg_trigger_firing_state(char enabled);

#endif							/* SG_CLASSES_RELATION_RELATION_H */
