/*
 * approvals/path.c
 *		Paths: the states that a database may pass through, in their order.
 *
 * A path is the sequence of states that a scratch database passed through while it
 * ran the migrations: step 0 is the state that it began with, each further step is
 * one transaction.  Each state is a snapshot "name/step" as well, so that it can be
 * approved, exported and compared like any other.  Approving a path approves each
 * of its states (approvals/approval.c).
 *
 * With schema_guard.strict_path an approved state is not enough: the transaction
 * must go from one state of a path to the next, and as many roles as required must
 * have approved the path, not just the state.  Or it must lead back to an approved
 * state that the database was in before.  The proposer of a path is the role that
 * imported the first one with the same states.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "approvals/path.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "state/digest_column.h"
#include "state/live_state.h"
#include "support/array.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

/* in bytes; the names of its snapshots are a few bytes longer */
#define MAX_NAME_LEN 180

/* Raises an error unless a path can have this name. */
void
sg_path_check_name(const char *name)
{
	sg_fingerprint_check_name("path", name);
	if (strlen(name) > MAX_NAME_LEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("name of a path is longer than %d bytes", MAX_NAME_LEN)));
}

/* Returns true if there is a path of that name. */
bool
sg_path_exists(const char *name)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(name);

	return sg_spi_exists("SELECT FROM schema_guard.migration_path WHERE name = $1", 1, types, &value);
}

/* Reads a row of PATH_SQL into a SgPath *. */
static void
read_path(uint64 row, void *arg)
{
	SgPath	   *path = palloc0(sizeof(SgPath));
	bool		isnull;

	path->id = DatumGetInt64(sg_spi_value(row, 1, &isnull));
	path->name = sg_spi_text(row, 2);
	strlcpy(path->last, sg_spi_text(row, 3), sizeof(path->last));
	path->proposer = sg_spi_text(row, 4);
	if (DatumGetBool(sg_spi_value(row, 5, &isnull)))
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("\"%s\" is the name of a path and of a snapshot", path->name),
				 errhint("Give the snapshot by its fingerprint; import the path under another name.")));
	*(SgPath **) arg = path;
}

#define PATH_SQL \
	"SELECT p.path_id, p.name, s.fingerprint," \
	"       (SELECT o.proposer FROM schema_guard.path_proposer o WHERE o.path_id = p.path_id)," \
	"       EXISTS (SELECT FROM schema_guard.snapshot n WHERE n.name = p.name)" \
	"  FROM schema_guard.migration_path p JOIN schema_guard.migration_step s USING (path_id)" \
	" WHERE p.name = $1 ORDER BY s.step DESC LIMIT 1"

/* Returns the path of that name, or NULL; an error if a snapshot has the name, too. */
SgPath *
sg_path_find(const char *name)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(name);
	SgPath	   *path = NULL;

	(void) sg_spi_read(PATH_SQL, 1, types, &value, read_path, &path);
	return path;
}

/* the snapshots of fingerprint $1; last the states of paths, whose names were not chosen */
#define LABEL_SQL \
	"SELECT n.name, s.path, s.step" \
	"  FROM (SELECT snapshot_id, name, regexp_match(name, '^(.*)/([0-9]{1,9})$') AS parts" \
	"          FROM schema_guard.snapshot WHERE fingerprint = $1 OFFSET 0) n" \
	"  LEFT JOIN LATERAL" \
	"       (SELECT p.name AS path, t.step FROM schema_guard.migration_path p, schema_guard.migration_step t" \
	"         WHERE p.name = n.parts[1] AND t.path_id = p.path_id AND t.step = n.parts[2]::pg_catalog.int4" \
	"           AND t.fingerprint = $1 OFFSET 0) s ON true" \
	" ORDER BY s.step IS NOT NULL, n.snapshot_id DESC LIMIT 1"

/* Reads a row of LABEL_SQL into a char *. */
static void
read_label(uint64 row, void *label)
{
	const char *path = sg_spi_text(row, 2);

	*(char **) label = path == NULL ? psprintf("\"%s\"", sg_spi_text(row, 1)) :
		psprintf("step %s of path \"%s\"", sg_spi_text(row, 3), path);
}

/*
 * Returns a label for a schema with this fingerprint: the newest name that it was
 * given, quoted, or else which step of a path it is.  Returns NULL if it is not
 * stored.
 */
char *
sg_path_schema_label(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(fingerprint);
	char	   *label = NULL;

	(void) sg_spi_read(LABEL_SQL, 1, types, &value, read_label, &label);
	return label;
}

/* Adds a row of step and fingerprint to a List of SgPathState *. */
static void
add_state(uint64 row, void *states)
{
	SgPathState *state = palloc(sizeof(SgPathState));
	bool		isnull;

	state->step = DatumGetInt32(sg_spi_value(row, 1, &isnull));
	strlcpy(state->fingerprint, sg_spi_text(row, 2), sizeof(state->fingerprint));
	*(List **) states = lappend(*(List **) states, state);
}

/*
 * Returns the states that the path's steps lead to, in their order, or the one
 * that it begins at if it has no steps: a List of SgPathState *.
 */
List *
sg_path_states(const SgPath *path)
{
	static const Oid types[] = {INT8OID};
	Datum		value = Int64GetDatum(path->id);
	List	   *states = NIL;

	(void) sg_spi_read("SELECT step, fingerprint FROM schema_guard.migration_step WHERE path_id = $1"
					   " ORDER BY step", 1, types, &value, add_state, &states);
	return list_length(states) > 1 ? list_delete_first(states) : states;
}

