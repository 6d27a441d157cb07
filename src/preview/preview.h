/*
 * preview/preview.h
 *		What DDL would change, determined by running and undoing it.
 */
#ifndef SG_PREVIEW_PREVIEW_H
#define SG_PREVIEW_PREVIEW_H

#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "nodes/nodes.h"

#include "gate/judge.h"
#include "state/delta.h"

/* what DDL would do */
typedef struct SgPreview
{
	SgDelta    *delta;
	List	   *approved_in;	/* of char *, one for each change: see preview/approved_in.c */
	List	   *broken;			/* of SgBrokenRelease * */
	List	   *locks;			/* of SgLockTaken * */
	List	   *rule_findings;	/* of SgRuleFinding * */
	SgJudgement judgement;		/* the one that mode enforce would give */
	const char *approved_as;	/* a snapshot with the resulting fingerprint, or NULL */
} SgPreview;

/* a lock on a relation that existed before, and what became of the relation */
typedef struct SgLockTaken
{
	Oid			relation;
	int			mode;			/* 0: it was held before */
	Oid			file;			/* its relfilenode afterwards; invalid if it is gone */
	bool		is_empty;		/* that file has no pages */
	bool		rewritten;		/* the file is another one */
	bool		emptied;		/* and empty, unlike the old one */
	const char *type;
	const char *identity;		/* NULL: the relation is new */
	int64		size;			/* if it was rewritten: in bytes, with indexes and TOAST */
} SgLockTaken;

/* preview/preview.c */
extern SgPreview *sg_preview(const char *ddl);

/* preview/locks.c */
extern void *sg_locks_held(void);
extern List *sg_locks_taken(void *held_before);
extern void sg_locks_resolve(List *locks);
extern void sg_locks_sort(List *locks);

/* preview/refuse.c */
extern void sg_preview_refuse_begin(const char *ddl);
extern void sg_preview_refuse_end(void);
extern void sg_preview_refuse_utility(Node *statement);
extern void sg_preview_refuse_access(ObjectAccessType access, Oid classid, Oid objid);
extern void sg_preview_refuse_subtransaction(SubXactEvent event, SubTransactionId subid);
extern void sg_refuse_explain(ErrorData *error);

/* preview/approved_in.c */
extern List *sg_approved_in(const SgDelta *delta);

#endif							/* SG_PREVIEW_PREVIEW_H */
