/*
 * rules/in_the_way.h
 *		Whose transactions a command is going to wait for.
 */
#ifndef SG_RULES_IN_THE_WAY_H
#define SG_RULES_IN_THE_WAY_H

#include "access/xact.h"
#include "nodes/pg_list.h"

extern bool sg_in_the_way_suspected(const List *tables);
extern bool sg_in_the_way_look(void);
extern void sg_in_the_way_findings(List **findings);
extern void sg_in_the_way_transaction_event(XactEvent event);
extern void sg_in_the_way_subtransaction_event(SubXactEvent event, SubTransactionId subid,
											   SubTransactionId parent);

#endif							/* SG_RULES_IN_THE_WAY_H */
