/*
 * ledgers/ledger_row.c
 *		What a row of a ledger means to its tool.
 */
#include "postgres.h"

#include "common/int.h"

#include "ledgers/ledger_row.h"
#include "ledgers/ledger_version.h"

/* Atlas: bits of the type of a revision */
#define ATLAS_BASELINE 1
#define ATLAS_RESOLVED 4

/*
 * A hundred years in microseconds: more than any migration takes.  A ledger may say
 * anything, such as that it ended at infinity.
 */
#define MAX_DURATION INT64CONST(3155760000000000)

/* Returns the value of a column of the layout, or NULL. */
static const char *
value_of(const SgLedgerLayout *layout, const SgLedgerValues *values, const char *name)
{
	for (int i = 0; layout->columns[i].name != NULL; i++)
	{
		if (strcmp(layout->columns[i].name, name) == 0)
			return values->texts[i];
	}
	return NULL;
}

static bool
is_value(const SgLedgerLayout *layout, const SgLedgerValues *values, const char *name, const char *value)
{
	const char *found = value_of(layout, values, name);

	return found != NULL && strcmp(found, value) == 0;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t		len = strlen(text);
	size_t		end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void
fail(SgLedgerRow *row, const char *problem)
{
	row->state = SG_LEDGER_FAILED;
	row->problem = problem;
}

/* The newest rank of a version counts; a row without a version is a repeatable, or a marker. */
static void
interpret_flyway(const SgLedgerLayout *layout, const SgLedgerValues *values, SgLedgerRow *row)
{
	const char *type = value_of(layout, values, "type");

	if (type == NULL || strcmp(type, "SCHEMA") == 0 || strcmp(type, "TABLE") == 0)
	{
		row->state = SG_LEDGER_NO_MIGRATION;
		return;
	}
	if (row->version == NULL)
	{
		char	   *version = psprintf("R__%s", row->name == NULL ? "" : row->name);

		for (char *c = version; *c != '\0'; c++)
			*c = *c == ' ' ? '_' : *c;
		row->version = version;
		row->name = NULL;
	}
	if (strcmp(type, "DELETE") == 0 || strncmp(type, "UNDO", 4) == 0)
		row->state = is_value(layout, values, "success", "t") ? SG_LEDGER_UNDONE : SG_LEDGER_NO_MIGRATION;
	else if (is_value(layout, values, "success", "f"))
		fail(row, "failed");
	else if (ends_with(type, "BASELINE"))
		row->state = SG_LEDGER_BASELINE;
}

static void
interpret_prisma(const SgLedgerLayout *layout, const SgLedgerValues *values, SgLedgerRow *row)
{
	const char *finished = value_of(layout, values, "finished_at");

	if (value_of(layout, values, "rolled_back_at") != NULL)
		row->state = SG_LEDGER_UNDONE;
	else if (finished == NULL)
		fail(row, "not finished");
	else if (pg_sub_s64_overflow(strtoll(finished, NULL, 10), row->sequence, &row->duration))
		row->duration = -1;
}

static void
interpret_atlas(const SgLedgerLayout *layout, const SgLedgerValues *values, SgLedgerRow *row)
{
	const char *type = value_of(layout, values, "type");
	const char *applied = value_of(layout, values, "applied");
	const char *total = value_of(layout, values, "total");
	const char *error = value_of(layout, values, "error");
	int			bits = type == NULL ? 0 : atoi(type);

	/* Atlas keeps notes of its own in rows that begin with a dot */
	if (row->version != NULL && row->version[0] == '.')
		row->state = SG_LEDGER_NO_MIGRATION;
	else if ((bits & ATLAS_BASELINE) != 0)
		row->state = SG_LEDGER_BASELINE;
	else if ((bits & ATLAS_RESOLVED) == 0 && applied != NULL && total != NULL &&
			 strcmp(applied, total) != 0)
		fail(row, psprintf("applied in part, %s of %s statements", applied, total));
	else if ((bits & ATLAS_RESOLVED) == 0 && error != NULL && error[0] != '\0')
		fail(row, "failed");
}

/* Interprets the values that have no role of their own. */
static void
interpret_others(const SgLedgerLayout *layout, const SgLedgerValues *values, SgLedgerRow *row)
{
	switch (layout->tool)
	{
		case SG_TOOL_SQLX:
			if (is_value(layout, values, "success", "f"))
				fail(row, "dirty");
			if (row->duration > 0)
				row->duration /= 1000;	/* it says nanoseconds */
			break;
		case SG_TOOL_FLYWAY:
			interpret_flyway(layout, values, row);
			if (row->duration > 0)
				row->duration = Min(row->duration, MAX_DURATION) * 1000;	/* milliseconds */
			break;
		case SG_TOOL_LIQUIBASE:
			/* an id is unique for an author and a file; so Liquibase itself prints it */
			if (row->version != NULL)
				row->version = psprintf("%s::%s::%s", value_of(layout, values, "filename"), row->version,
										value_of(layout, values, "author"));
			break;
		case SG_TOOL_PRISMA:
			interpret_prisma(layout, values, row);
			break;
		case SG_TOOL_GOLANG_MIGRATE:
			if (is_value(layout, values, "dirty", "t"))
				fail(row, "dirty");
			if (row->version != NULL && row->version[0] == '-')
				row->state = SG_LEDGER_NO_MIGRATION;	/* all were undone */
			break;
		case SG_TOOL_GOOSE:
			if (is_value(layout, values, "version_id", "0"))
				row->state = SG_LEDGER_NO_MIGRATION;	/* it comes with the table */
			else if (is_value(layout, values, "is_applied", "f"))
				row->state = SG_LEDGER_UNDONE;
			break;
		case SG_TOOL_DJANGO:
			if (row->version != NULL)
				row->version = psprintf("%s.%s", value_of(layout, values, "app"), row->version);
			break;
		case SG_TOOL_ATLAS:
			interpret_atlas(layout, values, row);
			if (row->duration > 0)
				row->duration /= 1000;
			break;
		case SG_TOOL_PGROLL:
			/* noted by its trigger for DDL that bypassed pgroll */
			if (is_value(layout, values, "migration_type", "inferred"))
				row->state = SG_LEDGER_NO_MIGRATION;
			break;
		default:
			break;
	}
}

/* Fills in the row, in which "own" and "sequence" are already set. */
void
sg_ledger_row_interpret(const SgLedgerLayout *layout, const SgLedgerValues *values, SgLedgerRow *row)
{
	for (int i = 0; layout->columns[i].name != NULL; i++)
	{
		const char *text = values->texts[i];

		if (text == NULL)
			continue;
		switch (layout->columns[i].role)
		{
			case SG_LEDGER_VERSION:
				row->version = text;
				break;
			case SG_LEDGER_NAME:
				row->name = text;
				break;
			case SG_LEDGER_CHECKSUM:
				row->checksum = text;
				break;
			case SG_LEDGER_SEQUENCE:
				row->sequence = strtoll(text, NULL, 10);
				break;
			case SG_LEDGER_DURATION:
				row->duration = strtoll(text, NULL, 10);
				break;
			default:
				break;
		}
	}
	interpret_others(layout, values, row);
	if (row->duration > MAX_DURATION)
		row->duration = -1;
	if (row->version == NULL || row->version[0] == '\0')
		row->state = SG_LEDGER_NO_MIGRATION;
	else
		row->key = sg_ledger_version_key(layout, row->version);
}

/*
 * Returns the migration's name for people, palloc'd: the name of its file, as far
 * as the ledger has it.
 */
char *
sg_ledger_row_title(const SgLedgerLayout *layout, const char *version, const char *name)
{
	char	   *title;

	if (name == NULL || name[0] == '\0' || layout->tool == SG_TOOL_PRISMA8)
		return pstrdup(version);
	if (layout->tool == SG_TOOL_SQITCH)
		return pstrdup(name);	/* the version is a digest */
	/* sqlx numbers files with four digits and stores the number */
	if (layout->tool == SG_TOOL_SQLX)
		title = psprintf("%04lld_%s", strtoll(version, NULL, 10), name);
	else
		title = psprintf("%s_%s", version, name);
	for (char *c = title; *c != '\0'; c++)
		*c = *c == ' ' ? '_' : *c;
	return title;
}
