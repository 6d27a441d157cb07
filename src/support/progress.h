/*
 * support/progress.h
 *		The progress of long work, for pg_stat_activity.
 */
#ifndef SG_SUPPORT_PROGRESS_H
#define SG_SUPPORT_PROGRESS_H

extern void sg_progress(const char *what, int count);
extern void sg_progress_end(void);

#endif							/* SG_SUPPORT_PROGRESS_H */
