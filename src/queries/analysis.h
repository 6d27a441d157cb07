/*
 * queries/analysis.h
 *		Parse analysis of query texts: nothing is rewritten, planned or executed.
 */
#ifndef SG_QUERIES_ANALYSIS_H
#define SG_QUERIES_ANALYSIS_H

#include "nodes/parsenodes.h"
#include "parser/parse_node.h"

/* a relation or query in which a name may be looked for */
typedef struct SgSource
{
	RangeTblEntry *rte;			/* never a join's */
	CommonTableExpr *cte;		/* of a reference to one */
} SgSource;

/* a column name that stands alone, with what it was looked for in */
typedef struct SgBareName
{
	const char *name;
	List	   *sources;		/* of SgSource * */
} SgBareName;

/* places in the text that the analysed tree does not tell from others */
typedef struct SgPlaces
{
	Bitmapset  *stars;			/* "*" and "t.*" */
	Bitmapset  *literals;		/* of no type: 'a', NULL, and $n before it has a type */
	Bitmapset  *casted;			/* columns and parameters in "column::type" and "$1::type" */
	Bitmapset  *undotted;		/* literals without a dot: as names of objects, they have no schema */
	Bitmapset  *variadic;		/* calls f(VARIADIC array) */
	Bitmapset  *unqualified;	/* calls and operators whose name has no schema */
	List	   *types;				/* of char *: names without a schema */
	List	   *collations;			/* likewise */
	Bitmapset  *resolved;		/* columns and stars that stand alone, or behind the name of a join */
	Bitmapset  *rows;			/* what a function in FROM returns, by its own name: a value that is no column */
	List	   *group_names;	/* of ColumnRef *: GROUP BY name */
	bool		row_star;		/* "(row).*" */
	List	   *relations;		/* of char *: names without a schema */
	List	   *positional;		/* of char *: WITH queries that are INSERTs without a list of columns */
} SgPlaces;

/* a statement after parse analysis */
typedef struct SgAnalysis
{
	Query	   *query;
	Node	   *raw;			/* what it was analysed from */
	const CopyStmt *copied;		/* COPY (...) TO whose query it is, or NULL */
	SgPlaces	places;
	List	   *bare;			/* of SgBareName * */
	List	   *path;			/* the search_path, of Oid */
	List	   *relations;		/* those that a command names, of Oid */
	Query	   *condition;		/* of COPY FROM, or NULL */
	Oid		   *parameters;		/* the types of $1, $2 ... */
	int			nparameters;
} SgAnalysis;

/* how a statement is analysed that the server has analysed already */
typedef struct SgAnalysisSetup
{
	const ParseState *first;	/* whose hooks know names and parameters; NULL: none does */
	Oid		   *types;			/* of parameters that are known; palloc'd */
	int			ntypes;
} SgAnalysisSetup;

extern SgAnalysis *sg_analysis_of(RawStmt *statement, const char *text);
extern SgAnalysis *sg_analysis_again(RawStmt *statement, const char *text,
									  const SgAnalysisSetup *setup);
extern bool sg_analysis_is_positional(const SgAnalysis *analysis, const char *cte);

#endif							/* SG_QUERIES_ANALYSIS_H */
