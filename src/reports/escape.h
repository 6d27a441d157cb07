/*
 * reports/escape.h
 *		Escaping of texts for XML, HTML, Markdown and URIs.
 */
#ifndef SG_REPORTS_ESCAPE_H
#define SG_REPORTS_ESCAPE_H

#include "lib/stringinfo.h"

extern void sg_escape_xml(StringInfo buf, const char *text);
extern void sg_escape_xml_attribute(StringInfo buf, const char *name, const char *value);
extern void sg_escape_markdown(StringInfo buf, const char *text, int limit);
extern void sg_escape_uri(StringInfo buf, const char *path);
extern void sg_escape_comment(StringInfo buf, const char *text);

#endif							/* SG_REPORTS_ESCAPE_H */
