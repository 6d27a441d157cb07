/*
 * support/attention.h
 *		Tells the launcher which databases have work for it.
 */
#ifndef SG_SUPPORT_ATTENTION_H
#define SG_SUPPORT_ATTENTION_H

#include "access/xact.h"
#include "nodes/pg_list.h"
#include "storage/latch.h"

extern void sg_attention_init(void);
extern void sg_attention_at_commit(void);
extern void sg_attention_transaction_event(XactEvent event);
extern void sg_attention_listen(Latch *latch);
extern List *sg_attention_take(bool *all);

#endif							/* SG_SUPPORT_ATTENTION_H */
