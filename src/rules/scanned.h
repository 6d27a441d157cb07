/*
 * rules/scanned.h
 *		Which tables commands have read from end to end.
 */
#ifndef SG_RULES_SCANNED_H
#define SG_RULES_SCANNED_H

#include "access/xact.h"
#include "nodes/pg_list.h"

extern void sg_scanned_command_start(const List *tables);
extern void sg_scanned_command_end(void);
extern bool sg_scanned_by_command(Oid relid);
extern void sg_scanned_transaction_event(XactEvent event);

#endif							/* SG_RULES_SCANNED_H */
