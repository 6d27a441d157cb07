/*
 * format/reason.c
 *		The reason of an error, for its message.
 *
 * DETAIL lists everything, but many drivers, migration tools and logs drop it.
 * So the message itself ends with the first of the reasons, on one line, and
 * says how many there are besides:
 *
 *		schema change is not approved: table public.t: column "a" removed (and 3 more)
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "format/reason.h"
#include "support/text.h"

/* what of a reason is shown, in bytes: names can be as long as one likes */
#define SHOWN_REASON 600

/*
 * What to append to a message: nothing if there is no reason, of which "first"
 * is the first one, in one line.  In the current memory context.
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
