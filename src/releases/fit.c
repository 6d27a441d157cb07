/*
 * releases/fit.c
 *		The kept verdict on a release, for whoever connects.
 *
 * Read without SPI: a new session has everything cold, and planning one query
 * would cost several times what reading two small tables does; this is the
 * only thing that a connection whose release fits has to wait for.
 *
 * The releases are scanned from end to end: loading an index's description
 * costs more than some pages.  Should they become many, the index it is after
 * all.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "releases/fit.h"
#include "releases/release.h"
#include "state/live_state.h"
#include "support/encoding.h"
#include "support/table.h"

/* as many pages of releases are scanned */
#define MAX_SCANNED_PAGES 64

static SysScanDesc
begin_scan(SgTable *table, const char *application, const char *version)
{
	SgTableKey	keys[] = {
		{SG_RELEASE_APPLICATION, BTEqualStrategyNumber, F_TEXTEQ, sg_text_datum(application)},
		{SG_RELEASE_VERSION, BTEqualStrategyNumber, F_TEXTEQ, sg_text_datum(version)}
	};

	if (RelationGetNumberOfBlocks(table->rel) > MAX_SCANNED_PAGES)
		return sg_table_scan(table, "release_pkey", lengthof(keys), keys);
	return sg_table_scan_all(table);
}

/* Is the column's text the one given? */
static bool
column_is(const SgTable *table, HeapTuple tuple, AttrNumber column, const char *expected)
{
	const char *text = sg_table_text(table, tuple, column);

	return text != NULL && strcmp(text, expected) == 0;
}

/*
 * Is the release live, and known to fit the live state?  False does not mean
 * that it does not.
 */
bool
sg_verdict_fits(const char *application, const char *version)
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		fits = false;

	if (!sg_live_fingerprint(fingerprint))
		return false;
	sg_table_open(&table, &sg_release_shape, AccessShareLock);
	scan = begin_scan(&table, application, version);
	while (!fits && (tuple = systable_getnext(scan)) != NULL)
		fits = column_is(&table, tuple, SG_RELEASE_VERSION, version) &&
			column_is(&table, tuple, SG_RELEASE_APPLICATION, application) &&
			column_is(&table, tuple, SG_RELEASE_FITS_FINGERPRINT, fingerprint);
	systable_endscan(scan);
	sg_table_close(&table);
	return fits;
}
