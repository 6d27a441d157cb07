/*
 * support/settings_recover.c
 *		The configured values of settings that a client has tried to override.
 *
 * Before the library is loaded, PostgreSQL does not know who may set
 * schema_guard.mode, so a value in a connection's options replaces that of the
 * database or of the configuration file.  When the library is loaded and the
 * client turns out to lack the privilege, PostgreSQL drops the client's value, but
 * the value that it had replaced is lost as well, and the built-in default would be
 * in force: options=-c schema_guard.mode=x would turn off mode enforce.  Therefore
 * the configured value is looked up again.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "support/settings.h"
#include "support/settings_recover.h"
#include "support/spi.h"
#include "support/text.h"

/* The most specific value of ALTER ROLE and ALTER DATABASE, or that of the configuration file. */
static const char configured_value[] =
"SELECT value FROM"
	" (SELECT substr(c, strpos(c, '=') + 1) AS value, (s.setrole <> 0)::int * 2 + (s.setdatabase <> 0)::int AS rank"
	"  FROM pg_db_role_setting s, unnest(s.setconfig) c"
	"  WHERE s.setdatabase IN (0, $1) AND s.setrole IN (0, $2) AND lower(split_part(c, '=', 1)) = $3"
	"  UNION ALL"
	"  SELECT f.setting, -1 FROM"
	"   (SELECT setting FROM pg_file_settings WHERE lower(name) = $3 AND error IS NULL"
	"    ORDER BY seqno DESC LIMIT 1) f"
	" ) configured ORDER BY rank DESC";

/* Sets the first valid value, as the start of a session does; if there is none, the built-in default stays. */
static void
recover(const char *name)
{
	static const Oid types[3] = {OIDOID, OIDOID, TEXTOID};
	Datum		values[3];
	uint64		rows;

	values[0] = ObjectIdGetDatum(MyDatabaseId);
	values[1] = ObjectIdGetDatum(GetAuthenticatedUserId());
	values[2] = sg_text_datum(name);
	rows = sg_spi_query(configured_value, 3, types, values, NULL);
	for (uint64 row = 0; row < rows; row++)
	{
		if (set_config_option(name, sg_spi_text(row, 1), PGC_SUSET, PGC_S_DATABASE,
							  GUC_ACTION_SET, true, DEBUG1, false) != 0)
			return;
	}
}

/*
 * Sets strict settings whose value was rejected to their configured values.  Must be
 * called as the extension's owner.  Does not consider the postmaster's command
 * line.
 */
void
sg_settings_recover(void)
{
	const char *name;

	sg_spi_connect();
	for (int i = 0; (name = sg_settings_refused(i)) != NULL; i++)
		recover(name);
	sg_spi_finish();
	sg_settings_recovered();
}
