/*
 * deparse/query_names.h
 *		Which column names the deparser would choose if it did not know that an
 *		entry is a relation.
 */
#ifndef SG_DEPARSE_QUERY_NAMES_H
#define SG_DEPARSE_QUERY_NAMES_H

#include "nodes/parsenodes.h"

#include "catalogs/names.h"

/* what determines the column names that the deparser chooses for a query */
typedef struct SgQueryShape
{
	bool		joins;
	bool		named_joins;	/* (a JOIN b) AS c */
	bool		merged_columns; /* USING, NATURAL */
} SgQueryShape;

extern SgQueryShape sg_query_shape(const Query *query);
extern int	sg_query_first_renamed_column(const RangeTblEntry *entry, const SgRelationColumns *columns);
extern bool sg_query_names_would_differ(SgNames *names, const Query *query, SgQueryShape shape,
								  const RangeTblEntry *entry);

#endif							/* SG_DEPARSE_QUERY_NAMES_H */
