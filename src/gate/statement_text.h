/*
 * gate/statement_text.h
 *		The text of a DDL statement as the journal keeps it.
 */
#ifndef SG_GATE_STATEMENT_TEXT_H
#define SG_GATE_STATEMENT_TEXT_H

#include "commands/event_trigger.h"

/* longer statements are cut, in bytes */
#define SG_MAX_STATEMENT 10000

extern char *sg_statement_text(const EventTriggerData *event);
extern bool sg_statement_is_temporary(const Node *parsetree);
extern bool sg_statement_is_unannounced(const Node *parsetree);
extern bool sg_statement_builds_index(const Node *parsetree);
extern bool sg_statement_begins_harmless(const Node *parsetree);
extern void sg_statement_transaction_end(void);

#endif							/* SG_GATE_STATEMENT_TEXT_H */
