/*
 * classes/relation/constraint.c
 *		Constraints of tables: pg_constraint.
 *
 * Checks and foreign keys are described here.  A key or exclusion is described
 * together with its index, so index.c writes the item from what we collect here.
 * NOT NULL is a property of the column: the rows that PostgreSQL 18 has for it are
 * shown only if they say more than that.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"

#include "catalogs/scan.h"
#include "classes/annotations.h"
#include "classes/relation/relation.h"
#include "format/sql.h"
#include "support/compat.h"

/* Adds the comment on a constraint that has no item. */
static void
add_comment(SgRelation *relation, Form_pg_constraint form)
{
	if (sg_describer_wants(relation->describer, SG_FACET_COMMENT))
		sg_comment_add_on(relation->describer, relation->object, ConstraintRelationId, form->oid,
						  "constraint", NameStr(form->conname));
}

/*
 * Returns true if PostgreSQL itself would choose this name for the NOT NULL
 * constraint of a table's column, or of a domain ("column" is NULL).  It appends a
 * number if the name is already taken, for example after CREATE TABLE ... LIKE; then
 * the name depends on the order of creation, which a restore does not preserve.
 */
bool
sg_constraint_name_is_invented(const char *owner, const char *column, const char *name)
{
	const char *number = name + strlen(name);
	char	   *label;

	while (number > name && isdigit((unsigned char) number[-1]))
		number--;
	label = psprintf("not_null%s", *number == '0' ? "" : number);
	return strcmp(name, makeObjectName(owner, column, label)) == 0;
}

/*
 * Adds what is special about a NOT NULL constraint (18); that the column is NOT NULL
 * is part of the column's item.  Older servers have no name for it, so the name
 * belongs to the facet "storage", unless PostgreSQL has chosen it and will choose it
 * again at a restore.  An inherited constraint has the name that it has in the
 * parent, in one of several parents, or one of its own: which one, a restore does not
 * preserve.
 */
static void
add_not_null(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple, Form_pg_constraint form)
{
	const SgColumn *column = sg_constraint_not_null_column(relation, scan, tuple);
	bool		differs = OidIsValid(relation->parent) && form->coninhcount > 0;
	bool		invented;

	if (column == NULL)
		return;
	invented = sg_constraint_name_is_invented(NameStr(relation->form->relname), column->name,
											  NameStr(form->conname));
	if (relation->inherits && form->coninhcount > 0 && form->conislocal)
		sg_inheritance_add_own_as_well(relation, form->oid, "inherited not null of column", column->name);
	if (form->connoinherit || !form->convalidated || differs)
	{
		/* a dump always has the name of a constraint that is NOT VALID */
		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
					  invented && form->convalidated ? sg_item_attribute("not null of column", column->name) :
					  sg_item_attribute("constraint", NameStr(form->conname)),
					  psprintf("NOT NULL %s%s%s", sg_sql_identifier(column->name),
							   form->connoinherit ? " NO INHERIT" : "",
							   sg_constraint_state(form)));
		if (invented && form->convalidated)
			add_comment(relation, form);
		return;
	}
	if (form->coninhcount == 0 && !invented)
		sg_object_add(relation->object, SG_FACET_STORAGE, form->oid,
					  sg_item_attribute("constraint", NameStr(form->conname)),
					  psprintf("NOT NULL %s", sg_sql_identifier(column->name)));
	else
		add_comment(relation, form);
}

/*
 * Returns true if the partition inherits the constraint, and it is in the same
 * state as the parent's: one of them may be NOT VALID or NOT ENFORCED, and the
 * other not.  A dump has only the parent's foreign keys, and does not show
 * whether a partition's NOT NULL (18) is defined locally, too.
 */
static bool
repeats_parent(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	const char *name;
	ListCell   *lc;

	if (OidIsValid(form->conparentid))
		return true;
	if (!OidIsValid(relation->parent) || form->coninhcount == 0 ||
		(form->conislocal && form->contype != SG_CONSTRAINT_NOTNULL))
		return false;
	name = sg_constraint_inherited_name(relation, scan, tuple);
	if (name == NULL)
		return true;
	foreach(lc, sg_parent_constraints(relation))
	{
		const SgParentConstraint *theirs = lfirst(lc);

		if (theirs->type == form->contype && strcmp(theirs->name, name) == 0)
			return strcmp(theirs->state, sg_constraint_state(form)) == 0;
	}
	return true;
}

static void
describe_constraint(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	char	   *definition;

	/* index.c decides whether it repeats the parent's */
	if (OidIsValid(form->conindid) && form->contype != CONSTRAINT_FOREIGN)
		sg_constraint_collect(relation, scan, tuple, form);
	else if (repeats_parent(relation, scan, tuple))
		return;

	switch (form->contype)
	{
		case CONSTRAINT_CHECK:
			definition = sg_constraint_check(relation, scan, tuple, form);
			if (form->coninhcount > 0 && form->conislocal && relation->inherits)
				sg_inheritance_add_own_as_well(relation, form->oid, "inherited constraint",
								   NameStr(form->conname));
			break;
		case CONSTRAINT_FOREIGN:
			definition = sg_constraint_foreign_key(relation, scan, tuple, form);
			break;
		case SG_CONSTRAINT_NOTNULL:
			add_not_null(relation, scan, tuple, form);
			return;
		default:				/* keys and exclusions: index.c; constraint triggers: trigger.c */
			return;
	}
	sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
				  sg_item_attribute("constraint", NameStr(form->conname)), definition);
}

static bool
describe_constraints(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;

	if (!sg_relation_is_table(relation))
		return true;
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
		describe_constraint(relation, scan, tuple);
	return true;
}

const SgRelationPart sg_constraints_part = {
	.catalog = ConstraintRelationId,
	.index = ConstraintRelidTypidNameIndexId,
	.key_attribute = Anum_pg_constraint_conrelid,
	.describe = describe_constraints
};
