/*
 * gate/gate.h
 *		The gate: notices DDL and has the transaction judged when it commits.
 */
#ifndef SG_GATE_GATE_H
#define SG_GATE_GATE_H

#include "access/xact.h"
#include "commands/event_trigger.h"

extern void sg_gate_check_settings(void);
extern void sg_gate_init(void);
extern void sg_gate_ddl_start(const EventTriggerData *event);
extern void sg_gate_ddl_end(const EventTriggerData *event);
extern void sg_gate_by_function(const char *text);
extern void sg_gate_statement_end(void);
extern bool sg_gate_is_dirty(void);
extern void sg_gate_transaction_event(XactEvent event, void *arg);
extern void sg_gate_subtransaction_event(SubXactEvent event, SubTransactionId subid,
										 SubTransactionId parent);

#endif							/* SG_GATE_GATE_H */
