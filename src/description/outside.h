/*
 * description/outside.h
 *		What is in the schema and not part of it: what extensions have made.
 */
#ifndef SG_DESCRIPTION_OUTSIDE_H
#define SG_DESCRIPTION_OUTSIDE_H

#include "description/member.h"
#include "description/run.h"

extern void sg_outside_load(SgDescribeRun *run, SgMemberDescribe describe);
extern bool sg_outside_has(SgDescribeRun *run, Oid classid, Oid objid, SgMemberDescribe describe);
extern void sg_outside_add_membership(const SgDescribeRun *run, SgObject *object);

#endif							/* SG_DESCRIPTION_OUTSIDE_H */
