/*
 * classes/relation/sequence.c
 *		Sequences: pg_sequence.
 *
 *		type: bigint
 *		start: 100
 *		owned by: public.orders.id
 *
 * Only differences from the defaults of CREATE SEQUENCE for the type are shown.
 * The current value is data, not schema.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "classes/relation/relation.h"
#include "format/sql.h"

static int64
largest_value(Oid type)
{
	if (type == INT2OID)
		return PG_INT16_MAX;
	return type == INT4OID ? PG_INT32_MAX : PG_INT64_MAX;
}

static int64
smallest_value(Oid type)
{
	if (type == INT2OID)
		return PG_INT16_MIN;
	return type == INT4OID ? PG_INT32_MIN : PG_INT64_MIN;
}

static void
add_number(SgObject *object, const char *attribute, int64 value, int64 usual)
{
	if (value != usual)
		sg_object_add_structure(object, attribute,
					  psprintf(INT64_FORMAT, value));
}

/*
 * Adds the column that the sequence belongs to, if there is one.  Returns its table,
 * or InvalidOid.
 */
static Oid
add_owner(SgRelation *relation, char deptype, const char *attribute)
{
	Oid			table;
	int32		column;
	char	   *name;

	if (!sequenceIsOwned(relation->relid, deptype, &table, &column))
		return InvalidOid;
	name = get_attname(table, column, true);
	if (name == NULL)
		return InvalidOid;
	sg_object_add_structure(relation->object, attribute,
				  psprintf("%s.%s", sg_names_relation_text(relation->describer->names, table),
						   sg_sql_identifier(name)));
	return table;
}

/*
 * Adds the persistence if it is not that of the table to which an identity column belongs.
 * From 15 on the sequence gets the table's (344d62fb9).  Before, it is always logged, and
 * pg_dump of 15 or later keeps it so.
 */
static void
add_persistence(SgRelation *relation, Oid identity_table)
{
	bool		unlogged = relation->form->relpersistence == RELPERSISTENCE_UNLOGGED;
	bool		usual = OidIsValid(identity_table) &&
		sg_names_relation(relation->describer->names, identity_table)->persistence == RELPERSISTENCE_UNLOGGED;

	if (unlogged != usual)
		sg_object_add_structure(relation->object, unlogged ? "unlogged" : "logged", "");
}

static bool
describe_sequence(SgRelation *relation, SgCatalogScan *scan)
{
	SgObject   *object = relation->object;
	HeapTuple	tuple;
	Form_pg_sequence form;
	bool		ascending;
	int64		smallest;
	int64		largest;
	Oid			identity_table;

	if (relation->form->relkind != RELKIND_SEQUENCE)
		return true;
	tuple = sg_scan_next(scan, relation->relid);
	if (tuple == NULL)
		return true;
	form = (Form_pg_sequence) GETSTRUCT(tuple);
	ascending = form->seqincrement > 0;
	smallest = ascending ? 1 : smallest_value(form->seqtypid);
	largest = ascending ? largest_value(form->seqtypid) : -1;

	sg_object_add_structure(object, "type",
				  sg_names_type(relation->describer->names, form->seqtypid, -1));
	add_number(object, "increment", form->seqincrement, 1);
	add_number(object, "minimum", form->seqmin, smallest);
	add_number(object, "maximum", form->seqmax, largest);
	add_number(object, "start", form->seqstart, ascending ? form->seqmin : form->seqmax);
	add_number(object, "cache", form->seqcache, 1);
	if (form->seqcycle)
		sg_object_add_structure(object, "cycle", "");
	(void) add_owner(relation, DEPENDENCY_AUTO, "owned by");
	identity_table = add_owner(relation, DEPENDENCY_INTERNAL, "identity of");
	add_persistence(relation, identity_table);
	return true;
}

const SgRelationPart sg_sequence_part = {
	.catalog = SequenceRelationId,
	.index = SequenceRelidIndexId,
	.key_attribute = Anum_pg_sequence_seqrelid,
	.describe = describe_sequence
};
