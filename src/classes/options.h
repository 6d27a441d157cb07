/*
 * classes/options.h
 *		Options of foreign-data objects and settings, without secrets.
 */
#ifndef SG_CLASSES_OPTIONS_H
#define SG_CLASSES_OPTIONS_H

#include "format/object.h"

extern void sg_options_add(SgObject *object, const char *of, Datum options, bool all_secret);
extern char *sg_options_setting(const char *name, const char *value);

#endif							/* SG_CLASSES_OPTIONS_H */
