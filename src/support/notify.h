/*
 * support/notify.h
 *		Notifications on the channel schema_guard.
 *
 * A notification is a JSON object of texts, numbers and arrays of texts.  Begin it,
 * add its members, and send it: it goes out when the transaction commits.
 */
#ifndef SG_SUPPORT_NOTIFY_H
#define SG_SUPPORT_NOTIFY_H

#include "access/xact.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

extern void sg_notify_begin(StringInfo buf, const char *event);
extern void sg_notify_text(StringInfo buf, const char *key, const char *value);
extern void sg_notify_number(StringInfo buf, const char *key, int64 value);
extern void sg_notify_time(StringInfo buf, const char *key, TimestampTz value);
extern void sg_notify_texts(StringInfo buf, const char *key, const List *values);
extern void sg_notify_send(StringInfo buf);
extern void sg_notify_transaction_event(XactEvent event);
extern void sg_notify_subtransaction_event(SubXactEvent event, SubTransactionId subid,
										   SubTransactionId parent);

#endif							/* SG_SUPPORT_NOTIFY_H */
