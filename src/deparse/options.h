/*
 * deparse/options.h
 *		Options that catalogs keep as text arrays of name=value.
 */
#ifndef SG_DEPARSE_OPTIONS_H
#define SG_DEPARSE_OPTIONS_H

extern char *sg_options_text(Datum options);

#endif							/* SG_DEPARSE_OPTIONS_H */
