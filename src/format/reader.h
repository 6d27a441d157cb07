/*
 * format/reader.h
 *		Reads a text line by line, for schema files, path files and blocks.
 */
#ifndef SG_FORMAT_READER_H
#define SG_FORMAT_READER_H

#include "lib/stringinfo.h"

#include "support/compat.h"

/* a place in a text that is read line by line */
typedef struct SgReader
{
	const char *what;			/* for errors: "schema file" unless set otherwise */
	const char *pos;			/* the next line */
	const char *end;
	int			line;			/* number of the current line, from 1 */
	const char *start;			/* the current line, without its line end */
	size_t		len;
} SgReader;

extern void sg_reader_init(SgReader *reader, const char *text, size_t len);
extern bool sg_reader_next(SgReader *reader);
extern bool sg_reader_next_starts(const SgReader *reader, const char *prefix);
extern void sg_reader_append_unescaped(StringInfo buf, const SgReader *reader,
									   const char *text, size_t len);
extern char *sg_reader_unescaped(const SgReader *reader, const char *text, size_t len);
extern void sg_reader_malformed(const SgReader *reader, const char *format,...)
			pg_attribute_printf(2, 3) pg_attribute_noreturn();

#endif							/* SG_FORMAT_READER_H */
