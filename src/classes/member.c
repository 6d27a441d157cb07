/*
 * classes/member.c
 *		Which members of extensions are as the extension's script made them.
 *
 * Objects that an extension's script creates are not described: the extension
 * and its version stand for them.  But the owner of an extension can make any
 * object a member (ALTER EXTENSION ... ADD), and can change its members.  No
 * catalog distinguishes that from the script's work, so the guard keeps a list:
 * after a script has run, the table live_member holds the extension's members,
 * each with the digest of its description.  A member that is not in the list, or
 * has another digest, was added or changed by hand, and is described like any
 * other object.
 *
 * If an extension is not in the list, or has another version there, the guard did
 * not see its script run, and all its members count as the script's.  That is so
 * in a restored copy, after pg_upgrade, and for extensions older than the guard.
 *
 * The list belongs to one database system, whose identifier is in a row of its own:
 * pg_upgrade keeps the rows, but gives their OIDs to other objects.
 *
 * The digest covers structure and indexes.  Names omit the extension's schema,
 * so that the extension can be moved and its schema renamed.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/rel.h"

#include "classes/member.h"
#include "format/digest.h"
#include "support/extension.h"

const SgTableShape sg_member_shape = {
	"live_member", MEMBER_COLUMNS, {OIDOID, OIDOID, OIDOID, TEXTOID}
};

typedef struct MemberKey
{
	Oid			classid;
	Oid			objid;
} MemberKey;

typedef struct MemberEntry
{
	MemberKey	key;
	Oid			extension;
	const char *digest;
} MemberEntry;

struct SgMembers
{
	HTAB	   *entries;		/* the list, of MemberEntry */
	Oid			extension;		/* the current one, or InvalidOid */
	Oid			schema;			/* where it is */
	bool		listed;			/* is it in the list, with its version? */
};

/* Returns what the row about this database system has in place of a digest. */
char *
sg_member_system(void)
{
	return psprintf(UINT64_FORMAT, GetSystemIdentifier());
}

static const MemberEntry *
find_entry(const SgMembers *members, Oid classid, Oid objid)
{
	MemberKey	key = {classid, objid};

	return hash_search(members->entries, &key, HASH_FIND, NULL);
}

static HTAB *
no_entries(void)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(MemberKey);
	ctl.entrysize = sizeof(MemberEntry);
	ctl.hcxt = CurrentMemoryContext;
	return hash_create("schema_guard members", 256, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Reads the list, in the current memory context.  A list of another database system counts as empty. */
SgMembers *
sg_members_load(void)
{
	SgMembers  *members = palloc0(sizeof(SgMembers));
	const MemberEntry *system;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	members->entries = no_entries();
	sg_table_open(&table, &sg_member_shape, AccessShareLock);
	/* no predicate locks on what the gate writes */
	if (IsolationIsSerializable())
		sg_table_read_self(&table);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		MemberKey	key;
		MemberEntry *entry;

		key.classid = DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_CLASSID));
		key.objid = DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_OBJID));
		entry = hash_search(members->entries, &key, HASH_ENTER, NULL);
		entry->extension = DatumGetObjectId(sg_table_required(&table, tuple, MEMBER_EXTENSION));
		entry->digest = sg_table_required_text(&table, tuple, MEMBER_DIGEST);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	system = find_entry(members, InvalidOid, InvalidOid);
	if (system != NULL && strcmp(system->digest, sg_member_system()) != 0)
		members->entries = no_entries();
	return members;
}

/* Returns a digest in the form that it has in the list. */
char *
sg_member_digest_text(const SgDigest *digest)
{
	char	   *hex = palloc0(SG_DIGEST_HEX_LEN + 1);

	sg_digest_to_hex(digest, hex);
	return hex;
}

/* Gets an extension's schema and the digest of its version.  Returns false if it does not exist. */
bool
sg_member_extension(Oid extension, Oid *schema, SgDigest *version)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(rel, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	found = HeapTupleIsValid(tuple);
	if (found)
	{
		bool		isnull;
		Datum		value = heap_getattr(tuple, Anum_pg_extension_extversion, RelationGetDescr(rel), &isnull);
		char	   *number = isnull ? pstrdup("") : TextDatumGetCString(value);

		*schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
		sg_digest_sha256(number, strlen(number), version);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

static void
turn_to_extension(SgMembers *members, Oid extension)
{
	const MemberEntry *entry = find_entry(members, ExtensionRelationId, extension);
	SgDigest	version;

	if (members->extension == extension)
		return;
	members->listed = sg_member_extension(extension, &members->schema, &version) &&
		entry != NULL && strcmp(entry->digest, sg_member_digest_text(&version)) == 0;
	members->extension = extension;
}

/* Returns true if the list has the extension with its current version. */
bool
sg_member_extension_is_listed(SgMembers *members, Oid extension)
{
	turn_to_extension(members, extension);
	return members->listed;
}

/*
 * Returns true if, as far as we know, the member is as its extension made it.
 * "describe" computes the digest of its current state.  For members of
 * schema_guard itself, the view problems reports changes; its event triggers may
 * have been created again.
 */
bool
sg_member_is_made(SgMembers *members, Oid extension, Oid classid, Oid objid, SgMemberDescribe describe)
{
	const MemberEntry *entry = find_entry(members, classid, objid);
	SgDigest	digest;

	turn_to_extension(members, extension);
	if (!members->listed ||
		(classid == EventTriggerRelationId && extension == sg_extension_oid()))
		return true;
	if (entry == NULL || entry->extension != extension)
		return false;
	if (extension == sg_extension_oid())
		return true;
	describe(members->schema, classid, objid, &digest);
	return strcmp(entry->digest, sg_member_digest_text(&digest)) == 0;
}
