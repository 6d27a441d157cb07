/*
 * queries/faults.c
 *		Collecting what is wrong with the elements of an array, for one error.
 *
 * Whoever derives a contract wants to know of everything that does not fit, not
 * only of the first.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "queries/faults.h"
#include "support/text.h"

/* how much of a text an error shows */
#define MAX_SHOWN 200

void
sg_faults_init(SgFaults *faults, const char *what)
{
	memset(faults, 0, sizeof(SgFaults));
	faults->what = what;
	initStringInfo(&faults->detail);
}

/* The text on one line, cut if it is long. */
static char *
shown_text(const char *text)
{
	int			len = pg_mbcliplen(text, strlen(text), MAX_SHOWN);
	char	   *shown = psprintf("%.*s%s", len, text, text[len] == '\0' ? "" : " ...");

	for (char *c = shown; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20)
			*c = ' ';
	}
	return shown;
}

/* Notes what is wrong with an element, which is called "query 3". */
void
sg_faults_add_text(SgFaults *faults, const char *element, int sqlstate, const char *message)
{
	element = sg_text_escape_unmappable(element);
	message = sg_text_escape_unmappable(message);
	appendStringInfo(&faults->detail, "%s%s: %s", faults->count == 0 ? "" : "\n", element, message);
	if (faults->count++ > 0)
		return;
	faults->sqlstate = sqlstate;
	faults->first = psprintf("%s: %s", element, message);
}

/* The same for an error, with the text that it is about. */
void
sg_faults_add(SgFaults *faults, const char *element, const ErrorData *error, const char *text)
{
	sg_faults_add_text(faults, element, error->sqlerrcode, error->message);
	if (error->cursorpos > 0)
		appendStringInfo(&faults->detail, " at character %d", error->cursorpos);
	if (text[0] != '\0')
		appendStringInfo(&faults->detail, ": %s", sg_text_escape_unmappable(shown_text(text)));
}

/* Raises one error for all faults, with the SQLSTATE of the first, if there are any. */
void
sg_faults_raise(const SgFaults *faults, int total)
{
	if (faults->count == 0)
		return;
	ereport(ERROR,
			(errcode(faults->sqlstate),
			 errmsg("%d of %d %s cannot be taken into a contract: %s",
					faults->count, total, faults->what, faults->first),
			 errdetail_internal("%s", faults->detail.data)));
}
