/*
 * format/reason.c
 *		The reason for an error, as part of its message.
 *
 * DETAIL lists everything, but many drivers, migration tools and logs drop it.
 * So the message itself ends with the first reason, on one line, and says how many
 * more there are:
 *
 *		schema change is not approved: table public.t: column "a" removed (and 3 more)
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "format/reason.h"
#include "support/text.h"

/* how much of a reason is shown, in bytes: identities can be of any length */
#define SHOWN_REASON 600

/*
 * Returns what to append to a message, in the current memory context: "first", the
 * first of "count" reasons, on one line; nothing if it is NULL.
 */
char *
sg_reason(const char *first, int count)
{
	int			len;
	int			shown;

	if (first == NULL)
		return pstrdup("");
	len = (int) strlen(first);
	shown = len <= SHOWN_REASON ? len : sg_text_clip_len(first, len, SHOWN_REASON);
	return psprintf(": %.*s%s%s", shown, first, shown < len ? "..." : "",
					count > 1 ? psprintf(" (and %d more)", count - 1) : "");
}
