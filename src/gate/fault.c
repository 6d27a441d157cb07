/*
 * gate/fault.c
 *		What to do about an error that was raised while looking at a transaction's changes.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "gate/fault.h"
#include "support/errors.h"
#include "support/settings.h"
#include "support/text.h"

/* Returns true if a fault of the guard aborts the transaction. */
bool
sg_fault_enforces(void)
{
	return sg_mode == SG_MODE_ENFORCE && (sg_bypass == NULL || sg_bypass[0] == '\0');
}

/*
 * Returns the detail of the error.  If it has none, returns its context where that
 * names the object that could not be described: psql does not show the context of a
 * warning.
 */
static const char *
fault_detail(const ErrorData *error)
{
	if (error->detail == NULL && error->context != NULL &&
		strncmp(error->context, SG_DESCRIBING, strlen(SG_DESCRIBING)) == 0)
		return pnstrdup(error->context, strcspn(error->context, "\n"));
	return error->detail;
}

/*
 * How the live state is brought up to date.  Like gate/advice.c, this names a
 * command only to those who may run it; but a broken guard is not asked who else
 * may.
 */
static const char *
repair(void)
{
	return superuser() ? "SELECT * FROM schema_guard.verify() brings the live state up to date" :
		"Ask a superuser to bring the live state up to date";
}

/* Reports a fault of the guard as a warning, and lets work go on. */
void
sg_fault_warn(const ErrorData *error)
{
	const char *detail = fault_detail(error);

	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("schema_guard could not look at this transaction's schema changes: %s",
					sg_text_escape_unmappable(error->message)),
			 detail != NULL ? errdetail("%s", sg_text_escape_unmappable(detail)) : 0,
			 errhint("The change is not judged and not journaled. %s%s%s",
					 repair(),
					 error->hint != NULL ? ". " : ".",
					 error->hint != NULL ? error->hint : "")));
}

/* Raises a fault of the guard with the way out in the hint. */
void
sg_fault_raise(ErrorData *error)
{
	static const char way_out[] =
		"In mode enforce this ends the transaction. A superuser gets past it with SET schema_guard.bypass = 'reason' or SET schema_guard.mode = off.";

	error->message = psprintf("schema_guard could not judge this transaction's schema changes: %s",
							  sg_text_escape_unmappable(error->message));
	if (error->detail != NULL)
		error->detail = pstrdup(sg_text_escape_unmappable(error->detail));
	error->hint = error->hint != NULL ? psprintf("%s %s", error->hint, way_out) :
		pstrdup(way_out);
	ReThrowError(error);
}
