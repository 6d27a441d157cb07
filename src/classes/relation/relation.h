/*
 * classes/relation/relation.h
 *		What the parts of a relation's description share.
 *
 * relation.c walks pg_class in OID order; each part (columns, constraints,
 * indexes, triggers, rules, policies ...) has a file of its own and a cursor
 * over its catalog, which it advances to the relation at hand.
 */
#ifndef SG_CLASSES_RELATION_RELATION_H
#define SG_CLASSES_RELATION_RELATION_H

#include "catalog/pg_class.h"
#include "catalog/pg_index.h"

#include "catalogs/scan.h"
#include "classes/class.h"

typedef struct SgColumn
{
	int16		attnum;
	Oid			type;
	int32		typmod;
	Oid			collation;
	bool		not_null;
	bool		has_default;
	bool		own_as_well;	/* inherited, and defined in the table itself too */
	char		identity;		/* pg_attribute.attidentity */
	char		generated;		/* pg_attribute.attgenerated */
	const char *name;
	const char *default_text;	/* default or generation expression, or NULL */
} SgColumn;

/* a constraint that is kept by an index, which index.c describes together */
typedef struct SgIndexConstraint
{
	Oid			oid;
	Oid			index;
	char		type;			/* pg_constraint.contype */
	bool		period;			/* WITHOUT OVERLAPS */
	const char *name;
	const char *state;			/* DEFERRABLE and the like, with a space in front */
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

/* a constraint of a partitioned table, that each partition has as well */
typedef struct SgParentConstraint
{
	char		type;			/* pg_constraint.contype */
	const char *name;			/* of a NOT NULL its column's, which are the same in all partitions */
	const char *state;			/* NOT VALID and the like */
} SgParentConstraint;

/* the relation at hand */
typedef struct SgRelation
{
	SgDescriber *describer;
	SgObject   *object;
	Oid			relid;
	Form_pg_class form;
	HeapTuple	tuple;			/* its row of pg_class ... */
	SgCursor   *cursor;			/* ... and how to get at all its attributes */
	Oid			parent;			/* of a partition; else InvalidOid */
	bool		inherits;		/* has parents and is no partition */
	List	   *index_constraints;	/* of SgIndexConstraint *, see index.c */
	int			ncolumns;		/* live ones, in order */
	SgColumn   *columns;
	SgColumnNames names;
} SgRelation;

/*
 * One part.  "describe" adds the part's items to relation->object and returns
 * false if the object must be left to options->busy (sg_deparse_available).
 */
typedef struct SgRelationPart
{
	Oid			catalog;
	Oid			index;			/* its first column is the relation's OID ... */
	AttrNumber	key_attribute;	/* ... which is this attribute */
	AttrNumber	positive;		/* if valid, only rows where this column of the index is above 0 */
	bool		in_order;		/* do rows of a relation have to come in the order of the index? */
	SgRowFilter wanted;			/* where all relations are described, just these rows; or NULL */
	bool		(*describe) (SgRelation *relation, SgCursor *cursor);
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

/* relation.c */
extern bool sg_is_table(const SgRelation *relation);
extern SgCursor *sg_part_cursor(const SgRelationPart *part, const SgDescriber *describer, Oid only);

/* constraint.c */
extern List *sg_load_parent_constraints(SgRelation *relation, SgCursor *cursor);

/* index.c */
extern List *sg_load_parent_indexes(SgRelation *relation, SgCursor *cursor);

/* column.c */
extern const SgColumn *sg_column(const SgRelation *relation, int16 attnum);
extern const char *sg_own_column_name(const SgRelation *relation, int16 attnum);
extern void sg_append_columns(StringInfo buf, const SgRelation *relation,
							  const int16 *attnums, int count);
extern void sg_add_own_as_well(SgRelation *relation, uint32 key, const char *words,
							   const char *name);

/* foreign.c */
extern void sg_add_foreign_column(SgRelation *relation, SgCursor *cursor, HeapTuple tuple);

/* trigger.c */
extern const char *sg_firing_state(char enabled);

/* storage.c */
extern void sg_add_relation_storage(SgRelation *relation);
extern void sg_add_column_storage(SgRelation *relation, HeapTuple tuple);
extern void sg_add_index_storage(SgRelation *relation, Form_pg_index form,
								 const SgRelationName *index);

/* partition.c */
extern const SgRelation *sg_partition_parent(const SgRelation *partition);
extern List *sg_partition_parent_indexes(const SgRelation *partition);
extern List *sg_partition_parent_constraints(const SgRelation *partition);
extern Oid	sg_parent_of(const SgDescriber *describer, Oid partition);
extern char *sg_partition_column_order(const SgRelation *relation);

/* inheritance.c */
extern int *sg_inherited_order(const SgRelation *relation);

#endif							/* SG_CLASSES_RELATION_RELATION_H */
