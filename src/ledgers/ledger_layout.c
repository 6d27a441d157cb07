/*
 * ledgers/ledger_layout.c
 *		What the ledger of each migration tool looks like.
 *
 * The table has a row for each layout, with its source: the tool's own sources, in
 * the given version.  The names of the tables are the usual ones; nearly every tool
 * lets its users choose another.  So a ledger is recognised by its columns, and the
 * name counts only if they are not distinctive enough.  Columns that some versions
 * of a tool lack are optional.
 *
 * Tables are looked for by the first column of a layout (ledger_find.c). A table
 * with few columns must have no others, unless it has the usual name; with more
 * columns, it is the ledger whatever a later version has added.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#include "ledgers/ledger_layout.h"

/* a layout with at most that many columns allows no others */
#define FEW_COLUMNS 4

#define INT SG_LEDGER_INTEGER
#define TEXT SG_LEDGER_TEXT
#define BOOL SG_LEDGER_BOOLEAN
#define TIME SG_LEDGER_TIME
#define UNREAD SG_LEDGER_UNREAD

/*
 * The formatter would put each of these lists into a column of its own, far to the
 * right.
 */
/* clang-format off */
static const SgLedgerLayout layouts[] = {
	{SG_TOOL_SQLX, "sqlx", "_sqlx_migrations", "sqlx 0.8 and 0.9, sqlx-postgres/src/migrate.rs",
		SG_LEDGER_BY_NUMBER, .hex = true, .columns = {
			{"version", INT, SG_LEDGER_VERSION}, {"description", TEXT, SG_LEDGER_NAME},
			{"installed_on", TIME}, {"success", BOOL, SG_LEDGER_OTHER},
			{"checksum", SG_LEDGER_BYTES, SG_LEDGER_CHECKSUM},
			{"execution_time", INT, SG_LEDGER_DURATION},
	}},
	{SG_TOOL_FLYWAY, "flyway", "flyway_schema_history",
		"Flyway 4 to 13, database/postgresql/PostgreSQLDatabase.java",
		SG_LEDGER_BY_PARTS, .columns = {
			{"version", TEXT, SG_LEDGER_VERSION}, {"installed_rank", INT, SG_LEDGER_SEQUENCE},
			{"description", TEXT, SG_LEDGER_NAME}, {"type", TEXT, SG_LEDGER_OTHER},
			{"script", TEXT}, {"checksum", INT, SG_LEDGER_CHECKSUM}, {"installed_by", TEXT},
			{"installed_on", TIME}, {"execution_time", INT, SG_LEDGER_DURATION},
			{"success", BOOL, SG_LEDGER_OTHER},
	}},
	{SG_TOOL_LIQUIBASE, "liquibase", "databasechangelog",
		"Liquibase 3 to 5, CreateDatabaseChangeLogTableGenerator.java",
		SG_LEDGER_BY_SEQUENCE, .hex = true, .columns = {
			{"md5sum", TEXT, SG_LEDGER_CHECKSUM}, {"id", TEXT, SG_LEDGER_VERSION},
			{"author", TEXT, SG_LEDGER_OTHER}, {"filename", TEXT, SG_LEDGER_OTHER},
			{"dateexecuted", TIME}, {"orderexecuted", INT, SG_LEDGER_SEQUENCE}, {"exectype", TEXT},
	}},
	{SG_TOOL_PRISMA, "prisma", "_prisma_migrations",
		"Prisma 2 to 7, schema-engine sql_schema_connector/src/flavour/postgres.rs",
		SG_LEDGER_BY_NAME, .hex = true, .columns = {
			{"migration_name", TEXT, SG_LEDGER_VERSION}, {"id", TEXT},
			{"checksum", TEXT, SG_LEDGER_CHECKSUM}, {"finished_at", TIME, SG_LEDGER_OTHER},
			{"logs", TEXT}, {"rolled_back_at", TIME, SG_LEDGER_OTHER},
			{"started_at", TIME, SG_LEDGER_SEQUENCE}, {"applied_steps_count", INT},
	}},
	{SG_TOOL_PRISMA8, "prisma8", "marker", "Prisma 8, prisma_contract.marker: its statement builders",
		SG_LEDGER_HEADS, .hex = true, .columns = {
			{"core_hash", TEXT, SG_LEDGER_VERSION}, {"profile_hash", TEXT},
			{"space", TEXT, SG_LEDGER_NAME, .optional = true},
			{"updated_at", TIME, SG_LEDGER_SEQUENCE}, {"contract_json", UNREAD},
			{"canonical_version", INT},
	}},
	{SG_TOOL_GOLANG_MIGRATE, "golang-migrate", "schema_migrations",
		"golang-migrate 4, database/postgres/postgres.go",
		SG_LEDGER_HEAD, .columns = {
			{"version", INT, SG_LEDGER_VERSION}, {"dirty", BOOL, SG_LEDGER_OTHER},
	}},
	{SG_TOOL_DBMATE, "dbmate", "schema_migrations", "dbmate 1 and 2, pkg/driver/postgres/postgres.go",
		SG_LEDGER_BY_NUMBER, .needs_name = true, .columns = {
			{"version", TEXT, SG_LEDGER_VERSION, .lengths = {-1, 128, 255}},
	}},
	{SG_TOOL_RAILS, "rails", "schema_migrations",
		"Rails 4.2 to 8, activerecord/lib/active_record/schema_migration.rb",
		SG_LEDGER_BY_NUMBER, .needs_name = true, .companion = "ar_internal_metadata", .columns = {
			{"version", TEXT, SG_LEDGER_VERSION, .lengths = {-1, 255}},
	}},
	{SG_TOOL_GOOSE, "goose", "goose_db_version", "goose 3, internal/dialects/postgres.go",
		SG_LEDGER_BY_NUMBER, .columns = {
			{"version_id", INT, SG_LEDGER_VERSION}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"is_applied", BOOL, SG_LEDGER_OTHER}, {"tstamp", TIME},
	}},
	{SG_TOOL_DJANGO, "django", "django_migrations", "Django 1.7 to 6, django/db/migrations/recorder.py",
		SG_LEDGER_BY_NAME, .columns = {
			{"app", TEXT, SG_LEDGER_OTHER}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"name", TEXT, SG_LEDGER_VERSION}, {"applied", TIME},
	}},
	{SG_TOOL_ALEMBIC, "alembic", "alembic_version", "Alembic 1, alembic/runtime/migration.py",
		SG_LEDGER_HEADS, .columns = {
			{"version_num", TEXT, SG_LEDGER_VERSION},
	}},
	{SG_TOOL_DIESEL, "diesel", "__diesel_schema_migrations",
		"Diesel 1 and 2, diesel/src/migration/mod.rs",
		SG_LEDGER_BY_NUMBER, .columns = {
			{"version", TEXT, SG_LEDGER_VERSION}, {"run_on", TIME},
	}},
	{SG_TOOL_REFINERY, "refinery", "refinery_schema_history",
		"refinery 0.8, refinery_core/src/traits/mod.rs",
		SG_LEDGER_BY_NUMBER, .columns = {
			{"version", INT, SG_LEDGER_VERSION}, {"name", TEXT, SG_LEDGER_NAME},
			{"applied_on", TEXT}, {"checksum", TEXT, SG_LEDGER_CHECKSUM},
	}},
	{SG_TOOL_KNEX, "knex", "knex_migrations", "Knex 0.95 to 3, lib/migrations/migrate/table-creator.js",
		SG_LEDGER_BY_NAME, .columns = {
			{"migration_time", TIME}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"name", TEXT, SG_LEDGER_VERSION}, {"batch", INT},
	}},
	{SG_TOOL_NODE_PG_MIGRATE, "node-pg-migrate", "pgmigrations", "node-pg-migrate 3 to 8, src/runner.ts",
		SG_LEDGER_BY_NAME, .columns = {
			{"run_on", TIME}, {"id", INT, SG_LEDGER_SEQUENCE}, {"name", TEXT, SG_LEDGER_VERSION},
	}},
	{SG_TOOL_DRIZZLE, "drizzle", "__drizzle_migrations",
		"drizzle-orm 0.2x to 0.4x, src/pg-core/dialect.ts: a migration is known by its time",
		SG_LEDGER_BY_NUMBER, .hex = true, .columns = {
			{"hash", TEXT, SG_LEDGER_CHECKSUM}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"created_at", INT, SG_LEDGER_VERSION},
	}},
	{SG_TOOL_DRIZZLE, "drizzle", "__drizzle_migrations", "drizzle-orm 1.0 beta, src/pg-core/dialect.ts",
		SG_LEDGER_BY_NAME, .hex = true, .columns = {
			{"hash", TEXT, SG_LEDGER_CHECKSUM}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"created_at", INT}, {"name", TEXT, SG_LEDGER_VERSION}, {"applied_at", TIME},
	}},
	{SG_TOOL_ATLAS, "atlas", "atlas_schema_revisions",
		"Atlas 0.10 to 1, cmd/atlas/internal/migrate/ent/schema",
		SG_LEDGER_BY_NAME, .columns = {
			{"partial_hashes", UNREAD}, {"version", TEXT, SG_LEDGER_VERSION},
			{"description", TEXT, SG_LEDGER_NAME}, {"type", INT, SG_LEDGER_OTHER},
			{"applied", INT, SG_LEDGER_OTHER}, {"total", INT, SG_LEDGER_OTHER},
			{"executed_at", TIME}, {"execution_time", INT, SG_LEDGER_DURATION},
			{"error", TEXT, SG_LEDGER_OTHER}, {"error_stmt", TEXT},
			{"hash", TEXT, SG_LEDGER_CHECKSUM}, {"operator_version", TEXT},
	}},
	{SG_TOOL_SQITCH, "sqitch", "changes", "sqitch 1, lib/App/Sqitch/Engine/pg.sql",
		SG_LEDGER_BY_SEQUENCE, .hex = true, .columns = {
			{"change_id", TEXT, SG_LEDGER_VERSION}, {"script_hash", TEXT, SG_LEDGER_CHECKSUM},
			{"change", TEXT, SG_LEDGER_NAME}, {"project", TEXT}, {"note", TEXT},
			{"committed_at", TIME, SG_LEDGER_SEQUENCE}, {"planned_at", TIME},
			{"planner_name", TEXT},
	}},
	{SG_TOOL_TYPEORM, "typeorm", "migrations", "TypeORM 0.2 and 0.3, src/migration/MigrationExecutor.ts",
		SG_LEDGER_BY_SUFFIX, .columns = {
			{"timestamp", INT, SG_LEDGER_OTHER}, {"id", INT, SG_LEDGER_SEQUENCE},
			{"name", TEXT, SG_LEDGER_VERSION},
	}},
	{SG_TOOL_SEQUELIZE, "sequelize", "SequelizeMeta", "Umzug 2 and 3, src/storage/sequelize.ts",
		SG_LEDGER_BY_NAME, .needs_name = true, .columns = {
			{"name", TEXT, SG_LEDGER_VERSION, .lengths = {255, 255}},
	}},
	{SG_TOOL_ECTO, "ecto", "schema_migrations", "Ecto SQL 3, lib/ecto/migration/schema_migration.ex",
		SG_LEDGER_BY_NUMBER, .columns = {
			{"version", INT, SG_LEDGER_VERSION}, {"inserted_at", TIME},
	}},
	{SG_TOOL_EFCORE, "efcore", "__EFMigrationsHistory",
		"EF Core 3 to 10, src/EFCore.Relational/Migrations/HistoryRepository.cs",
		SG_LEDGER_BY_NAME, .columns = {
			{"MigrationId", TEXT, SG_LEDGER_VERSION}, {"ProductVersion", TEXT},
	}},
	/* UseSnakeCaseNamingConvention() is widely used with Npgsql */
	{SG_TOOL_EFCORE, "efcore", "__EFMigrationsHistory", "EFCore.NamingConventions 3 to 10, snake case",
		SG_LEDGER_BY_NAME, .columns = {
			{"migration_id", TEXT, SG_LEDGER_VERSION}, {"product_version", TEXT},
	}},
	{SG_TOOL_SUPABASE, "supabase", "schema_migrations", "Supabase CLI 1 and 2, pkg/migration/history.go",
		SG_LEDGER_BY_NUMBER, .columns = {
			{"statements", UNREAD}, {"version", TEXT, SG_LEDGER_VERSION},
			{"name", TEXT, SG_LEDGER_NAME}, {"created_by", TEXT, .optional = true},
			{"idempotency_key", TEXT, .optional = true}, {"rollback", UNREAD, .optional = true},
	}},
	{SG_TOOL_GRAPHILE_MIGRATE, "graphile-migrate", "migrations", "graphile-migrate 1, src/migration.ts",
		SG_LEDGER_BY_NAME, .columns = {
			{"previous_hash", TEXT}, {"hash", TEXT, SG_LEDGER_CHECKSUM},
			{"filename", TEXT, SG_LEDGER_VERSION}, {"date", TIME},
	}},
	{SG_TOOL_PGROLL, "pgroll", "migrations", "pgroll 0.6 to 0.14, pkg/state/init.sql",
		SG_LEDGER_BY_SEQUENCE, .columns = {
			{"resulting_schema", UNREAD}, {"schema", TEXT}, {"name", TEXT, SG_LEDGER_VERSION},
			{"migration", UNREAD}, {"created_at", TIME, SG_LEDGER_SEQUENCE}, {"updated_at", TIME},
			{"parent", TEXT}, {"done", BOOL},
			{"migration_type", TEXT, SG_LEDGER_OTHER, .optional = true},
	}},
};
/* clang-format on */

