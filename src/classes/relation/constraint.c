/*
 * classes/relation/constraint.c
 *		Constraints of tables: pg_constraint.
 *
 * Checks and foreign keys are described here; keys and exclusions are one
 * thing with their index, so that index.c writes their items from what is
 * collected here.  NOT NULL is a property of the column: the rows that
 * PostgreSQL 18 has for it show only where they say more than that.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "catalogs/scan.h"
#include "classes/annotations.h"
#include "classes/relation/relation.h"
#include "format/sql.h"
#include "support/compat.h"

/* an int2 or oid array attribute of the row, or no elements if it is null */
static int
array_attribute(SgCursor *cursor, HeapTuple tuple, AttrNumber attribute, void **elements)
{
	bool		isnull;
	Datum		datum = sg_cursor_attribute(cursor, tuple, attribute, &isnull);
	ArrayType  *array;

	*elements = NULL;
	if (isnull)
		return 0;
	array = DatumGetArrayTypeP(datum);
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array))
		return 0;
	*elements = ARR_DATA_PTR(array);
	return ARR_DIMS(array)[0];
}

/* what may follow any constraint, each part with a space in front; mostly nothing */
static const char *
constraint_state(Form_pg_constraint form)
{
	StringInfoData buf;

	if (!form->condeferrable && !form->condeferred && form->convalidated &&
		sg_compat_constraint_enforced(form))
		return "";
	sg_init_short_text(&buf);
	if (form->condeferrable)
		appendStringInfoString(&buf, " DEFERRABLE");
	if (form->condeferred)
		appendStringInfoString(&buf, " INITIALLY DEFERRED");
	if (!sg_compat_constraint_enforced(form))
		appendStringInfoString(&buf, " NOT ENFORCED");
	else if (!form->convalidated)
		appendStringInfoString(&buf, " NOT VALID");
	return buf.data;
}

static const char *
foreign_key_action(char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_RESTRICT:
			return "RESTRICT";
		case FKCONSTR_ACTION_CASCADE:
			return "CASCADE";
		case FKCONSTR_ACTION_SETNULL:
			return "SET NULL";
		case FKCONSTR_ACTION_SETDEFAULT:
			return "SET DEFAULT";
		default:
			return NULL;		/* NO ACTION goes without saying */
	}
}

/* the columns of another table */
static void
append_foreign_columns(StringInfo buf, SgNames *names, Oid relid, const int16 *attnums, int count,
					   bool period)
{
	if (count == 0)
		appendStringInfoString(buf, sg_missing(names, "column"));
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		if (period && i == count - 1)
			appendStringInfoString(buf, "PERIOD ");
		appendStringInfoString(buf, sg_canon_identifier(sg_column_name(names, relid, attnums[i])));
	}
}

static void
append_own_columns(StringInfo buf, SgRelation *relation, const int16 *attnums, int count, bool period)
{
	if (count == 0)
		appendStringInfoString(buf, sg_missing(relation->describer->names, "column"));
	if (!period || count == 0)
	{
		sg_append_columns(buf, relation, attnums, count);
		return;
	}
	sg_append_columns(buf, relation, attnums, count - 1);
	appendStringInfoString(buf, ", PERIOD ");
	sg_append_columns(buf, relation, attnums + count - 1, 1);
}

static char *
foreign_key_definition(SgRelation *relation, SgCursor *cursor, HeapTuple tuple,
					   Form_pg_constraint form)
{
	StringInfoData buf;
	bool		period = sg_compat_constraint_period(form);
	AttrNumber	set_columns = sg_compat_confdelsetcols();
	int16	   *own;
	int16	   *theirs;
	int			nown = array_attribute(cursor, tuple, Anum_pg_constraint_conkey, (void **) &own);
	int			ntheirs = array_attribute(cursor, tuple, Anum_pg_constraint_confkey, (void **) &theirs);

	sg_init_short_text(&buf);
	appendStringInfoString(&buf, "FOREIGN KEY (");
	append_own_columns(&buf, relation, own, nown, period);
	appendStringInfoString(&buf, ") REFERENCES ");
	appendStringInfoString(&buf, sg_relation_name(relation->describer->names, form->confrelid));
	appendStringInfoChar(&buf, '(');
	append_foreign_columns(&buf, relation->describer->names, form->confrelid, theirs, ntheirs, period);
	appendStringInfoChar(&buf, ')');
	if (form->confmatchtype == FKCONSTR_MATCH_FULL)
		appendStringInfoString(&buf, " MATCH FULL");
	else if (form->confmatchtype == FKCONSTR_MATCH_PARTIAL)
		appendStringInfoString(&buf, " MATCH PARTIAL");
	if (foreign_key_action(form->confupdtype) != NULL)
		appendStringInfo(&buf, " ON UPDATE %s", foreign_key_action(form->confupdtype));
	if (foreign_key_action(form->confdeltype) != NULL)
		appendStringInfo(&buf, " ON DELETE %s", foreign_key_action(form->confdeltype));
	if (set_columns != InvalidAttrNumber)
	{
		int16	   *columns;
		int			ncolumns = array_attribute(cursor, tuple, set_columns, (void **) &columns);

		if (ncolumns > 0)
		{
			appendStringInfoString(&buf, " (");
			sg_append_columns(&buf, relation, columns, ncolumns);
			appendStringInfoChar(&buf, ')');
		}
	}
	appendStringInfoString(&buf, constraint_state(form));
	return buf.data;
}

