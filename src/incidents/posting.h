/*
 * incidents/posting.h
 *		How clues get onto the board.
 */
#ifndef SG_INCIDENTS_POSTING_H
#define SG_INCIDENTS_POSTING_H

#include "access/xact.h"

#include "incidents/clue.h"

extern void sg_posting_note(const List *changes, const SgClueOrigin *origin);
extern void sg_posting_note_uninstalled(void);
extern void sg_posting_transaction_event(XactEvent event);
extern void sg_posting_subtransaction_event(SubXactEvent event, SubTransactionId subid,
											SubTransactionId parent);
extern void sg_posting_relation_invalidated(Oid relid);
extern bool sg_posting_is_behind(void);
extern void sg_posting_catch_up(void);

#endif							/* SG_INCIDENTS_POSTING_H */
