/*
 * classes/class.h
 *		What a handler of an object class works with.
 *
 * A class has one file in src/classes and one row in sg_classes[].
 */
#ifndef SG_CLASSES_CLASS_H
#define SG_CLASSES_CLASS_H

#include "nodes/parsenodes.h"

#include "catalogs/names.h"
#include "description/describe.h"

/* one run of a description */
typedef struct SgDescriber SgDescriber;

/* comments, labels and grants: classes/annotations.h */
typedef struct SgAnnotations SgAnnotations;

/* texts that a run has come by */
typedef struct SgDeparseCache SgDeparseCache;

struct SgDescriber
{
	const SgDescribeOptions *options;
	Snapshot	snapshot;
	SgNames    *names;
	SgAnnotations *annotations;
	Oid			only;			/* just this object of the class; or InvalidOid */
	bool		careful;		/* what cannot be printed is noted: deparse/tree.c */
	MemoryContext run_context;	/* lives until the run ends */
	struct ParentColumns *parent_columns;	/* partition.c's */
	SgDeparseCache *deparsed;	/* deparse/cache.c's */
	MemoryContext object_context;	/* current while an object is described, reset after it */
};

/* an object that is one row of its catalog: classes/row.h */
typedef struct SgRow SgRow;

/* A class has either "describe", or "describe_row" and what leads to its rows. */
typedef struct SgClass
{
	Oid			catalog;		/* what pg_depend.classid says of its objects */
	const char *name;			/* plural, for people */
	void		(*describe) (SgDescriber *describer);
	void		(*describe_row) (SgRow *row);
	Oid			index;			/* on the OID */
	AttrNumber	oid;
	AttrNumber	schema;			/* or InvalidAttrNumber */
} SgClass;

extern const SgClass *const sg_classes[];	/* NULL-terminated */

/* classes/row.c */
extern void sg_describe_rows(SgDescriber *describer, const SgClass *class);

/* description/describe.c: what handlers call */
extern bool sg_in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema);
extern bool sg_wants_facet(const SgDescriber *describer, SgFacet facet);
extern bool sg_wants_dependencies(const SgDescriber *describer);
extern bool sg_rule_matches(const SgDescriber *describer, const char *identity);
extern void sg_describing(SgDescriber *describer, const SgObject *object);
extern void sg_described(SgDescriber *describer, SgObject *object);
extern void sg_not_described(SgDescriber *describer);
extern void sg_describe_busy(SgDescriber *describer, const SgObject *object);

/* deparse/tree.c: stored trees, which may be damaged */
typedef char *(*SgTreePrinter) (SgDescriber *describer, Node *tree, void *arg);

extern Node *sg_read_tree(SgDescriber *describer, const char *text);
extern List *sg_read_trees(SgDescriber *describer, const char *text);
extern Node *sg_nth_tree(const List *trees, int n);
extern char *sg_print_tree(SgDescriber *describer, SgTreePrinter printer, Node *tree, void *arg);

/* deparse/deparse.c: expressions as text, without opening the relation they belong to */
typedef struct SgColumnNames
{
	Oid			relid;
	const char *relation;		/* unquoted name, the prefix of whole-row references */
	int			count;			/* highest attribute number */
	const char **names;			/* [attnum - 1], NULL where dropped */
	List	   *context;		/* made by the first expression that needs it */
} SgColumnNames;

extern char *sg_deparse_node(SgDescriber *describer, Node *node, SgColumnNames *columns);
extern char *sg_deparse_policy(SgDescriber *describer, Node *node, SgColumnNames *columns);
extern char *sg_deparse_with_old_new(SgDescriber *describer, Node *node, SgColumnNames *columns);

/* deparse/cache.c: stored expressions as text */
extern char *sg_deparse_expression(SgDescriber *describer, const char *tree,
								   SgColumnNames *columns);

/* deparse/options.c: reloptions, attoptions and the like */
extern char *sg_options_text(Datum options);

/* deparse/query.c: queries as text */
extern bool sg_deparse_available(SgDescriber *describer, const SgObject *object, Node *tree);
extern char *sg_deparse_query(SgNames *names, Query *query);
extern char *sg_deparse_view_query(SgNames *names, Query *query, const SgColumnNames *columns);
extern char *sg_deparse_function_query(SgNames *names, Query *query, const char *function,
									   int nargs, char **argument_names);

#endif							/* SG_CLASSES_CLASS_H */
