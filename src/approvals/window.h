/*
 * approvals/window.h
 *		Windows: time-limited permission to make unapproved changes.
 */
#ifndef SG_APPROVALS_WINDOW_H
#define SG_APPROVALS_WINDOW_H

#include "utils/timestamp.h"

extern int64 sg_window_open(const char *reason, const Interval *duration);
extern void sg_window_close(void);
extern int64 sg_window_newest_open(char **reason);

#endif							/* SG_APPROVALS_WINDOW_H */
