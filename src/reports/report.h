/*
 * reports/report.h
 *		Reports: what a function found, as one list, independent of any format.
 *
 * Texts are in the server encoding and may contain anything; they can be sent to
 * every client.
 */
#ifndef SG_REPORTS_REPORT_H
#define SG_REPORTS_REPORT_H

#include "nodes/pg_list.h"

#include "format/diff.h"
#include "format/schemafile.h"
#include "journal/journal_changes.h"

/* how much a finding matters */
typedef enum SgLevel
{
	SG_LEVEL_NOTE,				/* worth knowing; nothing is wrong */
	SG_LEVEL_WARNING,			/* somebody should look at it */
	SG_LEVEL_ERROR				/* something is wrong */
} SgLevel;

#define SG_NUM_LEVELS (SG_LEVEL_ERROR + 1)

/* one thing that was found; fields that do not apply are NULL */
typedef struct SgFinding
{
	const char *rule;			/* its kind, a fixed word */
	SgLevel		level;
	bool		counts;			/* the report fails because of it */
	const char *severity;		/* of a release's problem: broken, risky */
	const char *change;			/* what has happened: added, removed, locked ... */
	const char *type;			/* of the object */
	const char *identity;
	const char *facet;
	const char *attribute;
	const char *before;			/* of a release's problem: what is needed ... */
	const char *after;			/* ... and what was found */
	const char *approved_in;	/* a snapshot that has the item so */
	int64		bytes;			/* size; 0: none */
	const char *release;		/* whose problem it is */
	const char *state;			/* the snapshot in which it is */
	const SgAttribution *origin;	/* where it came from */
	const char *message;		/* all of it in one line */
	int			place;			/* in the order in which they were found */
	int			line;			/* of the schema file; 0: in no line of it */
	char		fingerprint[SG_DIGEST_HEX_LEN + 1];	/* the same in each report */
} SgFinding;

/* a fact about the report as a whole */
typedef struct SgFact
{
	const char *key;
	const char *label;			/* the key for people */
	const char *value;
} SgFact;

typedef struct SgReport
{
	const char *what;			/* the function: drift, diff ... */
	const char *release;		/* the release that it is about, or NULL */
	const char *verdict;		/* in a few words */
	bool		passed;
	List	   *facts;			/* of SgFact * */
	List	   *findings;		/* of SgFinding * */
	int			counts[SG_NUM_LEVELS];	/* findings of each level */
	const char *file;			/* what the schema file is called */
} SgReport;

/* report.c */
extern SgReport *sg_report_begin(const char *what);
extern void sg_report_fact(SgReport *report, const char *key, const char *label, const char *value);
extern SgFinding *sg_report_finding(SgReport *report, const char *rule, SgLevel level);
extern SgFinding *sg_report_change(SgReport *report, const SgItemChange *change);
extern void sg_report_end(SgReport *report, const char *verdict);
extern const char *sg_report_level_name(SgLevel level);
extern const char *sg_report_object(const SgFinding *finding);
extern const char *sg_report_time(TimestampTz time);
extern const char *sg_report_origin(const SgFinding *finding);
extern const char *sg_report_count(int count, const char *singular, const char *plural);

/* report_lines.c */
extern void sg_report_find_lines(SgReport *report, const SgDescription *schema);

/* what is reported: report_changes.c, report_preview.c, report_releases.c */
extern SgReport *sg_report_drift(void);
extern SgReport *sg_report_diff(const char *from, const char *to);
extern SgReport *sg_report_preview(const char *ddl);
extern SgReport *sg_report_check_release(const char *application, const char *version);
extern SgReport *sg_report_can_deploy(const char *application, const char *version,
									  const char *snapshot);

#endif							/* SG_REPORTS_REPORT_H */
