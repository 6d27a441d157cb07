/*
 * support/errors.h
 *		The SQLSTATE class of schema_guard, and errors that the guard must not swallow.
 *
 * Every ERROR that a user can provoke has one of these codes or one of
 * PostgreSQL's own; elog() is for what cannot happen.  Messages follow one
 * pattern: the message names the object and ends with the first reason
 * (format/reason.h), because many clients show nothing else; the DETAIL lists the
 * items (at most SG_MAX_DETAIL_ITEMS); the HINT is the next command to run.
 */
#ifndef SG_SUPPORT_ERRORS_H
#define SG_SUPPORT_ERRORS_H

#define SG_SQLSTATE(d1, d2, d3) MAKE_SQLSTATE('S', 'G', d1, d2, d3)

/* a release (or a contract) does not fit the schema */
#define ERRCODE_SG_RELEASE_MISMATCH		SG_SQLSTATE('0', '0', '1')
/* the schema that a transaction would leave behind is not approved */
#define ERRCODE_SG_CHANGE_NOT_APPROVED	SG_SQLSTATE('0', '0', '2')
/* the schema that a transaction would leave behind breaks a live release */
#define ERRCODE_SG_CHANGE_BREAKS_RELEASE	SG_SQLSTATE('0', '0', '3')
/* the declared release was never registered, or is retired */
#define ERRCODE_SG_UNKNOWN_RELEASE		SG_SQLSTATE('0', '0', '4')
/* a schema file cannot be read, or its text and fingerprint disagree */
#define ERRCODE_SG_INVALID_SCHEMA_FILE	SG_SQLSTATE('0', '0', '5')
/* library and extension are of different versions, or the guard is damaged */
#define ERRCODE_SG_VERSION_MISMATCH		SG_SQLSTATE('0', '0', '6')
/* a schema change does to a large table what a migration rule forbids */
#define ERRCODE_SG_MIGRATION_RULE		SG_SQLSTATE('0', '0', '7')
/* in the server's log: the schema change that caused an error */
#define ERRCODE_SG_INCIDENT				SG_SQLSTATE('0', '1', '0')

/* how many items a DETAIL lists before "and N more" */
#define SG_MAX_DETAIL_ITEMS 20

/* start of the error context of an error that is raised while describing an object */
#define SG_DESCRIBING "while describing"

extern bool sg_error_is_interrupt(const ErrorData *error);

#endif							/* SG_SUPPORT_ERRORS_H */