/* Returns the n-th layout, counted from 0, or NULL. */
const SgLedgerLayout *
sg_ledger_layout_at(int n)
{
	return n < lengthof(layouts) ? &layouts[n] : NULL;
}

/* Skips separators between the words of a name. */
static const char *
next_letter(const char *text)
{
	while (*text != '\0' && strchr(" -_.", *text) != NULL)
		text++;
	return text;
}

/* Returns true if "tool" names the layout's tool, in any case, with or without dashes. */
bool
sg_ledger_layout_is_tool(const SgLedgerLayout *layout, const char *tool)
{
	const char *name = layout->tool_name;

	for (;;)
	{
		name = next_letter(name);
		tool = next_letter(tool);
		if (pg_ascii_tolower((unsigned char) *name) != pg_ascii_tolower((unsigned char) *tool))
			return false;
		if (*name == '\0')
			return true;
		name++;
		tool++;
	}
}

/* Returns the names of all tools, for an error; palloc'd. */
const char *
sg_ledger_layout_tools(void)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < lengthof(layouts); i++)
	{
		if (i == 0 || layouts[i].tool != layouts[i - 1].tool)
			appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", layouts[i].tool_name);
	}
	return names.data;
}

/* Returns true if a column may have the type. */
static bool
is_of_kind(Oid type, SgLedgerType kind)
{
	switch (kind)
	{
		case SG_LEDGER_INTEGER:
			return type == INT8OID || type == INT4OID || type == INT2OID;
		case SG_LEDGER_TEXT:
			return type == TEXTOID || type == VARCHAROID || type == BPCHAROID || type == NAMEOID;
		case SG_LEDGER_BOOLEAN:
			return type == BOOLOID;
		case SG_LEDGER_BYTES:
			return type == BYTEAOID;
		case SG_LEDGER_TIME:
			return type == TIMESTAMPOID || type == TIMESTAMPTZOID;
		case SG_LEDGER_UNREAD:
			return true;
	}
	return false;
}

