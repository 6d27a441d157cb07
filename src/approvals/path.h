/*
 * approvals/path.h
 *		Paths: the states that a database may pass through, in their order.
 *
 * All functions run as the extension's owner (sg_owner_enter), connect to SPI
 * themselves, and leave their results in the caller's memory context.
 */
#ifndef SG_APPROVALS_PATH_H
#define SG_APPROVALS_PATH_H

#include "nodes/pg_list.h"

#include "format/object.h"

typedef struct SgPath
{
	int64		id;
	char	   *name;
	char		last[SG_FINGERPRINT_LEN + 1];	/* where it leads to */
	char	   *proposer;		/* who stored the first path with these states */
} SgPath;

/* a state of a path */
typedef struct SgPathState
{
	int			step;			/* that leads there; 0: where the path begins */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
} SgPathState;

extern void sg_path_check_name(const char *name);
extern bool sg_path_exists(const char *name);
extern SgPath *sg_path_find(const char *name);
extern char *sg_path_schema_label(const char *fingerprint);
extern List *sg_path_states(const SgPath *path);
extern int64 sg_path_create(const char *name, const List *fingerprints);
extern void sg_path_add_step(int64 path_id, int step, const char *fingerprint, const List *statements);
extern void sg_path_notice_apart(int64 path_id, const char *name);
extern int	sg_path_approvals(int64 path_id);
extern bool sg_path_allows(const char *before, const char *after, int steps);

#endif							/* SG_APPROVALS_PATH_H */
