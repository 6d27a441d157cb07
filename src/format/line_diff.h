/*
 * format/line_diff.h
 *		Two texts as one, line by line: what stays, what goes, what comes.
 */
#ifndef SG_FORMAT_LINE_DIFF_H
#define SG_FORMAT_LINE_DIFF_H

#include "lib/stringinfo.h"

extern void sg_line_diff(StringInfo buf, const char *before, size_t before_len,
						 const char *after, size_t after_len);

#endif							/* SG_FORMAT_LINE_DIFF_H */
