/*
 * support/owner.c
 *		Working as the extension's owner.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/guc.h"

#include "support/extension.h"
#include "support/owner.h"

/*
 * Becomes the extension's owner with a pinned search_path, for work that the
 * current user need not have privileges for.  An error needs no sg_owner_leave():
 * aborting the transaction or subtransaction restores both.
 */
void
sg_owner_enter(SgSavedUser *saved)
{
	GetUserIdAndSecContext(&saved->userid, &saved->sec_context);
	saved->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(sg_extension_owner(),
						   saved->sec_context | SECURITY_LOCAL_USERID_CHANGE);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Restores the user and search_path that sg_owner_enter() has saved. */
void
sg_owner_leave(const SgSavedUser *saved)
{
	AtEOXact_GUC(true, saved->guc_level);
	SetUserIdAndSecContext(saved->userid, saved->sec_context);
}
