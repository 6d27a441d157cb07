/*
 * sg_approval.c
 *		Approvals: roles' words that a schema is allowed.
 *
 * An approval is of a fingerprint, given by whoever is logged in: SET ROLE
 * does not make two people out of one.  Enough approvals are as many different
 * roles as schema_guard.required_approvals says.  Where that is above 1 the
 * proposer does not count: the one who stored the first snapshot with that
 * fingerprint.  The first, so that nobody is disqualified by importing the
 * same file to look at it, and nobody else can be made the proposer.
 *
 * schema_guard.valid_approval has the approvals that were not revoked, and
 * whether they are the proposer's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "sg_settings.h"
#include "sg_spi.h"
#include "sg_store.h"
#include "utils/builtins.h"

/* the number of approvals that count, given the parameter that says how many are required */
#define COUNTED_ROLES(required) \
	"pg_catalog.count(DISTINCT session_role) FILTER (WHERE " required " = 1 OR NOT by_proposer)"

static Datum
session_role_datum(void)
{
	return CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
}

static Datum
current_role_datum(void)
{
	return CStringGetTextDatum(GetUserNameFromId(GetOuterUserId(), false));
}

/*
 * Stores the approval of the session's role.  Returns false, and stores
 * nothing, if that role has approved the fingerprint already.
 */
bool
sg_approve(const SgSnapshot *snapshot, const char *note)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	char		nulls[] = "     ";
	Datum		values[5];
	uint64		inserted;

	sg_spi_connect();
	values[0] = CStringGetTextDatum(snapshot->fingerprint);
	values[1] = CStringGetTextDatum(snapshot->name);
	values[2] = note ? CStringGetTextDatum(note) : (Datum) 0;
	nulls[2] = note ? ' ' : 'n';
	values[3] = current_role_datum();
	values[4] = session_role_datum();
	inserted = sg_spi_command("INSERT INTO schema_guard.approval"
							  " (fingerprint, snapshot_name, note, approved_by, session_role)"
							  " SELECT $1, $2, $3, $4, $5"
							  " WHERE NOT EXISTS (SELECT FROM schema_guard.valid_approval"
							  " WHERE fingerprint = $1 AND session_role = $5)",
							  5, types, values, nulls);
	sg_spi_finish();
	return inserted > 0;
}

/* Revokes every approval of the snapshot's fingerprint; returns how many. */
uint64
sg_revoke(const SgSnapshot *snapshot, const char *reason)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];
	uint64		revoked;

	sg_spi_connect();
	values[0] = CStringGetTextDatum(snapshot->fingerprint);
	values[1] = session_role_datum();
	values[2] = CStringGetTextDatum(reason);
	revoked = sg_spi_command("UPDATE schema_guard.approval"
							 " SET revoked_at = pg_catalog.clock_timestamp(),"
							 " revoked_by = $2, revoke_reason = $3"
							 " WHERE fingerprint = $1 AND revoked_at IS NULL",
							 3, types, values, NULL);
	sg_spi_finish();
	return revoked;
}

/* The role that stored the first snapshot with that fingerprint, which must exist. */
char *
sg_fingerprint_proposer(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value;
	char	   *proposer;

	sg_spi_connect();
	value = CStringGetTextDatum(fingerprint);
	if (sg_spi_query("SELECT created_by FROM schema_guard.snapshot WHERE fingerprint = $1"
					 " ORDER BY snapshot_id LIMIT 1", 1, types, &value, NULL) == 0)
		elog(ERROR, "no snapshot has fingerprint %s", fingerprint);
	proposer = MemoryContextStrdup(caller, sg_spi_text(0, 1));
	sg_spi_finish();
	return proposer;
}

/* How many approvals of the fingerprint count. */
int
sg_fingerprint_approvals(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID, INT4OID};
	Datum		values[2];
	bool		isnull;
	int			count;

	sg_spi_connect();
	values[0] = CStringGetTextDatum(fingerprint);
	values[1] = Int32GetDatum(sg_required_approvals);
	(void) sg_spi_query("SELECT " COUNTED_ROLES("$2") "::pg_catalog.int4"
						" FROM schema_guard.valid_approval WHERE fingerprint = $1",
						2, types, values, NULL);
	count = DatumGetInt32(sg_spi_value(0, 1, &isnull));
	sg_spi_finish();
	return count;
}

/* Does the fingerprint have the approvals required? */
bool
sg_fingerprint_approved(const char *fingerprint)
{
	return sg_fingerprint_approvals(fingerprint) >= sg_required_approvals;
}

/*
 * The newest snapshot, by the time of the last approval that counts, that has
 * the approvals required; or NULL.
 */
SgSnapshot *
sg_snapshot_newest_approved(void)
{
	static const Oid types[] = {INT4OID};
	char		fingerprint[SG_FINGERPRINT_LEN + 1] = "";
	Datum		value = Int32GetDatum(sg_required_approvals);
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_query("SELECT fingerprint FROM schema_guard.valid_approval"
						" GROUP BY fingerprint HAVING " COUNTED_ROLES("$1") " >= $1"
						" ORDER BY pg_catalog.max(approval_id) DESC LIMIT 1",
						1, types, &value, NULL);
	if (rows > 0)
		strlcpy(fingerprint, sg_spi_text(0, 1), sizeof(fingerprint));
	sg_spi_finish();
	return rows > 0 ? sg_snapshot_by_fingerprint(fingerprint) : NULL;
}
