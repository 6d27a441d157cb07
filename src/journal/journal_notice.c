/*
 * journal/journal_notice.c
 *		Notifications of changes.
 *
 * Anybody who may connect may listen, so a notification says who changed which
 * objects, but not how.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/guc.h"

#include "format/diff.h"
#include "journal/journal_notice.h"
#include "support/notify.h"

/* the objects of the delta, as "table public.orders"; each once, as they are in order */
static List *
object_names(const SgDelta *delta)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, delta->changes)
	{
		const SgItemChange *change = lfirst(cell);
		char	   *name = psprintf("%s %s", change->type, change->identity);

		if (names == NIL || strcmp(llast(names), name) != 0)
			names = lappend(names, name);
	}
	return names;
}

/* Sends a notification that the entry was written. */
void
sg_journal_notice_send(int64 journal_id, const SgJournalEntry *entry, const SgDelta *delta)
{
	bool		first = delta->before[0] == '\0';
	List	   *names = first ? NIL : object_names(delta);
	StringInfoData buf;

	sg_notify_begin(&buf, "change");
	sg_notify_number(&buf, "journal_id", journal_id);
	sg_notify_text(&buf, "verdict", entry->outcome);
	sg_notify_text(&buf, "mode", sg_settings_mode_name(entry->mode));
	if (!entry->anonymous)
	{
		sg_notify_text(&buf, "changed_by", entry->role);
		sg_notify_text(&buf, "session_role", GetUserNameFromId(GetSessionUserId(), true));
		sg_notify_text(&buf, "application_name", application_name);
		sg_notify_text(&buf, "release", entry->release);
	}
	sg_notify_text(&buf, "fingerprint_before", first ? NULL : delta->before);
	sg_notify_text(&buf, "fingerprint_after", delta->after);
	sg_notify_number(&buf, "changes", first ? 0 : list_length(delta->changes));
	sg_notify_number(&buf, "objects_changed", list_length(names));
	sg_notify_texts(&buf, "objects", names);
	sg_notify_send(&buf);
}
