/*
 * releases/fit.c
 *		Which releases are known to fit the live state.
 *
 * The question must be cheap, because every connection asks it.  A release's row
 * therefore says which fingerprint it is known to fit; while that is the live
 * state's fingerprint, the answer takes reading two rows, and nothing is described.
 * register() and each publication of a new live state write it; a connection never
 * does, because it must not wait for a commit.  Only that a release fits is kept:
 * one that does not is checked again each time, for an exact error.  The identities
 * of what the contract names are kept as well, so that a change of other objects is
 * recognized without reading the contract.
 *
 * A known fit counts only where the fingerprint covers every object that the
 * contract names, where the live state is not stale, and in a transaction that
 * has written nothing, because its own changes are not published yet.
 *
 * Privileges are another matter (contracts/contract_privilege.c): what a role may do is
 * in no fingerprint.  Where a contract names a role, or the caller does, they are looked up
 * each time; of the schema's fit a row is enough all the same.
 *
 * The row is read without SPI: in a new session all caches are cold, planning a
 * query would cost several times what reading two small tables does, and this is
 * all that a connection whose release fits has to wait for.  The releases are
 * scanned sequentially, because loading an index's relcache entry costs more
 * than reading a few pages; above MAX_SCANNED_PAGES the index is used.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "contracts/contract_privilege.h"
#include "contracts/contract_source.h"
#include "contracts/migrations.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "releases/fit.h"
#include "releases/migrations_stored.h"
#include "releases/mismatch.h"
#include "releases/release.h"
#include "state/live_state.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* the table is scanned sequentially up to this size */
#define MAX_SCANNED_PAGES 64

/* what a contract asks for besides the schema */
typedef struct OtherNeeds
{
	bool		privileges;		/* of a role */
	bool		migrations;		/* in ledgers */
} OtherNeeds;

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

/* Returns true if the column has that text. */
static bool
column_is(const SgTable *table, HeapTuple tuple, AttrNumber column, const char *expected)
{
	const char *text = sg_table_text(table, tuple, column);

	return text != NULL && strcmp(text, expected) == 0;
}

/*
 * Returns true if the release is live and its contract known to fit the live state.  False
 * does not mean that it does not fit.  *others says what else the contract asks for, which
 * is not known by this.
 */
static bool
is_known(const char *application, const char *version, OtherNeeds *others)
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		fits = false;

	if (TransactionIdIsValid(GetTopTransactionIdIfAny()) || !sg_live_fingerprint(fingerprint))
		return false;
	sg_table_open(&table, &sg_release_shape, AccessShareLock);
	scan = begin_scan(&table, application, version);
	while (!fits && (tuple = systable_getnext(scan)) != NULL)
	{
		fits = column_is(&table, tuple, SG_RELEASE_VERSION, version) &&
			column_is(&table, tuple, SG_RELEASE_APPLICATION, application) &&
			column_is(&table, tuple, SG_RELEASE_FITS_FINGERPRINT, fingerprint);
		if (fits)
		{
			others->privileges |= sg_table_text(&table, tuple, SG_RELEASE_ROLE) != NULL;
			others->migrations = DatumGetBool(sg_table_required(&table, tuple, SG_RELEASE_DECLARES_MIGRATIONS));
		}
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return fits;
}

/*
 * Returns true if the release is live and known to fit, and asks for nothing besides the schema.
 * Anybody may run this: it looks up no name by search_path, and the tables are read
 * without the executor, which is who asks for privileges.
 */
bool
sg_fit_is_known(const char *application, const char *version)
{
	OtherNeeds	others = {0};

	return is_known(application, version, &others) && !others.privileges && !others.migrations;
}

/*
 * Returns what of the schema, of the ledgers, and of the privileges of the role, or else the one
 * that the contract names, as they are now does not fit the contract.
 */
List *
sg_fit_problems(const SgContract *contract, const char *role)
{
	List	   *problems = sg_contract_check_live(contract);

	problems = list_concat(problems, sg_contract_privilege_check(contract, role));
	return list_concat(problems, sg_migrations_check(sg_contract_migrations(contract), true));
}

/*
 * Returns what of the schema as it is now does not fit the release, which must be
 * live; and what it declares.
 */
static List *
find_problems(const char *application, const char *version, const char *role, List **migrations)
{
	SgRelease  *release = sg_release_find(application, version);
	SgContract *contract;

	if (release == NULL || release->retired_at != NULL)
		sg_release_raise_unknown(application, version, release);
	contract = sg_contract_parse(release->contract);
	*migrations = sg_contract_migrations(contract);
	return list_concat(sg_contract_check_live(contract), sg_contract_privilege_check(contract, role));
}

