/*
 * journal/journal_identity.h
 *		Which entries of the journal name an object.
 */
#ifndef SG_JOURNAL_JOURNAL_IDENTITY_H
#define SG_JOURNAL_JOURNAL_IDENTITY_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

extern bool sg_journal_identity_exists(void);
extern void sg_journal_identity_add(int64 journal_id, const List *changes);
extern void sg_journal_identity_add_json(int64 journal_id, Jsonb *changes);
extern int	sg_journal_identity_find(const char *identity, int64 before, int64 *ids, int size);

#endif							/* SG_JOURNAL_JOURNAL_IDENTITY_H */
