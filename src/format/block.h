/*
 * format/block.h
 *		The canonical text of an object, its block.
 */
#ifndef SG_FORMAT_BLOCK_H
#define SG_FORMAT_BLOCK_H

#include "format/object.h"
#include "format/reader.h"

/* an object as text: its lines, in the server encoding, and their digest */
typedef struct SgBlock
{
	const char *type;			/* NULL if the block was read from the store */
	const char *identity;		/* likewise */
	const char *text;			/* not NUL-terminated */
	size_t		len;
	SgDigest	digest;
} SgBlock;

/* block.c */
extern void sg_block_append_escaped(StringInfo buf, const char *text, size_t len);
extern void sg_block_append_lines(StringInfo buf, const char *definition);
extern void sg_block_write_header(StringInfo buf, const char *type, const char *identity);
extern void sg_block_write(StringInfo buf, const SgObject *object, SgFacetSet facets);
extern void sg_block_render(StringInfo buf, const SgObject *object, SgFacetSet facets, SgDigest *digest);
extern int	sg_block_compare(const void *a, const void *b);
extern void sg_blocks_sort(SgBlock *blocks, int count);

/* block_read.c */
extern char *sg_block_read_lines(SgReader *reader);
extern SgObject *sg_block_read(SgReader *reader, SgFacetSet facets);
extern SgObject *sg_block_parse(const char *block, size_t len);

#endif							/* SG_FORMAT_BLOCK_H */
