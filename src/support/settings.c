/*
 * support/settings.c
 *		The settings (GUCs) of schema_guard.
 *
 * They are ordinary settings for ALTER SYSTEM, ALTER DATABASE and ALTER ROLE.  A
 * value that is set before the library is loaded counts if the role that has set
 * it has the privilege to.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "support/compat.h"
#include "support/release_name.h"
#include "support/settings.h"

/* Whether the gate judges changes, and what happens to an unapproved one. */
int			sg_mode = SG_MODE_OBSERVE;

/* A reason; while it is set, this session's changes are journaled with it and not judged. */
char	   *sg_bypass = NULL;

/* How many roles must approve a snapshot before it counts as approved. */
int			sg_required_approvals = 1;

/* Whether a change must follow an approved path, step by step. */
bool		sg_strict_path = false;

/* The release that this session declares, as name/version. */
char	   *sg_application = NULL;

/* What reports call the schema file: its path in the repository. */
char	   *sg_schema_file = NULL;

/* What happens when a migration rule finds something. */
int			sg_migration_rules = SG_MIGRATION_RULES_WARN;

/* Smaller tables are of no interest to the migration rules, in kB. */
int			sg_migration_rules_size = 10240;

/* Nor are locks that were held for less than this, in ms. */
int			sg_migration_rules_time = 1000;

/* Whether application_name declares the release if schema_guard.application is not set. */
bool		sg_use_application_name = false;

/* The release, as name/version, for which what this session executes is recorded. */
char	   *sg_record = NULL;

/* Whether what functions execute is recorded, too. */
bool		sg_record_functions = false;

/* Whether a session must declare a release before it may run queries: see sg_settings_declaration_required(). */
static bool require_application = false;

/* What happens to a session whose release does not fit the schema. */
int			sg_on_mismatch = SG_REACT_ERROR;

/* What happens to a session whose release is not registered. */
int			sg_on_unknown_release = SG_REACT_ERROR;

/* Who is told which schema change caused an error. */
int			sg_explain_errors = SG_EXPLAIN_LOG;

/* For how long after a schema change errors are attributed to it, in seconds. */
int			sg_incident_horizon = SECS_PER_DAY;

/* What happens if a ledger looks wrong: its rows, or what a release says about them. */
int			sg_ledger_mismatch = SG_REACT_WARNING;

/* Whether events are sent on the notification channel schema_guard. */
bool		sg_notify = true;

/* How often the background worker runs verify(), in seconds; 0: never. */
int			sg_verify_interval = 3600;

/* How long the background worker keeps entries of the journal, in seconds; 0: forever. */
int			sg_journal_retention = 0;

/* How often the launcher looks for new databases, in seconds. */
int			sg_worker_naptime = 60;

/*
 * A setting that makes the guard strict.  It matters whether PostgreSQL has rejected
 * a value that was set before the library was loaded: see
 * support/settings_recover.c.
 */
typedef struct StrictSetting
{
	const char *name;
	char	   *placeholder;	/* its value before it was defined, or NULL */
	bool		accepted;		/* a value other than the default was accepted */
	bool		refused;		/* the placeholder was rejected, and the setting is not recovered yet */
	char	   *refused_value;	/* kept when it is recovered */
} StrictSetting;

static StrictSetting strict_mode = {"schema_guard.mode"};
static StrictSetting strict_required_approvals = {"schema_guard.required_approvals"};
static StrictSetting strict_strict_path = {"schema_guard.strict_path"};
static StrictSetting strict_require_application = {"schema_guard.require_application"};

static StrictSetting *const strict_settings[] = {
	&strict_mode, &strict_required_approvals, &strict_strict_path, &strict_require_application
};

static const struct config_enum_entry migration_rules_options[] = {
	{"off", SG_MIGRATION_RULES_OFF, false},
	{"warn", SG_MIGRATION_RULES_WARN, false},
	{"error", SG_MIGRATION_RULES_ERROR, false},
	{NULL, 0, false}
};

static const struct config_enum_entry mode_options[] = {
	{"off", SG_MODE_OFF, false},
	{"observe", SG_MODE_OBSERVE, false},
	{"warn", SG_MODE_WARN, false},
	{"enforce", SG_MODE_ENFORCE, false},
	{NULL, 0, false}
};

static const struct config_enum_entry reaction_options[] = {
	{"error", SG_REACT_ERROR, false},
	{"warning", SG_REACT_WARNING, false},
	{"log", SG_REACT_LOG, false},
	{NULL, 0, false}
};

