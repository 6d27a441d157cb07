/*
 * support/extension.h
 *		The extension in this database.
 */
#ifndef SG_SUPPORT_EXTENSION_H
#define SG_SUPPORT_EXTENSION_H

extern void sg_extension_pin(void);
extern void sg_extension_unpin(void);
extern Oid	sg_extension_oid(void);
extern Oid	sg_extension_owner(void);
extern Oid	sg_extension_schema(void);
extern bool sg_extension_is_current(void);
extern void sg_extension_require_version(void);

#endif							/* SG_SUPPORT_EXTENSION_H */
