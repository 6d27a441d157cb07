/*
 * releases/session_count.h
 *		How many sessions declare a release.
 */
#ifndef SG_RELEASES_SESSION_COUNT_H
#define SG_RELEASES_SESSION_COUNT_H

extern void sg_session_count_declare(const char *declaration);
extern void sg_session_count_keep(void);
extern int	sg_session_count_of(const char *application, const char *version);
extern char *sg_session_count_text(int count);

#endif							/* SG_RELEASES_SESSION_COUNT_H */