static const struct config_enum_entry explain_options[] = {
	{"off", SG_EXPLAIN_OFF, false},
	{"log", SG_EXPLAIN_LOG, false},
	{"client", SG_EXPLAIN_CLIENT, false},
	{NULL, 0, false}
};

const char *
sg_settings_mode_name(SgMode mode)
{
	return mode_options[mode].name;
}

/*
 * A declaration is empty or name/version, as register() takes them.  The value that
 * a connection begins with is accepted: rejecting it here would only give a
 * warning, and the session would go on without a declaration.
 * releases/session.c refuses it properly, and recording/record.c says so.
 */
static bool
check_declaration(const char *name, const char *value, GucSource source)
{
	const char *fault;
	char	   *application;
	char	   *version;

	if (*value == '\0' || source < PGC_S_INTERACTIVE)
		return true;
	fault = sg_release_name_split(value, &application, &version);
	if (fault == NULL)
		return true;
	GUC_check_errmsg("invalid value for parameter \"%s\": \"%s\" is not name/version", name, value);
	GUC_check_errdetail("%s", fault);
	GUC_check_errhint("A release is declared as in SET %s = 'api/1.4.2'.", name);
	return false;
}

static bool
check_application(char **newval, void **extra, GucSource source)
{
	return check_declaration("schema_guard.application", *newval, source);
}

static bool
check_record(char **newval, void **extra, GucSource source)
{
	return check_declaration("schema_guard.record", *newval, source);
}

/*
 * Check hooks that only record that a value was accepted.  They are not called for
 * a value that the role was not allowed to set.
 */
