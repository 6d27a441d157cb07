/*
 * gate/script.h
 *		What the scripts of extensions make.
 */
#ifndef SG_GATE_SCRIPT_H
#define SG_GATE_SCRIPT_H

#include "nodes/nodes.h"

extern void sg_script_start(const Node *statement);
extern void sg_script_end(const Node *statement);
extern void sg_script_forget(void);

#endif							/* SG_GATE_SCRIPT_H */
