/*
 * gate/announce.h
 *		Commands that change the schema and fire no event trigger.
 */
#ifndef SG_GATE_ANNOUNCE_H
#define SG_GATE_ANNOUNCE_H

#include "nodes/nodes.h"

extern bool sg_announce_needed(const Node *statement);
extern void sg_announce_start(Node *statement);
extern void sg_announce_end(Node *statement);

#endif							/* SG_GATE_ANNOUNCE_H */