static bool
note_mode(int *newval, void **extra, GucSource source)
{
	strict_mode.accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_required_approvals(int *newval, void **extra, GucSource source)
{
	strict_required_approvals.accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_strict_path(bool *newval, void **extra, GucSource source)
{
	strict_strict_path.accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_require_application(bool *newval, void **extra, GucSource source)
{
	strict_require_application.accepted |= source != PGC_S_DEFAULT;
	return true;
}

/* What settings of all kinds have, as DefineCustom...Variable() takes it. */
typedef struct SettingHead
{
	const char *name;
	GucContext	context;
	const char *summary;
	const char *explanation;
	int			flags;
} SettingHead;

typedef struct BoolSetting
{
	SettingHead head;
	bool	   *variable;
	bool		initial;
	GucBoolCheckHook check;
} BoolSetting;

typedef struct IntSetting
{
	SettingHead head;
	int		   *variable;
	int			initial;
	int			least;
	int			most;
	GucIntCheckHook check;
} IntSetting;

typedef struct StringSetting
{
	SettingHead head;
	char	  **variable;
	const char *initial;
	GucStringCheckHook check;
} StringSetting;

typedef struct EnumSetting
{
	SettingHead head;
	int		   *variable;
	int			initial;
	const struct config_enum_entry *options;
	GucEnumCheckHook check;
} EnumSetting;

static const BoolSetting bool_settings[] = {
	{
		{"schema_guard.strict_path", PGC_SUSET,
			"Requires schema changes to follow an approved path.",
			"A change to an approved schema is refused unless it is the next step, or leads back."
		},
		&sg_strict_path, false, note_strict_path
	},
	{
		{"schema_guard.require_application", PGC_SUSET,
			"Refuses the queries of sessions that declare no release.",
			"Superusers are exempt."
		},
		&require_application, false, note_require_application
	},
	{
		{"schema_guard.use_application_name", PGC_SUSET,
			"Takes application_name as the declaration if schema_guard.application is not set.",
			"Only if it is name/version, and releases of an application of that name are registered."
		},
		&sg_use_application_name, false
	},
	{
		{"schema_guard.record_functions", PGC_USERSET,
			"Records what functions execute, too.",
			NULL
		},
		&sg_record_functions, false
	},
	{
		{"schema_guard.notify", PGC_SUSET,
			"Sends notifications on the channel schema_guard.",
			NULL
		},
		&sg_notify, true
	}
};

static const IntSetting int_settings[] = {
	{
		{"schema_guard.required_approvals", PGC_SUSET,
			"Sets how many roles must approve a snapshot.",
			"Above 1, the role that captured or imported the snapshot does not count."
		},
		&sg_required_approvals, 1, 1, 100, note_required_approvals
	},
	{
		{"schema_guard.migration_rules_size", PGC_SUSET,
			"Sets the size from which on the migration rules consider a table.",
			NULL,
			GUC_UNIT_KB
		},
		&sg_migration_rules_size, 10240, 0, MAX_KILOBYTES
	},
	{
		{"schema_guard.migration_rules_time", PGC_SUSET,
			"Sets the time from which on the migration rules consider a lock, or who is in its way.",
			NULL,
			GUC_UNIT_MS
		},
		&sg_migration_rules_time, 1000, 0, INT_MAX
	},
	{
		{"schema_guard.incident_horizon", PGC_SUSET,
			"Sets for how long after a schema change errors are attributed to it.",
			NULL,
			GUC_UNIT_S
		},
		&sg_incident_horizon, SECS_PER_DAY, 0, 365 * SECS_PER_DAY
	},
	{
		{"schema_guard.verify_interval", PGC_SUSET,
			"Sets how often the background worker runs verify().",
			"0 turns it off.",
			GUC_UNIT_S
		},
		&sg_verify_interval, 3600, 0, INT_MAX
	},
	{
		{"schema_guard.journal_retention", PGC_SUSET,
			"Sets how long the background worker keeps entries of the journal.",
			"0 keeps them forever.",
			GUC_UNIT_S
		},
		&sg_journal_retention, 0, 0, INT_MAX
	},
	{
		{"schema_guard.worker_naptime", PGC_SIGHUP,
			"Sets how often the background worker looks for new databases.",
			NULL,
			GUC_UNIT_S
		},
		&sg_worker_naptime, 60, 1, INT_MAX / 1000
	}
};

static const StringSetting string_settings[] = {
	{
		{"schema_guard.bypass", PGC_SUSET,
			"Reason for which this session's schema changes are not judged.",
			"They are journaled together with the reason."
		},
		&sg_bypass, ""
	},
	{
		{"schema_guard.application", PGC_USERSET,
			"Declares the release that this session belongs to, as name/version.",
			NULL,
			/* reported, so that a pooler can track it for each client */
			GUC_REPORT
		},
		&sg_application, "", check_application
	},
	{
		{"schema_guard.record", PGC_USERSET,
			"Records what this session executes for a release, as name/version.",
			"The release's contract is derived from that: see schema_guard.recorded()."
		},
		&sg_record, "", check_record
	},
	{
		{"schema_guard.schema_file", PGC_USERSET,
			"Sets what reports call the schema file.",
			"Its path from the root of the repository."
		},
		&sg_schema_file, "schema.sg"
	}
};

static const EnumSetting enum_settings[] = {
	{
		{"schema_guard.mode", PGC_SUSET,
			"Sets what happens to unapproved schema changes.",
			"off: nothing is looked at; observe: changes are journaled; "
			"warn: the client gets a warning; enforce: the transaction is refused."
		},
		&sg_mode, SG_MODE_OBSERVE, mode_options, note_mode
	},
	{
		{"schema_guard.migration_rules", PGC_SUSET,
			"Sets what happens when a migration rule finds something in a schema change.",
			"off: nothing is looked at; warn: the client is told; error: the transaction is refused."
		},
		&sg_migration_rules, SG_MIGRATION_RULES_WARN, migration_rules_options
	},
	{
		{"schema_guard.on_mismatch", PGC_SUSET,
			"Sets what happens to a session whose release does not fit the schema.",
			NULL
		},
		&sg_on_mismatch, SG_REACT_ERROR, reaction_options
	},
	{
		{"schema_guard.on_unknown_release", PGC_SUSET,
			"Sets what happens to a session whose release is not registered.",
			NULL
		},
		&sg_on_unknown_release, SG_REACT_ERROR, reaction_options
	},
	{
		{"schema_guard.ledger_mismatch", PGC_SUSET,
			"Sets what happens when a ledger of migrations looks wrong.",
			"A migration that is missing or has failed is refused whatever this says."
		},
		&sg_ledger_mismatch, SG_REACT_WARNING, reaction_options
	},
	{
		{"schema_guard.explain_errors", PGC_SUSET,
			"Sets who is told which schema change caused an error.",
			"log: a line in the server's log; client: the error's hint as well."
		},
		&sg_explain_errors, SG_EXPLAIN_LOG, explain_options
	}
};

/* Returns the name of the n-th setting, in lower case, counted from 0, or NULL. */
const char *
sg_settings_name(int n)
{
	if (n < lengthof(enum_settings))
		return enum_settings[n].head.name;
	n -= lengthof(enum_settings);
	if (n < lengthof(string_settings))
		return string_settings[n].head.name;
	n -= lengthof(string_settings);
	if (n < lengthof(int_settings))
		return int_settings[n].head.name;
	n -= lengthof(int_settings);
	return n < lengthof(bool_settings) ? bool_settings[n].head.name : NULL;
}

/* Returns true if it is the name of one of our settings, in any case. */
bool
sg_settings_has(const char *name)
{
	const char *known;

	for (int i = 0; (known = sg_settings_name(i)) != NULL; i++)
	{
		if (pg_strcasecmp(known, name) == 0)
			return true;
	}
	return false;
}

/*
 * Returns true if a session must declare a release.  If the client has set this
 * itself without the privilege to, the configured value is not known until it is
 * looked up (settings_recover.c), and until then a declaration is required.
 */
bool
sg_settings_declaration_required(void)
{
	return require_application || strict_require_application.refused;
}

/* Returns the name of the n-th strict setting whose value was rejected, counted from 0, or NULL. */
const char *
sg_settings_refused(int n)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		if (strict_settings[i]->refused && n-- == 0)
			return strict_settings[i]->name;
	}
	return NULL;
}

/*
 * Returns the value of a setting that was set before the library was loaded and was
 * rejected, or NULL.  It stays known when the configured value is in force again.
 */
const char *
sg_settings_refused_value(const char *name)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		if (strcmp(strict_settings[i]->name, name) == 0)
			return strict_settings[i]->refused_value;
	}
	return NULL;
}

