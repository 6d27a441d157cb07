/*
 * ledgers/ledger_lock.c
 *		Whether a migrator is at work.
 *
 * Migrators that leave unfinished rows in their ledgers hold an advisory lock
 * while they run, with a key of their own.
 */
#include "postgres.h"

#include "commands/dbcommands.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/lsyscache.h"

#include "ledgers/ledger_lock.h"

/* sqlx 0.9, sqlx-postgres/src/migrate.rs: times the CRC of the database's name */
#define SQLX_FACTOR INT64CONST(0x3d32ad9e)

/*
 * golang-migrate 4, database/util.go: times the CRC of schema, table and database,
 * with NULs between them
 */
#define GOLANG_MIGRATE_FACTOR 1486364155

/* Prisma 7, sql_schema_connector/src/flavour/postgres.rs */
#define PRISMA_KEY INT64CONST(72707369)

/*
 * Flyway 13, PostgreSQLAdvisoryLockTemplate.java: "Flyway" in ASCII, and a hash of 32
 * bits added to it
 */
#define FLYWAY_KEY INT64CONST(0x466C79776179)

/* Atlas 1, sql/postgres/driver.go: the hash (FNV) of this name */
#define ATLAS_NAME "atlas_migrate_execute"

/* in the last field of an advisory lock with one key of 64 bits */
#define ONE_KEY 1

static uint32
crc32_of(const char *bytes, size_t len)
{
	uint32		crc = 0xFFFFFFFF;

	while (len-- > 0)
	{
		crc ^= (unsigned char) *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static uint32
fnv32_of(const char *text)
{
	uint32		hash = 2166136261U;

	for (; *text != '\0'; text++)
		hash = (hash * 16777619U) ^ (unsigned char) *text;
	return hash;
}

static int64
golang_migrate_key(const SgLedger *ledger, const char *database)
{
	StringInfoData names;
	Oid			schema = get_rel_namespace(ledger->relid);
	char	   *schema_name = OidIsValid(schema) ? get_namespace_name(schema) : NULL;
	char	   *table_name = get_rel_name(ledger->relid);

	initStringInfo(&names);
	if (schema_name != NULL)
		appendBinaryStringInfo(&names, schema_name, (int) strlen(schema_name) + 1);
	if (table_name != NULL)
		appendBinaryStringInfo(&names, table_name, (int) strlen(table_name) + 1);
	appendStringInfoString(&names, database);
	return crc32_of(names.data, names.len) * (uint32) GOLANG_MIGRATE_FACTOR;
}

/* Returns true if the migrator of the ledger's tool takes an advisory lock of that key. */
static bool
is_migrators_key(const SgLedger *ledger, int64 key)
{
	const char *database = get_database_name(MyDatabaseId);

	switch (ledger->layout->tool)
	{
		case SG_TOOL_SQLX:
			return database != NULL && key == (int64) ((uint64) SQLX_FACTOR * crc32_of(database, strlen(database)));
		case SG_TOOL_GOLANG_MIGRATE:
			return database != NULL && key == golang_migrate_key(ledger, database);
		case SG_TOOL_PRISMA:
			return key == PRISMA_KEY;
		case SG_TOOL_FLYWAY:
			return key >= FLYWAY_KEY + PG_INT32_MIN && key <= FLYWAY_KEY + PG_INT32_MAX;
		case SG_TOOL_ATLAS:
			return key == fnv32_of(ATLAS_NAME);
		default:
			return false;
	}
}

/* Returns the process ID of the session that migrates, or 0 if none is known. */
int
sg_ledger_lock_holder(const SgLedger *ledger)
{
	const LockData *locks = GetLockStatusData();

	for (int i = 0; i < locks->nelements; i++)
	{
		const LockInstanceData *lock = &locks->locks[i];
		const LOCKTAG *tag = &lock->locktag;

		if (tag->locktag_type == LOCKTAG_ADVISORY && tag->locktag_field1 == MyDatabaseId &&
			tag->locktag_field4 == ONE_KEY && lock->holdMask != 0 &&
			is_migrators_key(ledger, (int64) (((uint64) tag->locktag_field2 << 32) | tag->locktag_field3)))
			return lock->pid;
	}
	return 0;
}