/*
 * Returns if the schema as it is now fits the release, and the ledgers that it
 * tells of as well, and the role, or else the one that its contract names, has the
 * privileges; else raises SG001, or SG004 if there is no such live release.
 */
void
sg_fit_assert(const char *application, const char *version, const char *role)
{
	OtherNeeds	others = {.privileges = role != NULL};
	List	   *problems = NIL;
	List	   *migrations;
	char	   *subject;

	if (is_known(application, version, &others))
	{
		migrations = !others.migrations || sg_migrations_stored_hold(application, version) ? NIL :
			sg_migrations_stored_of(application, version);
		if (others.privileges)
			problems = sg_contract_privilege_check(sg_contract_parse(sg_release_find(application, version)->contract),
												   role);
	}
	else
		problems = find_problems(application, version, role, &migrations);
	if (migrations == NIL && problems == NIL)
		return;
	problems = list_concat(problems, sg_migrations_check(migrations, sg_ledger_mismatch == SG_REACT_ERROR));
	subject = psprintf("release %s/%s", application, version);
	if (sg_migrations_refused(problems) != NIL)
		sg_mismatch_raise(subject, sg_migrations_refused(problems),
						  psprintf("SELECT * FROM schema_guard.check_release(%s, %s)",
								   quote_literal_cstr(application), quote_literal_cstr(version)));
	sg_migrations_warn(subject, problems);
}

static Datum
names_datum(const SgContract *contract)
{
	List	   *objects = sg_contract_objects(contract);
	Datum	   *names = palloc(sizeof(Datum) * Max(list_length(objects), 1));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, objects)
		names[count++] = sg_text_datum(((SgContractObject *) lfirst(cell))->identity);
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Remembers that the release fits a fingerprint, if that is the live state's;
 * NULL forgets.  Unless that covers all that the contract names, an equal fingerprint
 * does not mean that it fits.  The contract is its own, or NULL if it names what it
 * named when the release last fitted.
 */
void
sg_fit_record(const char *application, const char *version, const char *fingerprint,
			  bool covered, const SgContract *contract)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		fingerprint == NULL ? (Datum) 0 : CStringGetTextDatum(fingerprint),
		contract == NULL ? (Datum) 0 : names_datum(contract),
		0
	};
	char		nulls[] = {' ', ' ', fingerprint == NULL ? 'n' : ' ', contract == NULL ? 'n' : ' ',
	fingerprint == NULL || !covered ? 'n' : ' ', '\0'};

	values[4] = values[2];

	(void) sg_spi_execute("UPDATE schema_guard.release"
						  "   SET fits_fingerprint = $5, fitted_fingerprint = $3, fits_objects = coalesce($4, fits_objects)"
						  " WHERE application = $1 AND version = $2"
						  "   AND (fits_fingerprint, fitted_fingerprint) IS DISTINCT FROM ($5, $3)"
						  "   AND ($3 IS NULL OR EXISTS (SELECT FROM schema_guard.live_state s"
						  "                               WHERE s.fingerprint = $3))",
						  5, types, values, nulls);
}

static bool
names_object(const SgRelease *release, const char *identity)
{
	size_t		len = strlen(identity);

	for (int i = 0; i < release->nnames; i++)
	{
		const text *name = (const text *) DatumGetPointer(release->names[i]);

		if (VARSIZE_ANY_EXHDR(name) == len && memcmp(VARDATA_ANY(name), identity, len) == 0)
			return true;
	}
	return false;
}

/* Returns true if the release's contract names a function of the same schema and name. */
static bool
names_overload(const SgRelease *release, const char *identity)
{
	char	   *called = sg_contract_function_called(identity);
	size_t		len = strlen(called);

	for (int i = 0; i < release->nnames; i++)
	{
		const text *name = (const text *) DatumGetPointer(release->names[i]);

		if (VARSIZE_ANY_EXHDR(name) > len && memcmp(VARDATA_ANY(name), called, len) == 0 &&
			VARDATA_ANY(name)[len] == '(')
			return true;
	}
	return false;
}

