/*
 * format/reason.h
 *		The reason for an error, as part of its message.
 */
#ifndef SG_FORMAT_REASON_H
#define SG_FORMAT_REASON_H

extern char *sg_reason(const char *first, int count);

#endif							/* SG_FORMAT_REASON_H */
