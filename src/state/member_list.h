/*
 * state/member_list.h
 *		Writes the list of objects that extensions' scripts have made.
 */
#ifndef SG_STATE_MEMBER_LIST_H
#define SG_STATE_MEMBER_LIST_H

#include "nodes/pg_list.h"

extern void sg_member_list_adopt(void);
extern List *sg_member_list_by_hand(Oid extension);
extern void sg_member_list_scripted(Oid updated, const List *by_hand);

#endif							/* SG_STATE_MEMBER_LIST_H */
