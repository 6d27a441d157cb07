/*
 * support/text.h
 *		Text in the server encoding that can be sent to any client.
 */
#ifndef SG_SUPPORT_TEXT_H
#define SG_SUPPORT_TEXT_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

/* the syntax in which a text has escapes */
typedef enum SgTextSyntax
{
	SG_TEXT_PLAIN,
	SG_TEXT_JSON				/* strings and keys of a JSON document */
} SgTextSyntax;

extern void sg_text_append_escaped(StringInfo buf, const char *text, size_t len,
								  void (*append) (StringInfo buf, const char *text, size_t len));
extern const char *sg_text_escape_unmappable(const char *text);
extern char *sg_text_escape(const char *text, SgTextSyntax syntax);
extern char *sg_text_unescape(const char *text, SgTextSyntax syntax);
extern Datum sg_text_datum(const char *text);
extern const char *sg_text_to_utf8(const char *text, size_t *len);
extern int	sg_text_compare(const char *a, size_t alen, const char *b, size_t blen);
extern int	sg_text_compare_elements(const void *a, const void *b);
extern int	sg_text_compare_cells(const ListCell *a, const ListCell *b);
extern int	sg_text_clip_len(const char *text, int len, int limit);
extern void sg_text_copy(char *to, size_t size, const char *from);
extern bool sg_text_list_begins(const List *texts, const List *first);
extern bool sg_text_list_equal(const List *left, const List *right);

#endif							/* SG_SUPPORT_TEXT_H */
