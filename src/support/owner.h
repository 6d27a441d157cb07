/*
 * support/owner.h
 *		Working as the extension's owner.
 */
#ifndef SG_SUPPORT_OWNER_H
#define SG_SUPPORT_OWNER_H

/* what sg_owner_enter changed, for sg_owner_leave */
typedef struct SgSavedUser
{
	Oid			userid;
	int			sec_context;
	int			guc_level;
} SgSavedUser;

extern void sg_owner_enter(SgSavedUser *saved);
extern void sg_owner_leave(const SgSavedUser *saved);

#endif							/* SG_SUPPORT_OWNER_H */
