/*
 * ledgers/ledger_find.c
 *		Which tables are ledgers of migration tools.
 *
 * Only plain tables are: reading a view, a foreign table or a partitioned table
 * that looks like a ledger could run its owner's code.  The catalogs are read
 * without locking any table, so this waits for nobody.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "ledgers/ledger_find.h"

/* a table with more columns is no ledger */
#define MAX_NATTS 40

/* Returns true if the relation can be a ledger, as far as its row of pg_class tells. */
static bool
may_be_ledger(Form_pg_class form)
{
	return form->relkind == RELKIND_RELATION && form->relpersistence != RELPERSISTENCE_TEMP &&
		!form->relispartition && form->relnatts <= MAX_NATTS &&
		form->relnamespace != PG_CATALOG_NAMESPACE && form->relnamespace != get_namespace_oid("schema_guard", true);
}

/*
 * Returns true if the schema has the table that tells this layout from another one
 * with the same columns.
 */
static bool
has_companion(const SgLedgerLayout *layout, Oid schema)
{
	return layout->companion != NULL && OidIsValid(get_relname_relid(layout->companion, schema));
}

static int
count_columns(const AttrNumber *attnums)
{
	int			count = 0;

	for (int i = 0; i < SG_LEDGER_MAX_COLUMNS; i++)
		count += attnums[i] != InvalidAttrNumber;
	return count;
}

/*
 * Takes a layout that fits: the one with more columns, then the one with a
 * companion; otherwise the ledger may belong to either tool.
 */
static void
take_layout(SgLedger *ledger, const SgLedgerLayout *layout, const AttrNumber *attnums, Oid schema)
{
	if (ledger->layout != NULL)
	{
		int			more = count_columns(attnums) - count_columns(ledger->attnums);

		if (more < 0 || (more == 0 && has_companion(ledger->layout, schema)))
			return;
		if (more == 0 && !has_companion(layout, schema))
		{
			ledger->other = layout;
			return;
		}
	}
	ledger->layout = layout;
	ledger->other = NULL;
	memcpy(ledger->attnums, attnums, sizeof(ledger->attnums));
}

/* Returns the ledger that a table with these columns, without dropped ones, is; or NULL. */
static SgLedger *
recognise(Oid relid, const char *name, Oid schema, int natts, const Form_pg_attribute *atts)
{
	SgLedger	ledger = {.relid = relid};
	SgLedger   *result;
	const SgLedgerLayout *layout;

	for (int i = 0; (layout = sg_ledger_layout_at(i)) != NULL; i++)
	{
		AttrNumber	attnums[SG_LEDGER_MAX_COLUMNS] = {0};

		if (sg_ledger_layout_matches(layout, name, natts, atts, attnums))
			take_layout(&ledger, layout, attnums, schema);
	}
	if (ledger.layout == NULL)
		return NULL;
	result = palloc(sizeof(SgLedger));
	*result = ledger;
	result->table = quote_qualified_identifier(get_namespace_name(schema), name);
	return result;
}

/* Returns what the relation is the ledger of, palloc'd, or NULL.  It is open and locked. */
SgLedger *
sg_ledger_find_relation(Relation rel)
{
	Form_pg_attribute atts[MAX_NATTS];
	int			natts = 0;

	if (!may_be_ledger(rel->rd_rel))
		return NULL;
	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), i);

		if (!att->attisdropped)
			atts[natts++] = att;
	}
	return recognise(RelationGetRelid(rel), RelationGetRelationName(rel), rel->rd_rel->relnamespace,
					 natts, atts);
}

/* Reads the table's columns, palloc'd; returns how many. */
static int
read_columns(Oid relid, Form_pg_attribute *atts)
{
	Relation	catalog = table_open(AttributeRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	int			natts = 0;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT, Int16GetDatum(0));
	scan = systable_beginscan(catalog, AttributeRelidNumIndexId, true, NULL, lengthof(keys), keys);
	while ((tuple = systable_getnext(scan)) != NULL && natts < MAX_NATTS)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		if (form->attisdropped)
			continue;
		atts[natts] = palloc(sizeof(FormData_pg_attribute));
		memcpy(atts[natts++], form, ATTRIBUTE_FIXED_PART_SIZE);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return natts;
}

/* The same for a table that need not be open, or exist. */
SgLedger *
sg_ledger_find_table(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Form_pg_attribute atts[MAX_NATTS];
	SgLedger   *ledger = NULL;
	Form_pg_class form;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_class) GETSTRUCT(tuple);
	if (may_be_ledger(form))
	{
		int			natts = read_columns(relid, atts);

		ledger = recognise(relid, NameStr(form->relname), form->relnamespace, natts, atts);
		while (natts-- > 0)
			pfree(atts[natts]);
	}
	ReleaseSysCache(tuple);
	return ledger;
}

static bool
is_looked_for(const char *attname)
{
	const SgLedgerLayout *layout;

	for (int i = 0; (layout = sg_ledger_layout_at(i)) != NULL; i++)
	{
		if (strcmp(layout->columns[0].name, attname) == 0)
			return true;
	}
	return false;
}

