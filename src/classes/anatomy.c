/*
 * classes/anatomy.c
 *		Sub-objects that have a catalog of their own, and their owners.
 */
#include "postgres.h"

#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"

#include "classes/anatomy.h"
#include "support/compat.h"

const SgAnatomy sg_anatomy[] = {
	{AttrDefaultRelationId, AttrDefaultOidIndexId,
	Anum_pg_attrdef_oid, Anum_pg_attrdef_adrelid, RelationRelationId},
	{ConstraintRelationId, ConstraintOidIndexId,
	Anum_pg_constraint_oid, Anum_pg_constraint_conrelid, RelationRelationId},
	{ConstraintRelationId, ConstraintOidIndexId,
	Anum_pg_constraint_oid, Anum_pg_constraint_contypid, TypeRelationId},
	{TriggerRelationId, TriggerOidIndexId,
	Anum_pg_trigger_oid, Anum_pg_trigger_tgrelid, RelationRelationId},
	{RewriteRelationId, RewriteOidIndexId,
	Anum_pg_rewrite_oid, Anum_pg_rewrite_ev_class, RelationRelationId},
	{PolicyRelationId, PolicyOidIndexId,
	Anum_pg_policy_oid, Anum_pg_policy_polrelid, RelationRelationId},
	{EnumRelationId, EnumOidIndexId,
	Anum_pg_enum_oid, Anum_pg_enum_enumtypid, TypeRelationId},
	{PublicationRelRelationId, PublicationRelObjectIndexId,
	Anum_pg_publication_rel_oid, Anum_pg_publication_rel_prpubid, PublicationRelationId},
#ifdef SG_PUBLICATION_SCHEMAS
	{PublicationNamespaceRelationId, PublicationNamespaceObjectIndexId,
	Anum_pg_publication_namespace_oid, Anum_pg_publication_namespace_pnpubid, PublicationRelationId},
#endif
};

const int	sg_anatomy_count = lengthof(sg_anatomy);

/* Returns the catalog of the sub-object that an item stands for, or InvalidOid if it is none. */
Oid
sg_anatomy_catalog(const SgItem *item)
{
	if (item->stable_id == 0)
		return InvalidOid;
	if (sg_item_is(item, SG_ITEM_CONSTRAINT))
		return ConstraintRelationId;
	if (sg_item_is(item, SG_ITEM_POLICY))
		return PolicyRelationId;
	if (sg_item_is(item, SG_ITEM_RULE))
		return RewriteRelationId;
	if (sg_item_is(item, SG_ITEM_TRIGGER))
		return TriggerRelationId;
	return InvalidOid;
}
