/*
 * classes/opclass.c
 *		Operator classes and operator families: pg_opclass, pg_opfamily,
 *		pg_amop, pg_amproc.
 *
 *		operator class public.box_ops USING btree
 *		  default
 *		  family: public.box_ops USING btree
 *		  function 1: public.box_cmp(box,box)
 *		  operator 1: public.<(box,box)
 *		  type: box
 *		operator family public.box_ops USING btree
 *		  operator 1 (box,point): public.<(box,point)
 *
 * Which members belong to a class and which are loose in the family is not constant:
 * since 14 access methods influence it, and a dump preserves it only if the server
 * that restores it agrees.  It makes no difference to what the members do.  So a
 * member both of whose types are the input type of a class is shown there, and any
 * other in the family.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_opfamily.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalogs/scan.h"
#include "classes/classes.h"
#include "classes/identity.h"
#include "classes/row.h"

/* Returns the input types of a family's classes, a List of OIDs. */
static List *
class_types(Oid method, Oid family, Snapshot snapshot)
{
	Relation	rel = table_open(OperatorClassRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *types = NIL;

	ScanKeyInit(&key, Anum_pg_opclass_opcmethod, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(method));
	scan = systable_beginscan(rel, OpclassAmNameNspIndexId, true, snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_opclass form = (Form_pg_opclass) GETSTRUCT(tuple);

		if (form->opcfamily == family)
			types = lappend_oid(types, form->opcintype);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return types;
}

/* which members to add: those with the input type of the class, or all but those of the family's classes */
typedef struct Wanted
{
	Oid			class_type;		/* or InvalidOid */
	List	   *class_types;
} Wanted;

static bool
is_wanted(const Wanted *wanted, Oid left, Oid right)
{
	if (OidIsValid(wanted->class_type))
		return left == wanted->class_type && right == wanted->class_type;
	return left != right || !list_member_oid(wanted->class_types, left);
}

/* Returns the word and the number, with the types unless they are the class's. */
static char *
member_attribute(SgRow *row, const Wanted *wanted, const char *word, int number, Oid left, Oid right)
{
	if (OidIsValid(wanted->class_type))
		return psprintf("%s %d", word, number);
	return psprintf("%s %d (%s,%s)", word, number, sg_names_type(row->names, left, -1),
					sg_names_type(row->names, right, -1));
}

static void
add_operators(SgRow *row, Oid family, const Wanted *wanted)
{
	SgCatalogScan *scan = sg_scan_open(AccessMethodOperatorRelationId, AccessMethodStrategyIndexId,
									   Anum_pg_amop_amopfamily, row->describer->snapshot, family);
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_amop form = (Form_pg_amop) GETSTRUCT(tuple);
		const char *definition;

		if (!is_wanted(wanted, form->amoplefttype, form->amoprighttype))
			continue;
		definition = sg_identity_of_operator(row->names, form->amopopr);
		if (form->amoppurpose == AMOP_ORDER)
			definition = psprintf("%s FOR ORDER BY %s", definition,
								  sg_identity_of_family(row->names, form->amopsortfamily));
		sg_object_add_structure(&row->object, member_attribute(row, wanted, "operator", form->amopstrategy,
										 form->amoplefttype, form->amoprighttype), definition);
	}
	sg_scan_close(scan);
}

static void
add_functions(SgRow *row, Oid family, const Wanted *wanted)
{
	SgCatalogScan *scan = sg_scan_open(AccessMethodProcedureRelationId, AccessMethodProcedureIndexId,
									   Anum_pg_amproc_amprocfamily, row->describer->snapshot,
									   family);
	HeapTuple	tuple;

	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_amproc form = (Form_pg_amproc) GETSTRUCT(tuple);

		if (is_wanted(wanted, form->amproclefttype, form->amprocrighttype))
			sg_row_add_function(row, member_attribute(row, wanted, "function", form->amprocnum,
													  form->amproclefttype, form->amprocrighttype),
								form->amproc);
	}
	sg_scan_close(scan);
}

static void
describe_class(SgRow *row)
{
	Form_pg_opclass form = (Form_pg_opclass) GETSTRUCT(row->tuple);
	Wanted		wanted = {.class_type = form->opcintype};

	sg_row_begin(row, "operator class",
				 psprintf("%s USING %s",
						  sg_names_qualify(row->names, form->opcnamespace, NameStr(form->opcname)),
						  sg_names_access_method(row->names, form->opcmethod)));
	sg_object_add_structure(&row->object, "type", sg_names_type(row->names, form->opcintype, -1));
	sg_object_add_structure(&row->object, "family", sg_identity_of_family(row->names, form->opcfamily));
	if (form->opcdefault)
		sg_object_add_structure(&row->object, "default", "");
	if (OidIsValid(form->opckeytype))
		sg_object_add_structure(&row->object, "storage", sg_names_type(row->names, form->opckeytype, -1));
	add_operators(row, form->opcfamily, &wanted);
	add_functions(row, form->opcfamily, &wanted);
}

static void
describe_family(SgRow *row)
{
	Form_pg_opfamily form = (Form_pg_opfamily) GETSTRUCT(row->tuple);
	Wanted		wanted = {.class_type = InvalidOid};

	wanted.class_types = class_types(form->opfmethod, form->oid, row->describer->snapshot);
	sg_row_begin(row, "operator family", sg_identity_of_family(row->names, form->oid));
	add_operators(row, form->oid, &wanted);
	add_functions(row, form->oid, &wanted);
}

const SgClass sg_opclass_class = {
	.catalog = OperatorClassRelationId,
	.name = "operator classes",
	.describe_row = describe_class,
	.index = OpclassOidIndexId,
	.oid = Anum_pg_opclass_oid,
	.schema = Anum_pg_opclass_opcnamespace
};

const SgClass sg_opfamily_class = {
	.catalog = OperatorFamilyRelationId,
	.name = "operator families",
	.describe_row = describe_family,
	.index = OpfamilyOidIndexId,
	.oid = Anum_pg_opfamily_oid,
	.schema = Anum_pg_opfamily_opfnamespace
};
