/*
 * releases/release.h
 *		Releases: registered contracts.
 *
 * All functions work as the extension's owner with a pinned search_path (a
 * SECURITY DEFINER function, or sg_owner_enter), connect to SPI themselves,
 * and allocate results in the caller's memory context.
 */
#ifndef SG_RELEASES_RELEASE_H
#define SG_RELEASES_RELEASE_H

#include "utils/jsonb.h"

#include "support/compat.h"
#include "support/table.h"

typedef struct SgRelease
{
	char	   *application;
	char	   *version;
	Jsonb	   *contract;
	char	   *retired_at;		/* or NULL: it is live */
	char	   *retired_by;
	char	   *fits;			/* a fingerprint that it is known to fit, or NULL */
	/* of sg_release_live() only: */
	char	   *fitted;			/* the last one that it fitted, which need not cover its contract, or NULL */
	Datum	   *names;			/* texts: the identities of the objects that it needed then */
	int			nnames;
} SgRelease;

/* schema_guard.release */
enum SgReleaseColumn
{
	SG_RELEASE_APPLICATION = 1,
	SG_RELEASE_VERSION,
	SG_RELEASE_CONTRACT,
	SG_RELEASE_REGISTERED_AT,
	SG_RELEASE_REGISTERED_BY,
	SG_RELEASE_RETIRED_AT,
	SG_RELEASE_RETIRED_BY,
	SG_RELEASE_FITS_FINGERPRINT,
	SG_RELEASE_FITS_OBJECTS,
	SG_RELEASE_ROLE,			/* that its contract names: generated, as is the next */
	SG_RELEASE_DECLARES_MIGRATIONS,
	SG_RELEASE_FITTED_FINGERPRINT,
	SG_RELEASE_COLUMNS = SG_RELEASE_FITTED_FINGERPRINT
};

extern const SgTableShape sg_release_shape;
extern SgRelease *sg_release_find(const char *application, const char *version);
extern SgRelease *sg_release_find_live(const char *application, const char *version);
extern List *sg_release_live(void);
extern bool sg_release_register(const char *application, const char *version, Jsonb *contract);
extern bool sg_release_is_of_application(const char *application);
extern bool sg_release_retire(const char *application, const char *version);
extern void sg_release_raise_unknown(const char *application, const char *version,
							   const SgRelease *retired) pg_attribute_noreturn();

#endif							/* SG_RELEASES_RELEASE_H */
