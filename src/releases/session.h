/*
 * releases/session.h
 *		The release that a session declares, checked as it connects.
 */
#ifndef SG_RELEASES_SESSION_H
#define SG_RELEASES_SESSION_H

#include "nodes/nodes.h"

extern void sg_session_init(void);
extern void sg_session_login(void);
extern void sg_session_relation_invalidated(Oid relid);
extern void sg_session_statement_start(void);
extern void sg_session_utility_start(const Node *statement);

#endif							/* SG_RELEASES_SESSION_H */
