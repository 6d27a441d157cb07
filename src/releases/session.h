/*
 * releases/session.h
 *		The release that a session declares, checked as it connects.
 */
#ifndef SG_RELEASES_SESSION_H
#define SG_RELEASES_SESSION_H

extern void sg_session_init(void);

#endif							/* SG_RELEASES_SESSION_H */
