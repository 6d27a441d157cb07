/*
 * support/extension.c
 *		The extension in this database: its OID, owner, schema and version.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "support/errors.h"
#include "support/extension.h"

/* the extension's row of pg_extension while it is pinned, or NULL */
static HeapTuple pinned_extension = NULL;

/*
 * Returns the extension's row, copied into the current memory context unless it is
 * pinned, or NULL.  Does not use an index, since pg_extension is only a page or so.
 */
static HeapTuple
extension_tuple(void)
{
	Relation	rel;
	HeapTuple	tuple;
	SysScanDesc scan;
	ScanKeyData key;

	if (pinned_extension != NULL)
		return pinned_extension;
	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("schema_guard"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, false, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return tuple;
}

/*
 * Keeps the extension's row in the current memory context until
 * sg_extension_unpin(), because every commit of DDL needs it several times.  The
 * caller must make sure that it is unpinned after an error, too.
 */
void
sg_extension_pin(void)
{
	pinned_extension = extension_tuple();
}

void
sg_extension_unpin(void)
{
	pinned_extension = NULL;
}

/* Returns the extension's OID in this database, or InvalidOid. */
Oid
sg_extension_oid(void)
{
	HeapTuple	tuple = extension_tuple();

	return HeapTupleIsValid(tuple) ? ((Form_pg_extension) GETSTRUCT(tuple))->oid : InvalidOid;
}

/* Like extension_tuple(), but raises an error if the extension does not exist. */
static HeapTuple
required_extension_tuple(void)
{
	HeapTuple	tuple = extension_tuple();

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"schema_guard\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION schema_guard.")));
	return tuple;
}

/* Returns the role that owns the extension. */
Oid
sg_extension_owner(void)
{
	return ((Form_pg_extension) GETSTRUCT(required_extension_tuple()))->extowner;
}

/*
 * Returns the schema of the extension's objects.  That is not
 * pg_extension.extnamespace: the schema is a member of the extension, so that DROP
 * EXTENSION drops it.
 */
Oid
sg_extension_schema(void)
{
	return get_namespace_oid("schema_guard", false);
}

/* Returns true if version "a" is newer than "b".  Both are numbers separated by dots. */
static bool
is_newer(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0')
	{
		char	   *a_end;
		char	   *b_end;
		long		left = strtol(a, &a_end, 10);
		long		right = strtol(b, &b_end, 10);

		if (left != right)
			return left > right;
		if (a_end == a || b_end == b)
			return strcmp(a, b) > 0;
		a = a_end + strspn(a_end, ".");
		b = b_end + strspn(b_end, ".");
	}
	return *a != '\0';
}

/* Returns the version of the extension in this database.  The extension must exist. */
static char *
extension_version(void)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	HeapTuple	tuple = required_extension_tuple();
	bool		isnull;
	Datum		datum = heap_getattr(tuple, Anum_pg_extension_extversion,
									 RelationGetDescr(rel), &isnull);
	char	   *version = isnull ? pstrdup("") : TextDatumGetCString(datum);

	table_close(rel, AccessShareLock);
	return version;
}

/* Returns true if the extension exists in this database, in the library's version. */
bool
sg_extension_is_current(void)
{
	return OidIsValid(sg_extension_oid()) && strcmp(extension_version(), SG_VERSION) == 0;
}

/* Raises SG006 unless the extension in this database has the library's version. */
void
sg_extension_require_version(void)
{
	char	   *version = extension_version();

	if (strcmp(version, SG_VERSION) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_SG_VERSION_MISMATCH),
				 errmsg("schema_guard's library has version %s, the extension in this database has version %s",
						SG_VERSION, version),
				 is_newer(version, SG_VERSION) ?
				 errhint("Install the library of version %s; existing connections must reconnect.",
						 version) :
				 errhint("Run ALTER EXTENSION schema_guard UPDATE TO '%s'; connections made before the library was replaced must be renewed.",
						 SG_VERSION)));
	pfree(version);
}
