/*
 * releases/session_count.c
 *		How many sessions declare a release.
 *
 * A session that declares one holds a shared lock on the name of the release until
 * it ends or declares another; counting reads the lock table.  So it works without
 * preloading and on a standby, costs nothing while nobody asks, and the lock of a
 * session that dies is released.  Nobody ever waits, because all such locks are
 * shared.
 *
 * It is an advisory lock, because locks of any other kind are released if a
 * transaction fails, with a number in its last field that no function gives it: so
 * it is never one that an application takes.  DISCARD ALL and
 * pg_advisory_unlock_all() release it all the same; then the session takes it again
 * before its next statement.  If the lock table is full, a session is not counted.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lock.h"

#include "releases/session_count.h"
#include "support/compat.h"
#include "support/spi.h"

/* the functions for advisory locks use 1 and 2 */
#define LOCK_FIELD 0x5347

/* the lock that the session should hold, if it declares a release */
static LOCKTAG held;
static bool is_held = false;

static LOCKTAG
lock_of(const char *declaration)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) declaration, strlen(declaration), 0);
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32) (hash >> 32), (uint32) hash, LOCK_FIELD);
	return tag;
}

/* The session declares this release, application/version, from now on; "": none. */
void
sg_session_count_declare(const char *declaration)
{
	LOCKTAG		tag = lock_of(declaration);
	bool		declares = declaration[0] != '\0';

	if (is_held && (!declares || memcmp(&tag, &held, sizeof(tag)) != 0))
	{
		is_held = false;
		if (sg_compat_lock_held(&held, ShareLock))
			(void) LockRelease(&held, ShareLock, true);
	}
	if (declares && !is_held)
	{
		held = tag;
		is_held = true;
		sg_session_count_keep();
	}
}

/* To be called before each of a client's statements: takes the lock if something has released it. */
void
sg_session_count_keep(void)
{
	if (is_held && !sg_compat_lock_held(&held, ShareLock))
		sg_compat_lock_for_session(&held, ShareLock);
}

/* How many sessions of this database declare the release; as the owner. */
int
sg_session_count_of(const char *application, const char *version)
{
	static const Oid types[] = {OIDOID, OIDOID, OIDOID, INT4OID};
	LOCKTAG		tag = lock_of(psprintf("%s/%s", application, version));
	Datum		values[] = {
		ObjectIdGetDatum(tag.locktag_field1), ObjectIdGetDatum(tag.locktag_field2),
		ObjectIdGetDatum(tag.locktag_field3), Int32GetDatum(LOCK_FIELD)
	};

	return (int) sg_spi_fetch_int8("SELECT pg_catalog.count(DISTINCT l.pid) FROM pg_catalog.pg_locks l"
								   " WHERE l.locktype = 'advisory' AND l.database = $1 AND l.classid = $2"
								   "   AND l.objid = $3 AND l.objsubid = $4 AND l.granted",
								   4, types, values);
}

/* "3 sessions that are connected now declare it" */
char *
sg_session_count_text(int count)
{
	if (count == 0)
		return pstrdup("no session that is connected now declares it");
	return count == 1 ? pstrdup("1 session that is connected now declares it") :
		psprintf("%d sessions that are connected now declare it", count);
}
