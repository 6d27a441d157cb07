/*
 * support/settings.c
 *		The settings (GUCs) of schema_guard.
 *
 * They are ordinary settings: ALTER SYSTEM, ALTER DATABASE and ALTER ROLE set
 * them, and what is set before the library is loaded counts, with the rights
 * of whoever set it.
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/memutils.h"

#include "support/compat.h"
#include "support/settings.h"

/* Whether the gate works, and what an unapproved change leads to. */
int			sg_mode = SG_MODE_OBSERVE;

/* A reason: this session's changes are journaled with it and not judged. */
char	   *sg_bypass = NULL;

/* How many roles must approve a snapshot before it counts as approved. */
int			sg_required_approvals = 1;

/* Whether a change must follow an approved path, step by step. */
bool		sg_strict_path = false;

/* The release that this session declares, as name/version. */
char	   *sg_application = NULL;

/* Whether a session must declare a release before it may query: see sg_settings_declaration_required(). */
static bool require_application = false;

/* What happens to a session whose release does not fit the schema. */
int			sg_on_mismatch = SG_REACT_ERROR;

/* What happens to a session whose release nobody registered. */
int			sg_on_unknown_release = SG_REACT_ERROR;

/*
 * The settings that strictness hangs on, and whether a value set
 * before the library was loaded was refused: see support/settings_recover.c.
 */
static struct
{
	const char *name;
	bool		accepted;		/* some value other than the default was */
	bool		refused;
	char	   *refused_value;	/* which; kept when "refused" is over */
}			strict_settings[] = {
	{"schema_guard.mode"},
	{"schema_guard.required_approvals"},
	{"schema_guard.strict_path"},
	{"schema_guard.require_application"}
};

/* the others */
static const char *const lenient_settings[] = {
	"schema_guard.bypass",
	"schema_guard.application",
	"schema_guard.on_mismatch",
	"schema_guard.on_unknown_release"
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

const char *
sg_settings_mode_name(SgMode mode)
{
	return mode_options[mode].name;
}

/*
 * A declaration is empty or name/version, neither part empty.  What a
 * connection begins with is let through: refused here it would only be warned
 * of, and the session would go on undeclared; releases/session.c refuses it properly.
 */
static bool
check_application(char **newval, void **extra, GucSource source)
{
	const char *slash;

	if (**newval == '\0' || source < PGC_S_INTERACTIVE)
		return true;
	slash = strrchr(*newval, '/');
	if (slash == NULL || slash == *newval || slash[1] == '\0')
	{
		GUC_check_errmsg("invalid value for parameter \"schema_guard.application\": \"%s\" is not name/version",
						 *newval);
		GUC_check_errhint("A release is declared as in SET schema_guard.application = 'api/1.4.2'.");
		return false;
	}
	return true;
}

/* check hooks that only take note; a value comes here if whoever set it may */
static bool
note_mode(int *newval, void **extra, GucSource source)
{
	strict_settings[0].accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_required_approvals(int *newval, void **extra, GucSource source)
{
	strict_settings[1].accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_strict_path(bool *newval, void **extra, GucSource source)
{
	strict_settings[2].accepted |= source != PGC_S_DEFAULT;
	return true;
}

static bool
note_require_application(bool *newval, void **extra, GucSource source)
{
	strict_settings[3].accepted |= source != PGC_S_DEFAULT;
	return true;
}

/*
 * Must a session declare a release?  Where the client has tried to say so
 * itself and had no right to, what is configured is not known before it is
 * looked up (settings_recover.c): until then it must.
 */
bool
sg_settings_declaration_required(void)
{
	return require_application || strict_settings[3].refused;
}

/*
 * The name of the n-th strict setting whose value was refused, from 0, or NULL
 * if there are no more.
 */
const char *
sg_settings_refused(int n)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		if (strict_settings[i].refused && n-- == 0)
			return strict_settings[i].name;
	}
	return NULL;
}

/*
 * The value of a setting that was set before the library was loaded, and
 * refused then, or NULL; also once another one has taken its place.
 */
const char *
sg_settings_refused_value(const char *name)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		if (strcmp(strict_settings[i].name, name) == 0)
			return strict_settings[i].refused_value;
	}
	return NULL;
}

