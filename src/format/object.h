/*
 * format/object.h
 *		Objects, the parts of a description.
 *
 * An object is a top-level schema object (a table with all it owns, a
 * function, a type ...).  It has items, each one property in one facet.  The
 * canonical text of an object ("block") is what a schema file shows and what
 * is hashed; docs/fingerprint.md describes it for people:
 *
 *		table public.orders
 *		  column "id": bigint NOT NULL
 *		  constraint "orders_pkey": PRIMARY KEY (id)
 *		  [index] index "orders_day": btree (day)
 *		function public.f()
 *		  body:
 *		  | first line
 *		  | second line
 *
 * Strings are in the server encoding.  Bytes that are not valid in it (in SQL_ASCII,
 * or from a schema file of such a database) are kept, so that strings can be
 * compared as they are.  In a block they are escaped; so a block can be stored,
 * sent to any client, and hashed in UTF-8.  Strings that are sent by themselves, as
 * values or in messages, go through sg_text_datum() or sg_text_escape_unmappable().
 */
#ifndef SG_FORMAT_OBJECT_H
#define SG_FORMAT_OBJECT_H

#include "format/item.h"

typedef struct SgObject
{
	const char *type;			/* as pg_identify_object: "table", "view" ... */
	const char *identity;		/* as pg_identify_object */
	Oid			classid;		/* InvalidOid unless from the live catalogs */
	Oid			objid;
	bool		structural;		/* its existence is part of the structure */
	int			nitems;
	int			maxitems;
	SgItem	   *items;
	int			nmentions;		/* objects whose names are in the text: catalogs/mention.c ... */
	Oid		   *mentions;		/* ... by their OIDs, ascending */
} SgObject;

/* a digest is SHA-256: 32 bytes, 64 hex digits */
#define SG_DIGEST_LEN 32
#define SG_DIGEST_HEX_LEN 64

typedef struct SgDigest
{
	uint8		bytes[SG_DIGEST_LEN];
} SgDigest;

/* "sg1:" and 64 hex digits */
#define SG_FORMAT "sg1"
#define SG_FINGERPRINT_LEN (sizeof(SG_FORMAT ":") - 1 + SG_DIGEST_HEX_LEN)

extern const char *const *sg_object_types(void);
extern const char *sg_object_type_intern(const char *name, size_t len);
extern void sg_object_init(SgObject *object, const char *type, const char *identity,
						   Oid classid, Oid objid);
extern SgItem *sg_object_add(SgObject *object, SgFacet facet, uint32 stable_id,
							 const char *attribute, const char *definition);
extern void sg_object_add_structure(SgObject *object, const char *attribute, const char *definition);
extern void sg_object_add_ordered(SgObject *object, uint32 rank, uint32 stable_id,
								  const char *attribute, const char *definition);
extern void sg_object_sort(SgObject *object);
extern bool sg_object_in_facets(const SgObject *object, SgFacetSet facets);
extern SgObject *sg_object_copy(const SgObject *object);

#endif							/* SG_FORMAT_OBJECT_H */
