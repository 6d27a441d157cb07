/*
 * functions/settings.c
 *		setting_in_force() and settings_not_in_force().
 *
 * Before the library is loaded, PostgreSQL accepts any value from anybody for a
 * setting whose name begins with schema_guard.  Only afterwards is it known what is
 * in force.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "functions/arguments.h"
#include "functions/rows.h"
#include "gate/gate.h"
#include "support/compat.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_setting_in_force);
SG_FUNCTION(schema_guard_settings_not_in_force);

/*
 * what ALTER ROLE, ALTER DATABASE and the SET clauses of functions have set, with the
 * place in words
 */
#define CATALOG_SETTINGS_SQL \
	"SELECT lower(split_part(o.setting, '=', 1)), o.place, substr(o.setting, strpos(o.setting, '=') + 1) FROM" \
	" (SELECT unnest(s.setconfig), concat_ws(' in '," \
	"         CASE WHEN s.setrole <> 0 THEN 'role ' || s.setrole::regrole END," \
	"         CASE WHEN s.setdatabase <> 0 THEN 'database ' || quote_ident(current_database())" \
	"              WHEN s.setrole = 0 THEN 'all roles' END)" \
	"    FROM pg_db_role_setting s WHERE s.setdatabase IN" \
	"         (0, (SELECT oid FROM pg_database WHERE datname = current_database()))" \
	"   UNION ALL" \
	"  SELECT unnest(p.proconfig), 'function ' || p.oid::regprocedure FROM pg_proc p" \
	"   WHERE p.proconfig IS NOT NULL) o (setting, place)" \
	" WHERE starts_with(lower(o.setting), 'schema_guard.') ORDER BY 1, o.place COLLATE \"C\""

/* the last line of each in the configuration files */
#define FILE_SETTINGS_SQL \
	"SELECT DISTINCT ON (lower(name)) lower(name)," \
	"       'line ' || sourceline || ' of ' || sourcefile, coalesce(setting, '')" \
	"  FROM pg_file_settings WHERE starts_with(lower(name), 'schema_guard.') ORDER BY lower(name), seqno DESC"

#define FILES_READABLE_SQL \
	"SELECT WHERE has_table_privilege('pg_file_settings', 'SELECT')" \
	"   AND has_function_privilege('pg_show_all_file_settings()', 'EXECUTE')"

/*
 * setting_in_force(name text) returns text: the value that the gate obeys, which
 * may not be the one that was set.
 */
Datum
schema_guard_setting_in_force(PG_FUNCTION_ARGS)
{
	char	   *name = sg_argument_text(fcinfo, 0, "name");

	if (!sg_settings_has(name))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("schema_guard has no setting \"%s\"", name)));
	sg_gate_check_settings();
	PG_RETURN_DATUM(sg_text_datum(GetConfigOption(name, false, false)));
}

static void
add_row(SgRows *rows, const char *name, const char *place, const char *found)
{
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	values[0] = sg_text_datum(name);
	values[1] = sg_text_datum(place);
	values[2] = sg_text_datum(found);
	sg_rows_add(rows, values, nulls);
}

/* Adds those rows of a query for name, place and value that mean nothing to the guard. */
static void
add_misunderstood(SgRows *rows, const char *sql, bool in_file)
{
	uint64		count = sg_spi_query(sql, 0, NULL, NULL, NULL);

	for (uint64 i = 0; i < count; i++)
	{
		char	   *name = sg_spi_text(i, 1);
		char	   *value = sg_spi_text(i, 3);

		if (!sg_settings_has(name))
			add_row(rows, name, sg_spi_text(i, 2), psprintf("no such setting: %s", value));
		else if (!sg_settings_understood(name, value, in_file))
			add_row(rows, name, sg_spi_text(i, 2), psprintf("not understood: %s", value));
	}
}

/* Adds the values that this session began with and had no right to set. */
static void
add_not_permitted(SgRows *rows)
{
	const char *name;

	for (int i = 0; (name = sg_settings_name(i)) != NULL; i++)
	{
		const char *value = sg_settings_refused_value(name);

		if (value != NULL && sg_settings_understood(name, value, false))
			add_row(rows, name, "this session", psprintf("not permitted: %s", value));
	}
}

/*
 * settings_not_in_force() returns setof (name text, place text, found text): what
 * is set but has no effect.  Reads the configuration files only if the extension's
 * owner may.
 */
Datum
schema_guard_settings_not_in_force(PG_FUNCTION_ARGS)
{
	SgRows		rows;

	sg_rows_begin(&rows, fcinfo);
	sg_spi_connect();
	add_misunderstood(&rows, CATALOG_SETTINGS_SQL, false);
	if (sg_spi_query(FILES_READABLE_SQL, 0, NULL, NULL, NULL) > 0)
		add_misunderstood(&rows, FILE_SETTINGS_SQL, true);
	sg_spi_finish();
	add_not_permitted(&rows);
	return (Datum) 0;
}
