/*
 * support/settings.h
 *		The settings (GUCs) of schema_guard.
 */
#ifndef SG_SUPPORT_SETTINGS_H
#define SG_SUPPORT_SETTINGS_H

/* schema_guard.mode */
typedef enum SgMode
{
	SG_MODE_OFF,
	SG_MODE_OBSERVE,
	SG_MODE_WARN,
	SG_MODE_ENFORCE
} SgMode;

/* what a mismatch leads to */
typedef enum SgReaction
{
	SG_REACT_ERROR,
	SG_REACT_WARNING,
	SG_REACT_LOG
} SgReaction;

/* schema_guard.explain_errors: who is told which change caused an error */
typedef enum SgExplain
{
	SG_EXPLAIN_OFF,
	SG_EXPLAIN_LOG,				/* the server's log */
	SG_EXPLAIN_CLIENT			/* and the client, in the error's hint */
} SgExplain;

/* schema_guard.migration_rules: what to do about what they find */
typedef enum SgMigrationRules
{
	SG_MIGRATION_RULES_OFF,
	SG_MIGRATION_RULES_WARN,
	SG_MIGRATION_RULES_ERROR
} SgMigrationRules;

extern int	sg_mode;			/* schema_guard.mode, an SgMode */
extern char *sg_bypass;			/* schema_guard.bypass, "" when unset */
extern int	sg_required_approvals;	/* schema_guard.required_approvals */
extern bool sg_strict_path;		/* schema_guard.strict_path */
extern char *sg_schema_file;	/* schema_guard.schema_file: what reports call it */
extern char *sg_application;	/* schema_guard.application, "" when unset: see declaration.h */
extern bool sg_use_application_name;	/* schema_guard.use_application_name */
extern char *sg_record;			/* schema_guard.record, "" when unset */
extern bool sg_record_functions;	/* schema_guard.record_functions */
extern int	sg_on_mismatch;		/* schema_guard.on_mismatch, an SgReaction */
extern int	sg_on_unknown_release;	/* schema_guard.on_unknown_release, an SgReaction */
extern int	sg_explain_errors;	/* schema_guard.explain_errors, an SgExplain */
extern int	sg_incident_horizon;	/* schema_guard.incident_horizon, in seconds */
extern int	sg_migration_rules; /* schema_guard.migration_rules, an SgMigrationRules */
extern int	sg_migration_rules_size;	/* schema_guard.migration_rules_size, in kB */
extern int	sg_migration_rules_time;	/* schema_guard.migration_rules_time, in ms */
extern int	sg_ledger_mismatch; /* schema_guard.ledger_mismatch, an SgReaction */
extern bool sg_notify;			/* schema_guard.notify */
extern int	sg_verify_interval; /* schema_guard.verify_interval, in seconds; 0: never */
extern int	sg_journal_retention;	/* schema_guard.journal_retention, in seconds; 0: forever */
extern int	sg_worker_naptime;	/* schema_guard.worker_naptime, in seconds */

extern const char *sg_settings_mode_name(SgMode mode);
extern void sg_settings_init(void);
extern bool sg_settings_declaration_required(void);
extern const char *sg_settings_refused(int n);
extern const char *sg_settings_refused_value(const char *name);
extern const char *sg_settings_name(int n);
extern bool sg_settings_has(const char *name);
extern bool sg_settings_understood(const char *name, const char *value, bool in_file);
extern void sg_settings_recovered(void);

#endif							/* SG_SUPPORT_SETTINGS_H */