static bool
column_matches(const SgLedgerColumn *column, const FormData_pg_attribute *att)
{
	if (strcmp(NameStr(att->attname), column->name) != 0 || att->attgenerated != '\0' ||
		!is_of_kind(getBaseType(att->atttypid), column->type))
		return false;
	if (column->lengths[0] != 0)
	{
		int			length = att->atttypmod < 0 ? -1 : att->atttypmod - VARHDRSZ;

		if (att->atttypid != VARCHAROID)
			return false;
		for (int i = 0; i < lengthof(column->lengths); i++)
		{
			if (length == column->lengths[i])
				return true;
		}
		return false;
	}
	return true;
}

/*
 * Returns true if the name is the usual one, or at least suggests that the table is
 * about migrations.
 */
static bool
name_fits(const SgLedgerLayout *layout, const char *table)
{
	char	   *lower = pstrdup(table);

	for (char *c = lower; *c != '\0'; c++)
		*c = pg_ascii_tolower((unsigned char) *c);
	return strcmp(table, layout->table) == 0 || strstr(lower, "migration") != NULL;
}

/*
 * Returns true if a table of that name with these columns, among which are no
 * dropped ones, is a ledger of the layout; then "attnums" says where they are.
 */
bool
sg_ledger_layout_matches(const SgLedgerLayout *layout, const char *table, int natts,
						 const Form_pg_attribute *atts, AttrNumber *attnums)
{
	int			ncolumns = 0;
	int			found = 0;

	for (const SgLedgerColumn *column = layout->columns; column->name != NULL; column++)
	{
		attnums[ncolumns] = InvalidAttrNumber;
		for (int i = 0; i < natts && attnums[ncolumns] == InvalidAttrNumber; i++)
		{
			if (column_matches(column, atts[i]))
				attnums[ncolumns] = atts[i]->attnum;
		}
		if (attnums[ncolumns] != InvalidAttrNumber)
			found++;
		else if (!column->optional)
			return false;
		ncolumns++;
	}
	/* unless the name identifies it as well */
	if (ncolumns <= FEW_COLUMNS && found != natts && (layout->needs_name || strcmp(table, layout->table) != 0))
		return false;
	return !layout->needs_name || name_fits(layout, table);
}
