/*
 * format/schemafile.h
 *		Reads and writes schema files, the text form of a description.
 *
 *		schema_guard schema file
 *		format: sg1
 *		fingerprint: sg1:9b1d77...
 *		facets: structure, index
 *		exclude: <pattern>			(one line for each exclusion rule)
 *		<empty line>
 *		table public.orders
 *		  column "id": bigint NOT NULL
 *		...
 *
 * Blocks follow each other in the byte order of their header lines in UTF-8,
 * without empty lines between them.
 */
#ifndef SG_FORMAT_SCHEMAFILE_H
#define SG_FORMAT_SCHEMAFILE_H

#include "nodes/pg_list.h"

#include "format/block.h"
#include "format/object.h"
#include "format/reader.h"

/* the contents of a schema file or snapshot */
typedef struct SgDescription
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;
	List	   *exclusions;		/* of char *: patterns, sorted */
	int			nobjects;
	SgBlock    *blocks;			/* sorted by header line */
	SgObject  **objects;		/* the blocks parsed; only sg_snapshot_load fills it */
} SgDescription;

extern char *sg_schemafile_write(const SgDescription *schema);
extern SgDescription *sg_schemafile_read(const char *file, size_t len);
extern void sg_schemafile_fingerprint(const SgDescription *schema, char *fingerprint);

/* parts that path files share with schema files */
extern const char *sg_schemafile_complete(const char *file, size_t *len);
extern void sg_schemafile_write_scope(StringInfo buf, const SgDescription *schema);
extern void sg_schemafile_read_title(SgReader *reader, const char *title);
extern void sg_schemafile_read_scope(SgReader *reader, SgDescription *schema);
extern char *sg_schemafile_read_field(SgReader *reader, const char *key);
extern void sg_schemafile_parse_fingerprint(const SgReader *reader, const char *text,
											char *fingerprint);
extern void sg_schemafile_read_block(SgReader *reader, const SgDescription *schema, SgBlock *block,
									 MemoryContext keep);
extern void sg_schemafile_read_blocks(SgReader *reader, SgDescription *schema);

#endif							/* SG_FORMAT_SCHEMAFILE_H */