static char *
check_definition(SgRelation *relation, SgCursor *cursor, HeapTuple tuple, Form_pg_constraint form)
{
	bool		isnull;
	Datum		tree = sg_cursor_attribute(cursor, tuple, Anum_pg_constraint_conbin, &isnull);

	return psprintf("CHECK (%s)%s%s",
					isnull ? sg_missing(relation->describer->names, "expression") :
					sg_deparse_expression(relation->describer, TextDatumGetCString(tree), &relation->names),
					form->connoinherit ? " NO INHERIT" : "",
					constraint_state(form));
}

/* leaves a key or exclusion to index.c */
static void
collect_index_constraint(SgRelation *relation, SgCursor *cursor, HeapTuple tuple,
						 Form_pg_constraint form)
{
	SgIndexConstraint *constraint = palloc0(sizeof(SgIndexConstraint));
	Oid		   *operators;
	int			noperators = array_attribute(cursor, tuple, Anum_pg_constraint_conexclop,
											 (void **) &operators);

	constraint->oid = form->oid;
	constraint->index = form->conindid;
	constraint->type = form->contype;
	constraint->period = sg_compat_constraint_period(form);
	constraint->name = pstrdup(NameStr(form->conname));
	constraint->state = constraint_state(form);
	for (int i = 0; i < noperators; i++)
		constraint->exclusion_operators = lappend_oid(constraint->exclusion_operators, operators[i]);
	relation->index_constraints = lappend(relation->index_constraints, constraint);
}

/* the comment on a constraint that has no item */
static void
add_comment(SgRelation *relation, Form_pg_constraint form)
{
	if (sg_wants_facet(relation->describer, SG_FACET_COMMENT))
		sg_add_comment_on(relation->describer, relation->object, ConstraintRelationId, form->oid,
						  "constraint", NameStr(form->conname));
}

/*
 * Would PostgreSQL name a NOT NULL of this column so?  It appends a number if
 * another table has the name already, as one made with LIKE does, and then the
 * order in which the tables were made decides, which a restore does not keep.
 */
static bool
is_invented_name(SgRelation *relation, const SgColumn *column, const char *name)
{
	const char *number = name + strlen(name);
	char	   *label;

	while (number > name && isdigit((unsigned char) number[-1]))
		number--;
	label = psprintf("not_null%s", *number == '0' ? "" : number);
	return strcmp(name, makeObjectName(NameStr(relation->form->relname), column->name, label)) == 0;
}

/* the column that a NOT NULL is about, or NULL */
static const SgColumn *
not_null_column(SgRelation *relation, SgCursor *cursor, HeapTuple tuple)
{
	int16	   *attnums;
	int			nattnums = array_attribute(cursor, tuple, Anum_pg_constraint_conkey, (void **) &attnums);

	return nattnums == 1 ? sg_column(relation, attnums[0]) : NULL;
}

/*
 * NOT NULL as a constraint (18): that the column is NOT NULL is said there;
 * here only what is special.  Its name is an invention of PostgreSQL that
 * older servers do not have, and so a matter of the facet "storage", unless
 * it is one that is invented anew at every restore.  An inherited one has
 * the name that it has in the parent, or in one of them, or of its own: which,
 * a restore does not keep.
 */
static void
add_not_null(SgRelation *relation, SgCursor *cursor, HeapTuple tuple, Form_pg_constraint form)
{
	const SgColumn *column = not_null_column(relation, cursor, tuple);
	bool		differs = OidIsValid(relation->parent) && form->coninhcount > 0;
	bool		invented;

	if (column == NULL)
		return;
	invented = is_invented_name(relation, column, NameStr(form->conname));
	if (relation->inherits && form->coninhcount > 0 && form->conislocal)
		sg_add_own_as_well(relation, form->oid, "inherited not null of column", column->name);
	if (form->connoinherit || !form->convalidated || differs)
	{
		/* a dump has the name of one that is not valid, whatever it is */
		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
					  invented && form->convalidated ? sg_attribute("not null of column", column->name) :
					  sg_attribute("constraint", NameStr(form->conname)),
					  psprintf("NOT NULL %s%s%s", sg_canon_identifier(column->name),
							   form->connoinherit ? " NO INHERIT" : "",
							   constraint_state(form)));
		if (invented && form->convalidated)
			add_comment(relation, form);
		return;
	}
	if (form->coninhcount == 0 && !invented)
		sg_object_add(relation->object, SG_FACET_STORAGE, form->oid,
					  sg_attribute("constraint", NameStr(form->conname)),
					  psprintf("NOT NULL %s", sg_canon_identifier(column->name)));
	else
		add_comment(relation, form);
}

