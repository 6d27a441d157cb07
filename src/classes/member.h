/*
 * classes/member.h
 *		Which members of extensions are as the extension's script made them.
 */
#ifndef SG_CLASSES_MEMBER_H
#define SG_CLASSES_MEMBER_H

#include "format/object.h"
#include "support/table.h"

/*
 * The columns of the list.  The extension itself has a row, too, with the digest of
 * its version, and so has the database system, with no OID and sg_member_system().
 */
enum SgMemberColumn
{
	MEMBER_CLASSID = 1,
	MEMBER_OBJID,
	MEMBER_EXTENSION,
	MEMBER_DIGEST,
	MEMBER_COLUMNS = MEMBER_DIGEST
};

extern const SgTableShape sg_member_shape;

/* the list, read once */
typedef struct SgMembers SgMembers;

/* Computes the digest of an object, without the schema in names; zero if it has no class. */
typedef void (*SgMemberDescribe) (Oid schema, Oid classid, Oid objid, SgDigest *digest);

extern char *sg_member_system(void);
extern SgMembers *sg_members_load(void);
extern bool sg_member_extension_is_listed(SgMembers *members, Oid extension);
extern bool sg_member_is_made(SgMembers *members, Oid extension, Oid classid, Oid objid,
							  SgMemberDescribe describe);
extern bool sg_member_extension(Oid extension, Oid *schema, SgDigest *version);
extern char *sg_member_digest_text(const SgDigest *digest);

#endif							/* SG_CLASSES_MEMBER_H */
