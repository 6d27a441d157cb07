/*
 * format/pathfile.h
 *		The path file: the states of a path as text, for git and review.
 *
 *		schema_guard path file
 *		format: sg1
 *		digest: <SHA-256 of all that follows the first empty line>
 *		facets: structure, index
 *		exclude: <pattern>			(one line for each exclusion rule)
 *		<empty line>
 *		start: sg1:9b1d77...
 *		table public.orders
 *		  column "id": bigint NOT NULL
 *		...
 *		<empty line>
 *		step 1: sg1:5c0f3c...
 *		statement: ALTER TABLE orders ADD COLUMN note text
 *		 table public.orders
 *		   column "id": bigint NOT NULL
 *		+  column "note": text
 *		<empty line>
 *		step 2: ...
 *
 * The first state consists of blocks, as in a schema file.  A step shows each object
 * that it changes, in the order of the header lines, as one text: the lines of the
 * block before and after, merged by format/line_diff.c.
 */
#ifndef SG_FORMAT_PATHFILE_H
#define SG_FORMAT_PATHFILE_H

#include "format/digest.h"
#include "format/schemafile.h"

#define SG_PATHFILE_TITLE "schema_guard path file"

/* an object's block before and after a step */
typedef struct SgBlockPair
{
	SgBlock    *before;			/* NULL: the object is new */
	SgBlock    *after;			/* NULL: the object is gone */
} SgBlockPair;

/* a path file that is being read */
typedef struct SgPathReader
{
	SgReader	reader;
	SgDescription *schema;		/* the state reached so far */
	SgDigestTree *tree;			/* over its objects */
	int			step;			/* its number */
	List	   *statements;		/* of char *, that led there */
	List	   *changes;		/* of SgBlockPair *, likewise */
} SgPathReader;

/* format/pathfile.c */
extern void sg_pathfile_apply(SgDescription *schema, const List *changes);
extern void sg_pathfile_write_start(StringInfo body, const SgDescription *schema);
extern void sg_pathfile_write_step(StringInfo body, int step, const char *fingerprint,
								   const List *statements, const List *changes);
extern char *sg_pathfile_finish(const SgDescription *schema, const StringInfoData *body);

/* format/pathfile_read.c */
extern SgPathReader *sg_pathfile_open(const char *file, size_t len);
extern bool sg_pathfile_next(SgPathReader *path);

#endif							/* SG_FORMAT_PATHFILE_H */
