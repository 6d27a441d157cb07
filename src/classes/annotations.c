/*
 * classes/annotations.c
 *		The catalogs of properties that objects of any class can have.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_description.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_shseclabel.h"

#include "classes/annotations.h"

/* Returns true for a column, or system column, that has an ACL and was not dropped. */
static bool
has_grants(HeapTuple row)
{
	return !(HeapTupleHasNulls(row) && att_isnull(Anum_pg_attribute_attacl - 1, row->t_data->t_bits)) &&
		!((Form_pg_attribute) GETSTRUCT(row))->attisdropped;
}

/* Makes the annotations available, in the current memory context; the snapshot must stay registered. */
SgAnnotations *
sg_annotations_create(Snapshot snapshot)
{
	SgAnnotations *annotations = palloc(sizeof(SgAnnotations));

	annotations->comments =
		sg_object_rows_create(DescriptionRelationId, DescriptionObjIndexId, true, NULL, snapshot);
	annotations->shared_comments =
		sg_object_rows_create(SharedDescriptionRelationId, SharedDescriptionObjIndexId, true, NULL, snapshot);
	annotations->labels =
		sg_object_rows_create(SecLabelRelationId, SecLabelObjectIndexId, true, NULL, snapshot);
	annotations->shared_labels =
		sg_object_rows_create(SharedSecLabelRelationId, SharedSecLabelObjectIndexId, true, NULL, snapshot);
	annotations->column_grants =
		sg_object_rows_create(AttributeRelationId, AttributeRelidNumIndexId, false, has_grants, snapshot);
	return annotations;
}

/*
 * Loads the catalogs for these facets, to describe all objects.  Shared catalogs have
 * next to nothing about this database, so they are not loaded.
 */
void
sg_annotations_load(SgAnnotations *annotations, SgFacetSet facets)
{
	if ((facets & SG_FACET_BIT(SG_FACET_COMMENT)) != 0)
		sg_object_rows_load(annotations->comments);
	if ((facets & SG_FACET_BIT(SG_FACET_ACCESS)) != 0)
	{
		sg_object_rows_load(annotations->labels);
		sg_object_rows_load(annotations->column_grants);
	}
}
