/*
 * releases/migrations_stored.c
 *		What releases declare of their migrations, and the ledgers that are known to have it.
 *
 * The question must be cheap, because every connection asks it (releases/fit.c).
 * But a ledger changes without DDL, and not all changes are noticed:  COPY in a
 * session without the library, a restore, logical replication.  So instead of a
 * version number that somebody would have to increase, a digest of the rows that
 * were found to be right is kept, and compared with that of the rows as they are:
 * one pass over a few pages, in which nothing is parsed or looked up.  The verdict
 * follows from the rows alone, and a digest that differs, or is missing, says only
 * that it has to be found anew.
 *
 * register(), a commit that changes a ledger before our eyes, and verify() write
 * it; a connection never does.  Whether ledger and journal agree depends on the
 * schema as well, so where that matters the fingerprint must be the same, too.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "contracts/migrations.h"
#include "contracts/migrations_parse.h"
#include "contracts/problem.h"
#include "format/digest.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_read.h"
#include "releases/migrations_stored.h"
#include "releases/release.h"
#include "state/digest_column.h"
#include "state/live_state.h"
#include "support/array.h"
#include "support/attempt.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* the columns of release_migrations, as in the install script */
enum
{
	STORED_APPLICATION = 1,
	STORED_VERSION,
	STORED_DECLARED,
	STORED_LEDGERS,				/* of each tool, its name and its table, or "" */
	STORED_FITS_DIGEST,			/* null: the ledgers are not known to have it */
	STORED_FITS_FINGERPRINT,	/* with this one, the journal agrees; or null */
	STORED_COLUMNS = STORED_FITS_FINGERPRINT
};

static const SgTableShape stored_shape = {
	"release_migrations", STORED_COLUMNS, {TEXTOID, TEXTOID, JSONBOID, TEXTARRAYOID, BYTEAOID, TEXTOID}
};

/* a release whose ledgers are to be looked at */
typedef struct Declaration
{
	char	   *application;
	char	   *version;
	List	   *declared;		/* see sg_migrations_parse() */
	List	   *ledgers;
	bool		known;			/* they were known to fit */
	bool		fits;			/* they do; then "digest" is theirs */
	SgDigest	digest;
} Declaration;

static List *
names_of_ledgers(const List *declared)
{
	List	   *names = NIL;
	ListCell   *lc;

	foreach(lc, declared)
	{
		const SgMigrationList *list = lfirst(lc);

		names = lappend(names, unconstify(char *, list->tool));
		names = lappend(names, list->table == NULL ? "" : unconstify(char *, list->table));
	}
	return names;
}

/* Keeps the key "migrations" of a release's contract where a connection finds it. */
void
sg_migrations_stored_put(const char *application, const char *version, Jsonb *contract, const List *declared)
{
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID, TEXTARRAYOID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		JsonbPGetDatum(contract),
		sg_array_of_list(names_of_ledgers(declared))
	};

	sg_spi_connect();
	(void) sg_spi_modify("DELETE FROM schema_guard.release_migrations"
						 " WHERE application = $1 AND version = $2", 2, types, values, NULL);
	(void) sg_spi_modify("INSERT INTO schema_guard.release_migrations (application, version, declared, ledgers)"
						 " SELECT $1, $2, $3 -> 'migrations', $4 WHERE $3 ? 'migrations'",
						 4, types, values, NULL);
	sg_spi_finish();
}

/* Returns true if the row is the release's; of NULL any is. */
static bool
is_of_release(const SgTable *table, HeapTuple tuple, const char *application, const char *version)
{
	return application == NULL ||
		(strcmp(sg_table_required_text(table, tuple, STORED_VERSION), version) == 0 &&
		 strcmp(sg_table_required_text(table, tuple, STORED_APPLICATION), application) == 0);
}

/*
 * Returns what a release declares, as sg_migrations_parse(); NIL: nothing.  Without
 * SPI: see releases/fit.c.
 */
List *
sg_migrations_stored_of(const char *application, const char *version)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *declared = NIL;

	sg_table_open(&table, &stored_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		if (is_of_release(&table, tuple, application, version))
			declared = sg_migrations_parse(DatumGetJsonbPCopy(sg_table_required(&table, tuple, STORED_DECLARED)));
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return declared;
}

/* Computes the digest of the ledgers of these names.  Returns false if there is none. */
static bool
digest_ledgers(const List *names, SgDigest *digest)
{
	SgDigest   *digests = palloc(sizeof(SgDigest) * (list_length(names) / 2));
	int			count = 0;

	for (int i = 0; i + 1 < list_length(names); i += 2)
	{
		const char *table = list_nth(names, i + 1);
		List	   *found = sg_ledger_find_of(list_nth(names, i), table[0] == '\0' ? NULL : table);

		if (list_length(found) != 1 || !sg_ledger_read_digest(linitial(found), &digests[count++]))
			return false;
	}
	sg_digest_list(digests, count, digest);
	return true;
}

