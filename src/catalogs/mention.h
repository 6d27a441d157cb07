/*
 * catalogs/mention.h
 *		Which other objects the text of the current object names.
 */
#ifndef SG_CATALOGS_MENTION_H
#define SG_CATALOGS_MENTION_H

#include "nodes/nodes.h"

#include "catalogs/names.h"

/*
 * Stands for any object: any name may be in the text.  No object that can be
 * renamed has this OID.
 */
#define SG_MENTION_ANY ((Oid) 1)

extern void sg_mention(SgNames *names, Oid object);
extern bool sg_mention_constants(SgNames *names, Node *tree);
extern int	sg_mentions_mark(SgNames *names);
extern void sg_mentions_forget(SgNames *names, int mark);
extern Oid *sg_mentions_take(SgNames *names, Oid own, int *count);

#endif							/* SG_CATALOGS_MENTION_H */
