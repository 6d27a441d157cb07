/*
 * gate/rule_watch.h
 *		What the migration rules have to know before a command begins.
 */
#ifndef SG_GATE_RULE_WATCH_H
#define SG_GATE_RULE_WATCH_H

#include "nodes/nodes.h"

extern void sg_rule_watch_start(const Node *statement);
extern void sg_rule_watch_end(void);

#endif							/* SG_GATE_RULE_WATCH_H */