/* Returns true if the row says of the ledgers as they are that they have what is declared. */
static bool
row_holds(const SgTable *table, HeapTuple tuple)
{
	SgDigest	known;
	SgDigest	digest;

	if (!sg_digest_column(table, tuple, STORED_FITS_DIGEST, &known))
		return false;
	if (sg_ledger_mismatch == SG_REACT_ERROR)
	{
		const char *expected = sg_table_text(table, tuple, STORED_FITS_FINGERPRINT);
		char		fingerprint[SG_FINGERPRINT_LEN + 1];

		if (expected == NULL || !sg_live_fingerprint(fingerprint) || strcmp(expected, fingerprint) != 0)
			return false;
	}
	return digest_ledgers(sg_array_to_list(sg_table_required(table, tuple, STORED_LEDGERS)), &digest) &&
		sg_digest_compare(&digest, &known) == 0;
}

/*
 * Returns true if the release declares no migrations, or the ledgers are known to
 * have them, and nothing is to be said about that.  False does not mean that
 * they have not.
 */
bool
sg_migrations_stored_hold(const char *application, const char *version)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		holds = true;

	sg_table_open(&table, &stored_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while (holds && (tuple = systable_getnext(scan)) != NULL)
	{
		if (is_of_release(&table, tuple, application, version))
			holds = row_holds(&table, tuple);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return holds;
}

/* Reads what a release, or each if it is NULL, declares: a List of Declaration *. */
static List *
read_declarations(const char *application, const char *version)
{
	List	   *declarations = NIL;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &stored_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Declaration *declaration;
		SgDigest	known;

		if (!is_of_release(&table, tuple, application, version))
			continue;
		declaration = palloc0(sizeof(Declaration));
		declaration->application = sg_table_required_text(&table, tuple, STORED_APPLICATION);
		declaration->version = sg_table_required_text(&table, tuple, STORED_VERSION);
		declaration->declared =
			sg_migrations_parse(DatumGetJsonbPCopy(sg_table_required(&table, tuple, STORED_DECLARED)));
		declaration->ledgers = sg_array_to_list(sg_table_required(&table, tuple, STORED_LEDGERS));
		declaration->known = sg_digest_column(&table, tuple, STORED_FITS_DIGEST, &known);
		declarations = lappend(declarations, declaration);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return declarations;
}

/* Of NULL: they are not known to. */
static void
write_fit(const Declaration *declaration, const SgDigest *digest, const char *fingerprint)
{
	static const Oid types[] = {TEXTOID, TEXTOID, BYTEAOID, TEXTOID};
	Datum		values[] = {
		sg_text_datum(declaration->application),
		sg_text_datum(declaration->version),
		digest == NULL ? (Datum) 0 : sg_digest_datum(digest),
		fingerprint == NULL ? (Datum) 0 : sg_text_datum(fingerprint)
	};
	char		nulls[] = {' ', ' ', digest == NULL ? 'n' : ' ', fingerprint == NULL ? 'n' : ' ', '\0'};

	/* whoever registers the release finds it out as well, and must not be waited for */
	sg_spi_connect();
	(void) sg_spi_modify("UPDATE schema_guard.release_migrations"
						 "   SET fits_digest = $3, fits_fingerprint = $4"
						 " WHERE ctid = (SELECT m.ctid FROM schema_guard.release_migrations m"
						 "                WHERE m.application = $1 AND m.version = $2"
						 "                  AND (m.fits_digest IS DISTINCT FROM $3"
						 "                       OR m.fits_fingerprint IS DISTINCT FROM $4)"
						 "                  FOR UPDATE SKIP LOCKED)",
						 4, types, values, nulls);
	sg_spi_finish();
}

/* work: "fits" and "digest" of a Declaration */
static void
look_at_ledgers(void *arg)
{
	Declaration *declaration = arg;

	declaration->fits = sg_problems_wrong(sg_migrations_check(declaration->declared, true)) == NIL &&
		digest_ledgers(declaration->ledgers, &declaration->digest);
}

static void
renew(Declaration *declaration, const char *fingerprint)
{
	/* whoever asks is told of the error; it is no reason for a commit to fail */
	if (sg_attempt_object(look_at_ledgers, declaration) != NULL)
		declaration->fits = false;
	if (declaration->fits)
		write_fit(declaration, &declaration->digest, fingerprint);
	else if (declaration->known)
		write_fit(declaration, NULL, NULL);
}

/*
 * Finds out whether the ledgers, as this transaction sees them, have what a release
 * declares, or each live one if it is NULL; and remembers that they do.  "fingerprint"
 * is the live state's, or NULL if that is not known.
 */
void
sg_migrations_stored_renew(const char *application, const char *version, const char *fingerprint)
{
	ListCell   *lc;

	foreach(lc, read_declarations(application, version))
	{
		Declaration *declaration = lfirst(lc);
		SgRelease  *release = sg_release_find(declaration->application, declaration->version);

		CHECK_FOR_INTERRUPTS();
		if (release != NULL && release->retired_at == NULL)
			renew(declaration, fingerprint);
	}
}
