/*
 * releases/release.c
 *		Releases: registered contracts.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "releases/release.h"
#include "support/errors.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

const SgTableShape sg_release_shape = {
	"release", SG_RELEASE_COLUMNS,
	{TEXTOID, TEXTOID, JSONBOID, TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID,
	 BOOLOID, TEXTOID}
};

#define UTC_TEXT(column) \
	"to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00'"

/* Reads a row of application, version, contract, retired_at, retired_by, fits_fingerprint into a SgRelease *. */
static void
read_release(uint64 row, void *arg)
{
	SgRelease  *release = palloc0(sizeof(SgRelease));
	bool		isnull;

	release->application = sg_spi_text(row, 1);
	release->version = sg_spi_text(row, 2);
	release->contract = DatumGetJsonbPCopy(sg_spi_value(row, 3, &isnull));
	release->retired_at = sg_spi_text(row, 4);
	release->retired_by = sg_spi_text(row, 5);
	release->fits = sg_spi_text(row, 6);
	*(SgRelease **) arg = release;
}

/* The release, or NULL if nobody registered it. */
SgRelease *
sg_release_find(const char *application, const char *version)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {sg_text_datum(application), sg_text_datum(version)};
	SgRelease  *release = NULL;

	(void) sg_spi_read("SELECT application, version, contract,"
					   "       " UTC_TEXT("retired_at") ", retired_by, fits_fingerprint"
					   "  FROM schema_guard.release WHERE application = $1 AND version = $2",
					   2, types, values, read_release, &release);
	return release;
}

static int
compare_releases(const ListCell *a, const ListCell *b)
{
	const SgRelease *left = lfirst(a);
	const SgRelease *right = lfirst(b);
	int			order = strcmp(left->application, right->application);

	return order != 0 ? order : strcmp(left->version, right->version);
}

static void
read_names(const SgTable *table, HeapTuple tuple, SgRelease *release)
{
	bool		isnull;
	Datum		value = sg_table_value(table, tuple, SG_RELEASE_FITS_OBJECTS, &isnull);
	ArrayType  *names = isnull ? NULL : DatumGetArrayTypePCopy(value);

	if (names != NULL && !ARR_HASNULL(names))
		deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &release->names, NULL,
						  &release->nnames);
}

/*
 * All releases that are not retired, with their contracts: a List of
 * SgRelease *.  Without SPI, because every commit of DDL asks.
 */
List *
sg_release_live(void)
{
	List	   *releases = NIL;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &sg_release_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		SgRelease  *release;
		bool		isnull;

		(void) sg_table_value(&table, tuple, SG_RELEASE_RETIRED_AT, &isnull);
		if (!isnull)
			continue;
		release = palloc0(sizeof(SgRelease));
		release->application = sg_table_required_text(&table, tuple, SG_RELEASE_APPLICATION);
		release->version = sg_table_required_text(&table, tuple, SG_RELEASE_VERSION);
		release->contract = DatumGetJsonbPCopy(sg_table_required(&table, tuple, SG_RELEASE_CONTRACT));
		release->fits = sg_table_text(&table, tuple, SG_RELEASE_FITS_FINGERPRINT);
		release->fitted = sg_table_text(&table, tuple, SG_RELEASE_FITTED_FINGERPRINT);
		read_names(&table, tuple, release);
		releases = lappend(releases, release);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	list_sort(releases, compare_releases);
	return releases;
}

/*
 * Stores a release.  False if it is there already, live, with this very
 * contract; another contract is an error: an expectation that changes under a
 * running application is what this is all about.
 */
bool
sg_release_register(const char *application, const char *version, Jsonb *contract)
{
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID, TEXTOID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		JsonbPGetDatum(contract),
		sg_text_datum(GetUserNameFromId(GetOuterUserId(), true))
	};
	bool		stored;
	bool		same = false;

	sg_spi_connect();
	stored = sg_spi_modify("INSERT INTO schema_guard.release AS r"
							"       (application, version, contract, registered_by)"
							" VALUES ($1, $2, $3, $4)"
							" ON CONFLICT (application, version) DO UPDATE"
							" SET contract = excluded.contract, registered_at = clock_timestamp(),"
							"     registered_by = excluded.registered_by, retired_at = NULL,"
							"     retired_by = NULL, fits_fingerprint = NULL, fitted_fingerprint = NULL,"
							"     fits_objects = NULL"
							" WHERE r.retired_at IS NOT NULL",
							4, types, values, NULL) > 0;
	if (!stored)
		same = sg_spi_query("SELECT FROM schema_guard.release"
							" WHERE application = $1 AND version = $2 AND contract = $3",
							3, types, values, NULL) > 0;
	sg_spi_finish();
	if (!stored && !same)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("release %s/%s is already registered with another contract",
						application, version),
				 errhint("Register it under a version of its own, or first run SELECT schema_guard.retire(%s, %s).",
						 quote_literal_cstr(application), quote_literal_cstr(version))));
	return stored;
}

/* Ends a release; false if there is no live one of that name. */
bool
sg_release_retire(const char *application, const char *version)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		sg_text_datum(GetUserNameFromId(GetOuterUserId(), true))
	};

	return sg_spi_execute("UPDATE schema_guard.release"
						  " SET retired_at = clock_timestamp(), retired_by = $3,"
						  "     fits_fingerprint = NULL, fitted_fingerprint = NULL"
						  " WHERE application = $1 AND version = $2 AND retired_at IS NULL",
						  3, types, values, NULL) > 0;
}

/* Returns true if a release of the application was ever registered. */
bool
sg_release_is_of_application(const char *application)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(application);

	return sg_spi_exists("SELECT FROM schema_guard.release WHERE application = $1 LIMIT 1",
						 1, types, &value);
}

/* The application's live versions, newest first, for a DETAIL. */
static char *
known_versions(const char *application)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(application);

	return sg_spi_fetch_text("SELECT string_agg(version, ', ')"
							 "  FROM (SELECT version FROM schema_guard.release"
							 "         WHERE application = $1 AND retired_at IS NULL"
							 "         ORDER BY registered_at DESC, version LIMIT 20) AS newest",
							 1, types, &value);
}

/* Raises SG004: the release was never registered, or is the one given, retired. */
void
sg_release_raise_unknown(const char *application, const char *version, const SgRelease *retired)
{
	char	   *versions = known_versions(application);
	StringInfoData detail;

	initStringInfo(&detail);
	if (retired != NULL)
		appendStringInfo(&detail, "It was retired at %s by role %s.\n",
						 retired->retired_at, retired->retired_by);
	if (versions == NULL)
		appendStringInfo(&detail, "No release of application %s is live.", application);
	else
		appendStringInfo(&detail, "Live releases of application %s: %s.", application, versions);
	ereport(ERROR,
			(errcode(ERRCODE_SG_UNKNOWN_RELEASE),
			 retired != NULL ?
			 errmsg("release %s/%s is retired", application, version) :
			 errmsg("release %s/%s is not registered", application, version),
			 errdetail_internal("%s", detail.data),
			 errhint("The deploy pipeline registers a release with SELECT schema_guard.register(%s, %s, contract).",
					 quote_literal_cstr(application), quote_literal_cstr(version))));
}

/* Returns a release that is live; otherwise raises SG004. */
SgRelease *
sg_release_find_live(const char *application, const char *version)
{
	SgRelease  *release = sg_release_find(application, version);

	if (release == NULL || release->retired_at != NULL)
		sg_release_raise_unknown(application, version, release);
	return release;
}
