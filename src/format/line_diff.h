/*
 * format/line_diff.h
 *		Merges two texts, line by line, into one that shows their difference.
 */
#ifndef SG_FORMAT_LINE_DIFF_H
#define SG_FORMAT_LINE_DIFF_H

#include "lib/stringinfo.h"

extern void sg_line_diff(StringInfo buf, const char *before, size_t before_len,
						 const char *after, size_t after_len);

#endif							/* SG_FORMAT_LINE_DIFF_H */