/* The name of the n-th setting, from 0, as it is written in lower case, or NULL if there are no more. */
const char *
sg_settings_name(int n)
{
	if (n < lengthof(strict_settings))
		return strict_settings[n].name;
	n -= lengthof(strict_settings);
	return n < lengthof(lenient_settings) ? lenient_settings[n] : NULL;
}

/* Is it the name of one of our settings, in whatever case? */
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

/* Is it a value that one of our settings can have?  Sets nothing. */
bool
sg_settings_understood(const char *name, const char *value)
{
	return set_config_option(name, value, PGC_SUSET, PGC_S_TEST, GUC_ACTION_SET,
							 false, DEBUG1, false) != 0;
}

/* Forgets that anything was refused. */
void
sg_settings_recovered(void)
{
	for (int i = 0; i < lengthof(strict_settings); i++)
		strict_settings[i].refused = false;
}

/* Defines the settings; called once, from _PG_init. */
void
sg_settings_init(void)
{
	char	   *was_set[lengthof(strict_settings)];

	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		const char *value = GetConfigOption(strict_settings[i].name, true, false);

		was_set[i] = value == NULL ? NULL : MemoryContextStrdup(TopMemoryContext, value);
	}

	DefineCustomEnumVariable("schema_guard.mode",
							 "Sets what becomes of unapproved schema changes.",
							 "off: nothing is looked at; observe: changes are journaled; "
							 "warn: the client gets a warning; enforce: the transaction is refused.",
							 &sg_mode,
							 SG_MODE_OBSERVE,
							 mode_options,
							 PGC_SUSET,
							 0,
							 note_mode,
							 NULL,
							 NULL);

	DefineCustomStringVariable("schema_guard.bypass",
							   "Reason for which this session's schema changes are not judged.",
							   "They are journaled together with the reason.",
							   &sg_bypass,
							   "",
							   PGC_SUSET,
							   0,
							   NULL,
							   NULL,
							   NULL);

	DefineCustomIntVariable("schema_guard.required_approvals",
							"Sets how many roles must approve a snapshot.",
							"Above 1 the role that captured or imported the snapshot does not count.",
							&sg_required_approvals,
							1,
							1,
							100,
							PGC_SUSET,
							0,
							note_required_approvals,
							NULL,
							NULL);

	DefineCustomBoolVariable("schema_guard.strict_path",
							 "Requires schema changes to follow an approved path.",
							 "A change to an approved schema is refused unless it is the next step, or leads back.",
							 &sg_strict_path,
							 false,
							 PGC_SUSET,
							 0,
							 note_strict_path,
							 NULL,
							 NULL);

	DefineCustomStringVariable("schema_guard.application",
							   "Declares the release that this session belongs to, as name/version.",
							   NULL,
							   &sg_application,
							   "",
							   PGC_USERSET,
							   GUC_REPORT,	/* so that a pooler can keep it apart for each client */
							   check_application,
							   NULL,
							   NULL);

	DefineCustomBoolVariable("schema_guard.require_application",
							 "Refuses the queries of sessions that declare no release.",
							 "Those of superusers are let through.",
							 &require_application,
							 false,
							 PGC_SUSET,
							 0,
							 note_require_application,
							 NULL,
							 NULL);

	DefineCustomEnumVariable("schema_guard.on_mismatch",
							 "Sets what happens to a session whose release does not fit the schema.",
							 NULL,
							 &sg_on_mismatch,
							 SG_REACT_ERROR,
							 reaction_options,
							 PGC_SUSET,
							 0,
							 NULL,
							 NULL,
							 NULL);

	DefineCustomEnumVariable("schema_guard.on_unknown_release",
							 "Sets what happens to a session whose release is not registered.",
							 NULL,
							 &sg_on_unknown_release,
							 SG_REACT_ERROR,
							 reaction_options,
							 PGC_SUSET,
							 0,
							 NULL,
							 NULL,
							 NULL);

	for (int i = 0; i < lengthof(strict_settings); i++)
	{
		strict_settings[i].refused = was_set[i] != NULL && !strict_settings[i].accepted;
		if (strict_settings[i].refused)
			strict_settings[i].refused_value = was_set[i];
		else if (was_set[i] != NULL)
			pfree(was_set[i]);
	}
	sg_compat_reserve_settings("schema_guard");
}
