/*
 * support/notify.c
 *		Notifications on the channel schema_guard.
 *
 * A notification is kept until the transaction commits: if it were handed to the
 * server at once, PREPARE TRANSACTION would fail.  A prepared transaction sends
 * none.
 *
 * A notification must never make a transaction fail.  The server raises an error at
 * commit if its queue is full, so we send nothing once it is half full; listeners
 * find what they have missed in the views.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "support/compat.h"
#include "support/notify.h"
#include "support/settings.h"
#include "support/text.h"

#define CHANNEL "schema_guard"

/* the server's limit is 8,000 bytes; this leaves room for the end of the object */
#define MAX_PAYLOAD 7900

/* longest text in a notification, in bytes */
#define MAX_TEXT 500

/* how full the server's queue may be before we stop sending */
#define MAX_USAGE 0.5

/* a notification that waits for the commit; in TopTransactionContext */
typedef struct Pending
{
	SubTransactionId subid;
	char	   *payload;
} Pending;

static List *pending = NIL;

/* Appends a JSON string, truncated to whole characters if it is too long. */
static void
append_string(StringInfo buf, const char *text)
{
	int			len;

	text = sg_text_escape_unmappable(text);
	len = (int) strlen(text);
	if (len > MAX_TEXT)
		text = psprintf("%.*s...", sg_text_clip_len(text, len, MAX_TEXT), text);
	escape_json(buf, text);
}

static void
append_key(StringInfo buf, const char *key)
{
	if (buf->data[buf->len - 1] != '{')
		appendStringInfoChar(buf, ',');
	appendStringInfo(buf, "\"%s\":", key);
}

/* Begins a notification: the event, the database, the time. */
void
sg_notify_begin(StringInfo buf, const char *event)
{
	const char *database = get_database_name(MyDatabaseId);

	initStringInfo(buf);
	appendStringInfoChar(buf, '{');
	sg_notify_text(buf, "event", event);
	sg_notify_text(buf, "database", database);
	sg_notify_time(buf, "at", GetCurrentTimestamp());
}

/* Adds a text; nothing for NULL. */
void
sg_notify_text(StringInfo buf, const char *key, const char *value)
{
	if (value == NULL)
		return;
	append_key(buf, key);
	append_string(buf, value);
}

void
sg_notify_number(StringInfo buf, const char *key, int64 value)
{
	append_key(buf, key);
	appendStringInfo(buf, INT64_FORMAT, value);
}

/* Adds a time in the form of ISO 8601, whatever DateStyle is. */
void
sg_notify_time(StringInfo buf, const char *key, TimestampTz value)
{
	char		text[MAXDATELEN + 1];

	append_key(buf, key);
	appendStringInfo(buf, "\"%s\"", JsonEncodeDateTime(text, TimestampTzGetDatum(value), TIMESTAMPTZOID, NULL));
}

/* Adds an array of as many texts as there is room for. */
void
sg_notify_texts(StringInfo buf, const char *key, const List *values)
{
	ListCell   *cell;
	bool		first = true;

	append_key(buf, key);
	appendStringInfoChar(buf, '[');
	foreach(cell, values)
	{
		if (buf->len > MAX_PAYLOAD - 6 * MAX_TEXT)
			break;
		if (!first)
			appendStringInfoChar(buf, ',');
		append_string(buf, lfirst(cell));
		first = false;
	}
	appendStringInfoChar(buf, ']');
}

/* Ends a notification and has it sent when the transaction commits. */
void
sg_notify_send(StringInfo buf)
{
	MemoryContext old;
	Pending    *notification;

	appendStringInfoChar(buf, '}');
	if (!sg_notify || buf->len > MAX_PAYLOAD)
		return;
	old = MemoryContextSwitchTo(TopTransactionContext);
	notification = palloc(sizeof(Pending));
	notification->subid = GetCurrentSubTransactionId();
	notification->payload = pstrdup(buf->data);
	pending = lappend(pending, notification);
	MemoryContextSwitchTo(old);
}

static bool
has_room(void)
{
	return DatumGetFloat8(DirectFunctionCall1(pg_notification_queue_usage, (Datum) 0)) < MAX_USAGE;
}

/* Hands what is pending to the server, which sends it when the transaction has committed. */
static void
send_pending(void)
{
	ListCell   *cell;

	if (pending == NIL)
		return;
	if (!has_room())
		ereport(LOG,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("schema_guard sends no notification: the server's queue is half full"),
				 errhint("The queue cannot be emptied while a listening session is in a transaction; look for the oldest one in pg_stat_activity.")));
	else
	{
		foreach(cell, pending)
			Async_Notify(CHANNEL, ((Pending *) lfirst(cell))->payload);
	}
	pending = NIL;
}

/* Transaction callback.  Runs after the gate, which sends notifications, too. */
void
sg_notify_transaction_event(XactEvent event)
{
	if (event == XACT_EVENT_PRE_COMMIT)
		send_pending();
	else if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE || event == XACT_EVENT_COMMIT)
		pending = NIL;
}

/* Subtransaction callback: hands notifications to the parent, or drops them after an abort. */
void
sg_notify_subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent)
{
	ListCell   *cell;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach(cell, pending)
	{
		Pending    *notification = lfirst(cell);

		if (notification->subid != subid)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			notification->subid = parent;
		else
			pending = foreach_delete_current(pending, cell);
	}
}
