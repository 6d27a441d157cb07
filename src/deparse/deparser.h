/*
 * deparse/deparser.h
 *		What we need to know about a run to turn stored trees into text.
 */
#ifndef SG_DEPARSE_DEPARSER_H
#define SG_DEPARSE_DEPARSER_H

#include "catalogs/names.h"

/* texts that were deparsed before: deparse/expression.c */
typedef struct SgDeparseCache SgDeparseCache;

typedef struct SgDeparser
{
	SgNames    *names;
	Oid			hidden_schema;	/* its name is left out of texts; or InvalidOid */
	bool		single_object;	/* the run is about one object: few of its texts will repeat */
	bool		careful;		/* note what cannot be printed instead of raising an error: deparse/tree.c */
	MemoryContext context;		/* lives until the run ends */
	SgDeparseCache *cache;		/* of this run, or NULL */
} SgDeparser;

#endif							/* SG_DEPARSE_DEPARSER_H */