/* Returns true if the table has a foreign key to a table that the release's contract names. */
static bool
refers_to_named(const SgRelease *release, const SgObject *table)
{
	for (int i = 0; i < table->nitems; i++)
	{
		const char *referred = sg_item_referred_to(&table->items[i]);

		if (referred != NULL && names_object(release, referred))
			return true;
	}
	return false;
}

/* Returns true if objects of that type decide what the server answers when a rule asks it what can be done with a type. */
static bool
is_asked_of_server(const char *type)
{
	return sg_contract_kind_matches(SG_CONTRACT_TYPE, type) || sg_contract_kind_matches(SG_CONTRACT_CAST, type) ||
		sg_contract_kind_matches(SG_CONTRACT_OPERATOR, type) || strcmp(type, "operator class") == 0 ||
		strcmp(type, "operator family") == 0 || strcmp(type, "extension") == 0;
}

/*
 * Returns true if the changed object can matter to a release.  Besides what its
 * contract names, that is what types can do, a function of the same name, a
 * publication, a table that inherits from others, or is a partition of one, or
 * refers to one that the contract names.
 */
static bool
concerns(const SgObject *changed, const SgRelease *release)
{
	if (changed == NULL)
		return false;
	if (sg_contract_kind_matches(SG_CONTRACT_FUNCTION, changed->type))
		return names_overload(release, changed->identity);
	if (is_asked_of_server(changed->type) || names_object(release, changed->identity))
		return true;
	return sg_item_find(changed, "inherits") != NULL || strcmp(changed->type, "publication") == 0 ||
		refers_to_named(release, changed) ||
		(sg_contract_kind_matches(SG_CONTRACT_RELATION, changed->type) &&
		 get_rel_relispartition(changed->objid));
}

/* Returns true if the release is known to fit before the change; false says nothing. */
bool
sg_fit_was_known(const SgRelease *release, const SgDelta *delta)
{
	return release->fits != NULL && strcmp(release->fits, delta->before) == 0;
}

/*
 * Returns true if the change is of an extension, and the release fitted before.  The
 * extension's members are in no description: for both sides of the change they are
 * as the catalogs have them now.
 */
bool
sg_fit_of_extension(const SgRelease *release, const SgDelta *delta)
{
	ListCell   *cell;

	if (release->fitted == NULL || strcmp(release->fitted, delta->before) != 0)
		return false;
	foreach(cell, delta->objects)
	{
		const SgObjectChange *change = lfirst(cell);
		const SgObject *object = change->before;

		if (object != NULL && strcmp(object->type, "extension") == 0)
			return true;
	}
	return false;
}

/*
 * Returns true if the release is known to fit before the change, which does not
 * touch it: then it fits afterwards.  False says nothing.
 */
bool
sg_fit_is_untouched(const SgRelease *release, const SgDelta *delta)
{
	ListCell   *cell;

	if (release->names == NULL || !sg_fit_was_known(release, delta))
		return false;
	foreach(cell, delta->objects)
	{
		const SgObjectChange *change = lfirst(cell);

		if (concerns(change->before, release) || concerns(change->after, release))
			return false;
	}
	return true;
}

static void
carry_over(const SgDelta *delta, bool all_anew)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "schema_guard fits",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext of_one = AllocSetContextCreate(context, "schema_guard release", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SgContractCatalogs catalogs;
	List	   *releases;
	ListCell   *cell;

	sg_contract_catalogs_begin(&catalogs);
	releases = sg_release_live();
	foreach(cell, releases)
	{
		const SgRelease *release = lfirst(cell);
		SgContract *contract = NULL;
		bool		covered = true;
		bool		fits;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(of_one);
		MemoryContextSwitchTo(of_one);
		fits = !all_anew && sg_fit_is_untouched(release, delta);
		if (!fits)
		{
			contract = sg_contract_parse(release->contract);
			fits = sg_problems_broken(sg_contract_check(contract, catalogs.all)) == NIL;
			covered = fits && sg_contract_is_covered(contract, &catalogs);
		}
		sg_fit_record(release->application, release->version, fits ? delta->after : NULL,
					  covered, contract);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/*
 * Carries over which releases fit to the live state that this transaction is
 * about to publish: one that fitted before and whose objects did not change fits;
 * others are checked.  The gate calls this once the live state is written, so
 * that connections never need to write.
 */
void
sg_fit_carry_over(const SgDelta *delta)
{
	carry_over(delta, false);
}

/* The same where the scope has changed: whether a fit may be kept depends on it. */
void
sg_fit_check_anew(const SgDelta *delta)
{
	carry_over(delta, true);
}