/* a CHECK's name; of a NOT NULL its column's, for each partition may name it differently; or NULL */
static const char *
parent_constraint_name(SgRelation *relation, SgCursor *cursor, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	const SgColumn *column;

	if (form->contype == CONSTRAINT_CHECK)
		return NameStr(form->conname);
	if (form->contype != SG_CONSTRAINT_NOTNULL)
		return NULL;
	column = not_null_column(relation, cursor, tuple);
	return column != NULL ? column->name : NULL;
}

/*
 * Of a partitioned table: the constraints that its partitions have from it, as a
 * List of SgParentConstraint *.  Those by indexes are collected as of any table.
 */
List *
sg_load_parent_constraints(SgRelation *relation, SgCursor *cursor)
{
	List	   *constraints = NIL;
	HeapTuple	tuple;

	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		const char *name = parent_constraint_name(relation, cursor, tuple);
		SgParentConstraint *constraint;

		if (OidIsValid(form->conindid) && form->contype != CONSTRAINT_FOREIGN)
			collect_index_constraint(relation, cursor, tuple, form);
		if (name == NULL)
			continue;
		constraint = palloc(sizeof(SgParentConstraint));
		constraint->type = form->contype;
		constraint->name = pstrdup(name);
		constraint->state = constraint_state(form);
		constraints = lappend(constraints, constraint);
	}
	return constraints;
}

/*
 * Is it a constraint that the partition has from its parent, and as it is
 * there?  The parent's may be NOT VALID or NOT ENFORCED, and the partition's not.
 * A dump has only the parent's of foreign keys, and does not tell whether a
 * partition's NOT NULL (18) would stay without the parent's.
 */
static bool
repeats_parent(SgRelation *relation, SgCursor *cursor, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	const char *name;
	ListCell   *lc;

	if (OidIsValid(form->conparentid))
		return true;
	if (!OidIsValid(relation->parent) || form->coninhcount == 0 ||
		(form->conislocal && form->contype != SG_CONSTRAINT_NOTNULL))
		return false;
	name = parent_constraint_name(relation, cursor, tuple);
	if (name == NULL)
		return true;
	foreach(lc, sg_partition_parent_constraints(relation))
	{
		const SgParentConstraint *theirs = lfirst(lc);

		if (theirs->type == form->contype && strcmp(theirs->name, name) == 0)
			return strcmp(theirs->state, constraint_state(form)) == 0;
	}
	return true;
}

static void
describe_constraint(SgRelation *relation, SgCursor *cursor, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	char	   *definition;

	/* whether it repeats its parent's, index.c finds out */
	if (OidIsValid(form->conindid) && form->contype != CONSTRAINT_FOREIGN)
		collect_index_constraint(relation, cursor, tuple, form);
	else if (repeats_parent(relation, cursor, tuple))
		return;

	switch (form->contype)
	{
		case CONSTRAINT_CHECK:
			definition = check_definition(relation, cursor, tuple, form);
			if (form->coninhcount > 0 && form->conislocal && relation->inherits)
				sg_add_own_as_well(relation, form->oid, "inherited constraint",
								   NameStr(form->conname));
			break;
		case CONSTRAINT_FOREIGN:
			definition = foreign_key_definition(relation, cursor, tuple, form);
			break;
		case SG_CONSTRAINT_NOTNULL:
			add_not_null(relation, cursor, tuple, form);
			return;
		default:				/* keys and exclusions: index.c; constraint triggers: trigger.c */
			return;
	}
	sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
				  sg_attribute("constraint", NameStr(form->conname)), definition);
}

static bool
describe_constraints(SgRelation *relation, SgCursor *cursor)
{
	HeapTuple	tuple;

	if (!sg_is_table(relation))
		return true;
	while ((tuple = sg_cursor_next(cursor, relation->relid)) != NULL)
		describe_constraint(relation, cursor, tuple);
	return true;
}

const SgRelationPart sg_constraints_part = {
	.catalog = ConstraintRelationId,
	.index = ConstraintRelidTypidNameIndexId,
	.key_attribute = Anum_pg_constraint_conrelid,
	.describe = describe_constraints
};