/* Returns the relations that have the first column of a layout, each once. */
static List *
candidates(void)
{
	Relation	catalog = table_open(AttributeRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;
	List	   *relids = NIL;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->attnum > 0 && !form->attisdropped && form->attrelid >= FirstNormalObjectId &&
			is_looked_for(NameStr(form->attname)))
			relids = lappend_oid(relids, form->attrelid);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	list_sort(relids, list_oid_cmp);
	list_deduplicate_oid(relids);
	return relids;
}

static int
compare_ledgers(const ListCell *a, const ListCell *b)
{
	return strcmp(((SgLedger *) lfirst(a))->table, ((SgLedger *) lfirst(b))->table);
}

/* Returns all ledgers in the database, by name: a List of SgLedger *. */
List *
sg_ledger_find_all(void)
{
	List	   *ledgers = NIL;
	ListCell   *lc;

	foreach(lc, candidates())
	{
		SgLedger   *ledger;

		CHECK_FOR_INTERRUPTS();
		ledger = sg_ledger_find_table(lfirst_oid(lc));
		if (ledger != NULL)
			ledgers = lappend(ledgers, ledger);
	}
	list_sort(ledgers, compare_ledgers);
	return ledgers;
}

/* Returns the name of the ledger's tool, or of both if it may belong to two. */
const char *
sg_ledger_find_tool(const SgLedger *ledger)
{
	if (ledger->other == NULL)
		return ledger->layout->tool_name;
	return psprintf("%s or %s", ledger->layout->tool_name, ledger->other->tool_name);
}

/* Returns true if the ledger may belong to the tool. */
bool
sg_ledger_find_is_of(const SgLedger *ledger, const char *tool)
{
	return sg_ledger_layout_is_tool(ledger->layout, tool) ||
		(ledger->other != NULL && sg_ledger_layout_is_tool(ledger->other, tool));
}

/* Returns the relations of that name in all schemas. */
static List *
relations_called(const char *name)
{
	Relation	catalog = table_open(RelationRelationId, AccessShareLock);
	NameData	key_name;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *relids = NIL;

	namestrcpy(&key_name, name);
	ScanKeyInit(&key, Anum_pg_class_relname, BTEqualStrategyNumber, F_NAMEEQ, NameGetDatum(&key_name));
	scan = systable_beginscan(catalog, ClassNameNspIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
		relids = lappend_oid(relids, ((Form_pg_class) GETSTRUCT(tuple))->oid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return relids;
}

/* Returns those of the relations that are ledgers of the tool. */
static List *
ledgers_among(const List *relids, const char *tool)
{
	List	   *ledgers = NIL;
	ListCell   *lc;

	foreach(lc, relids)
	{
		SgLedger   *ledger = sg_ledger_find_table(lfirst_oid(lc));

		if (ledger != NULL && sg_ledger_find_is_of(ledger, tool))
			ledgers = lappend(ledgers, ledger);
	}
	return ledgers;
}

/* Returns the relations that a declared name can mean, read as SQL or taken literally. */
static List *
relations_meant(const char *table)
{
	const char *dot = strchr(table, '.');
	List	   *relids = relations_called(table);
	List	   *parts;

	if (dot != NULL)
	{
		Oid			schema = get_namespace_oid(pnstrdup(table, dot - table), true);

		if (OidIsValid(schema))
			relids = list_append_unique_oid(relids, get_relname_relid(dot + 1, schema));
	}
	if (!SplitIdentifierString(pstrdup(table), '.', &parts))
		return relids;
	if (list_length(parts) == 1)
		return list_concat_unique_oid(relids, relations_called(linitial(parts)));
	if (list_length(parts) == 2)
	{
		Oid			schema = get_namespace_oid(linitial(parts), true);

		if (OidIsValid(schema))
			relids = list_append_unique_oid(relids, get_relname_relid(lsecond(parts), schema));
	}
	return relids;
}

/*
 * Returns the ledgers of a tool: the given table; or if that is NULL, those of the
 * tool's usual name, and only if there is none, those of any name, because a search
 * among all tables takes long.
 */
List *
sg_ledger_find_of(const char *tool, const char *table)
{
	const SgLedgerLayout *layout;
	List	   *ledgers = NIL;
	ListCell   *lc;

	if (table != NULL)
		return ledgers_among(relations_meant(table), tool);
	for (int i = 0; (layout = sg_ledger_layout_at(i)) != NULL && ledgers == NIL; i++)
	{
		if (sg_ledger_layout_is_tool(layout, tool))
			ledgers = ledgers_among(relations_called(layout->table), tool);
	}
	if (ledgers != NIL)
		return ledgers;
	foreach(lc, sg_ledger_find_all())
	{
		if (sg_ledger_find_is_of(lfirst(lc), tool))
			ledgers = lappend(ledgers, lfirst(lc));
	}
	return ledgers;
}
