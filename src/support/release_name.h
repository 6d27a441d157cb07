/*
 * support/release_name.h
 *		Names of releases: application/version.
 */
#ifndef SG_SUPPORT_RELEASE_NAME_H
#define SG_SUPPORT_RELEASE_NAME_H

extern const char *sg_release_name_fault(const char *name, bool slash_allowed);
extern const char *sg_release_name_split(const char *declared, char **application, char **version);

#endif							/* SG_SUPPORT_RELEASE_NAME_H */
