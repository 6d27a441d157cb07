/*
 * format/sql.h
 *		SQL as text: quoting, and one text for one meaning.
 */
#ifndef SG_FORMAT_SQL_H
#define SG_FORMAT_SQL_H

extern char *sg_sql_canonical(const char *deparsed);
extern const char *sg_sql_identifier(const char *name);
extern const char *sg_sql_skip_quoted(const char *start);
extern bool sg_sql_is_identifier_byte(char c);

#endif							/* SG_FORMAT_SQL_H */