/* Returns true if one of our settings can have this value there.  Does not set it. */
bool
sg_settings_understood(const char *name, const char *value, bool in_file)
{
	return set_config_option(name, value, in_file ? PGC_SIGHUP : PGC_SUSET, PGC_S_TEST, GUC_ACTION_SET,
							 false, DEBUG1, false) != 0;
}

/* Forgets that any values were rejected. */
void
sg_settings_recovered(void)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
		strict_settings[i]->refused = false;
}

/* Records the values that strict settings have before they are defined. */
static void
note_placeholders(void)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		StrictSetting *setting = strict_settings[i];
		const char *value = GetConfigOption(setting->name, true, false);

		setting->placeholder = value == NULL ? NULL : MemoryContextStrdup(TopMemoryContext, value);
	}
}

/* Finds the strict settings whose earlier value PostgreSQL has rejected. */
static void
find_refused(void)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		StrictSetting *setting = strict_settings[i];

		setting->refused = setting->placeholder != NULL && !setting->accepted;
		if (setting->refused)
			setting->refused_value = setting->placeholder;
		else if (setting->placeholder != NULL)
			pfree(setting->placeholder);
		setting->placeholder = NULL;
	}
}

/* Defines the settings of the tables above. */
static void
define_settings(void)
{
	for (int i = 0; i < lengthof(enum_settings); i++)
	{
		const EnumSetting *setting = &enum_settings[i];

		DefineCustomEnumVariable(setting->head.name, setting->head.summary, setting->head.explanation,
								 setting->variable, setting->initial, setting->options,
								 setting->head.context, setting->head.flags,
								 setting->check, NULL, NULL);
	}
	for (int i = 0; i < lengthof(string_settings); i++)
	{
		const StringSetting *setting = &string_settings[i];

		DefineCustomStringVariable(setting->head.name, setting->head.summary, setting->head.explanation,
								   setting->variable, setting->initial,
								   setting->head.context, setting->head.flags,
								   setting->check, NULL, NULL);
	}
	for (int i = 0; i < lengthof(int_settings); i++)
	{
		const IntSetting *setting = &int_settings[i];

		DefineCustomIntVariable(setting->head.name, setting->head.summary, setting->head.explanation,
								setting->variable, setting->initial, setting->least, setting->most,
								setting->head.context, setting->head.flags,
								setting->check, NULL, NULL);
	}
	for (int i = 0; i < lengthof(bool_settings); i++)
	{
		const BoolSetting *setting = &bool_settings[i];

		DefineCustomBoolVariable(setting->head.name, setting->head.summary, setting->head.explanation,
								 setting->variable, setting->initial,
								 setting->head.context, setting->head.flags,
								 setting->check, NULL, NULL);
	}
}

/* Defines the settings.  Called once, by _PG_init(). */
void
sg_settings_init(void)
{
	note_placeholders();
	define_settings();
	find_refused();
	sg_compat_reserve_settings("schema_guard");
}
