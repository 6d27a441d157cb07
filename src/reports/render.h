/*
 * reports/render.h
 *		Rendering reports: a function for each format.
 */
#ifndef SG_REPORTS_RENDER_H
#define SG_REPORTS_RENDER_H

#include "reports/report.h"

typedef void (*SgRenderer) (StringInfo buf, const SgReport *report);

/* render_json.c, with what the other JSON formats need */
extern void sg_render_json(StringInfo buf, const SgReport *report);
extern void sg_render_json_member(StringInfo buf, const char *key, const char *value);

/* a file for each */
extern void sg_render_junit(StringInfo buf, const SgReport *report);
extern void sg_render_sarif(StringInfo buf, const SgReport *report);
extern void sg_render_gitlab(StringInfo buf, const SgReport *report);
extern void sg_render_markdown(StringInfo buf, const SgReport *report);
extern void sg_render_html(StringInfo buf, const SgReport *report);

#endif							/* SG_REPORTS_RENDER_H */