/* Returns a digest that is equal for paths with the same states. */
static Datum
states_digest(const List *fingerprints)
{
	SgDigest	digest;
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, fingerprints)
		appendStringInfo(&buf, "%s\n", (const char *) lfirst(lc));
	sg_digest_sha256(buf.data, buf.len, &digest);
	return sg_digest_datum(&digest);
}

/*
 * Stores a path with these states (char *), without its steps, and returns its
 * number.  There must be no path of that name.
 */
int64
sg_path_create(const char *name, const List *fingerprints)
{
	static const Oid types[] = {TEXTOID, BYTEAOID, TEXTOID};
	Datum		values[3];
	bool		isnull;
	int64		path_id;

	sg_spi_connect();
	values[0] = sg_text_datum(name);
	values[1] = states_digest(fingerprints);
	values[2] = sg_text_datum(GetUserNameFromId(GetSessionUserId(), false));
	if (sg_spi_modify("INSERT INTO schema_guard.migration_path (name, digest, created_by)"
					   " VALUES ($1, $2, $3) RETURNING path_id", 3, types, values, NULL) != 1)
		elog(ERROR, "the path was not stored");
	path_id = DatumGetInt64(sg_spi_value(0, 1, &isnull));
	sg_spi_finish();
	return path_id;
}

/* Stores a step of a path; statements are char *. */
void
sg_path_add_step(int64 path_id, int step, const char *fingerprint, const List *statements)
{
	static const Oid types[] = {INT8OID, INT4OID, TEXTOID, TEXTARRAYOID};
	Datum		values[] = {
		Int64GetDatum(path_id), Int32GetDatum(step), CStringGetTextDatum(fingerprint),
		sg_array_of_list(statements)
	};

	(void) sg_spi_execute("INSERT INTO schema_guard.migration_step (path_id, step, fingerprint, statements)"
						  " VALUES ($1, $2, $3, $4)", 4, types, values, NULL);
}

/*
 * Raises a notice if the schema as it is now is not a state of the path.
 */
void
sg_path_notice_apart(int64 path_id, const char *name)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	char		live[SG_FINGERPRINT_LEN + 1];
	Datum		values[2];
	const char *beginning;

	if (!sg_live_fingerprint(live))
		return;
	values[0] = Int64GetDatum(path_id);
	values[1] = CStringGetTextDatum(live);
	if (sg_spi_exists("SELECT FROM schema_guard.migration_step WHERE path_id = $1 AND fingerprint = $2",
					  2, types, values))
		return;
	beginning = sg_spi_fetch_text("SELECT fingerprint FROM schema_guard.migration_step"
								  " WHERE path_id = $1 AND step = 0", 1, types, values);
	if (beginning != NULL)
		ereport(NOTICE,
				(errmsg("path \"%s\" does not lead on from the schema as it is now: it begins at %.16s, the schema is %.16s",
						name, beginning, live),
				 errhint("SELECT * FROM schema_guard.diff(%s) shows what differs from its beginning.",
						 quote_literal_cstr(beginning))));
}

/* Returns the smallest number of approvals for the path that any of its states has. */
int
sg_path_approvals(int64 path_id)
{
	static const Oid types[] = {INT8OID};
	Datum		value = Int64GetDatum(path_id);

	return (int) sg_spi_fetch_int8("SELECT pg_catalog.min((SELECT pg_catalog.count(DISTINCT v.session_role)"
								   "   FROM schema_guard.valid_approval v"
								   "  WHERE v.fingerprint = s.fingerprint AND v.path_id = s.path_id"
								   "    AND v.counts_for_path))"
								   "  FROM schema_guard.migration_step s WHERE s.path_id = $1",
								   1, types, &value);
}

/*
 * Returns true if one of the approved paths leads from one state to the other in
 * at most that many steps.  Two paths that have the step in common count as one.
 */
static bool
step_is_approved(const char *before, const char *after, int steps)
{
	static const Oid types[] = {TEXTOID, TEXTOID, INT4OID};
	Datum		values[] = {CStringGetTextDatum(before), CStringGetTextDatum(after), Int32GetDatum(steps)};

	return sg_spi_fetch_int8("SELECT pg_catalog.count(DISTINCT v.session_role) FILTER (WHERE v.counts_for_path)"
							 "  FROM schema_guard.migration_step a JOIN schema_guard.migration_step s USING (path_id)"
							 "  JOIN schema_guard.valid_approval v"
							 "    ON v.path_id = s.path_id AND v.fingerprint = s.fingerprint"
							 " WHERE a.fingerprint = $1 AND s.fingerprint = $2"
							 "   AND s.step BETWEEN a.step + 1 AND a.step + $3",
							 3, types, values) >= sg_required_approvals;
}

/* Returns true if the database was in that state before. */
static bool
was_there(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(fingerprint);

	return sg_spi_exists("SELECT FROM schema_guard.journal_entry"
						 " WHERE fingerprint_after = $1 OR fingerprint_before = $1"
						 " UNION ALL SELECT FROM schema_guard.journal_state WHERE fingerprint = $1 LIMIT 1",
						 1, types, &value);
}

/*
 * Returns true if schema_guard.strict_path allows a change from one state to
 * another, which is approved: in one step of an approved path, or in "steps" if a
 * command passes through states in between; or back.
 */
bool
sg_path_allows(const char *before, const char *after, int steps)
{
	return step_is_approved(before, after, steps) || was_there(after);
}
