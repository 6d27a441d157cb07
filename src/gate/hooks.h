/*
 * gate/hooks.h
 *		The server's hooks, for what the event triggers are not told.
 */
#ifndef SG_GATE_HOOKS_H
#define SG_GATE_HOOKS_H

extern void sg_hooks_init(void);

#endif							/* SG_GATE_HOOKS_H */
