/*
 * functions/contracts.c
 *		SQL functions about contracts themselves: contract_diff(),
 *		contract_of_tables() and contract_of_relations().
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "contracts/contract_diff.h"
#include "contracts/contract_source.h"
#include "contracts/contract_stored.h"
#include "contracts/contract_whole.h"
#include "format/item_text.h"
#include "functions/arguments.h"
#include "functions/rows.h"
#include "queries/faults.h"
#include "queries/need.h"
#include "snapshots/snapshot.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/owner.h"

SG_FUNCTION(schema_guard_contract_diff);
SG_FUNCTION(schema_guard_contract_of_tables);
SG_FUNCTION(schema_guard_contract_of_relations);

/* the OUT parameters of contract_diff() */
enum
{
	COL_CHANGE,
	COL_KEY,
	COL_OBJECT,
	COL_ATTRIBUTE,
	COL_BEFORE,
	COL_AFTER,
	DIFF_COLUMNS
};

static void
add_change_row(SgRows *rows, const SgNeedChange *change)
{
	Datum		values[DIFF_COLUMNS];
	bool		nulls[DIFF_COLUMNS];

	sg_rows_set_text(values, nulls, COL_CHANGE, change->change);
	sg_rows_set_text(values, nulls, COL_KEY, change->key);
	sg_rows_set_text(values, nulls, COL_OBJECT, change->object);
	sg_rows_set_text(values, nulls, COL_ATTRIBUTE, change->attribute);
	sg_rows_set_text(values, nulls, COL_BEFORE, change->before);
	sg_rows_set_text(values, nulls, COL_AFTER, change->after);
	sg_rows_add(rows, values, nulls);
}

/* contract_diff(a, b): what b needs and a does not, and vice versa */
Datum
schema_guard_contract_diff(PG_FUNCTION_ARGS)
{
	SgRows		rows;
	List	   *changes;
	ListCell   *cell;

	sg_argument_require(fcinfo, 0, "a");
	sg_argument_require(fcinfo, 1, "b");
	sg_extension_require_version();
	changes = sg_contract_diff(sg_contract_parse(PG_GETARG_JSONB_P(0)),
							   sg_contract_parse(PG_GETARG_JSONB_P(1)));
	sg_rows_begin(&rows, fcinfo);
	foreach(cell, changes)
		add_change_row(&rows, lfirst(cell));
	return (Datum) 0;
}

/*
 * Returns the elements of "access" as a set, and adds faults for invalid ones.  They
 * are counted only then: who leaves the argument out has given no such elements.
 */
static int
access_argument(FunctionCallInfo fcinfo, int number, SgFaults *faults, int *count)
{
	List	   *names = sg_argument_texts(fcinfo, number, "access");
	int			access = 0;
	ListCell   *cell;

	foreach(cell, names)
	{
		int			one = sg_contract_whole_access(lfirst(cell));

		access |= one;
		if (one == 0)
			sg_faults_add_text(faults, psprintf("access %d", foreach_current_index(cell) + 1),
							   ERRCODE_INVALID_PARAMETER_VALUE,
							   psprintf("\"%s\" is not %s", (char *) lfirst(cell),
										sg_contract_whole_accesses()));
	}
	if (faults->count > 0)
		*count += list_length(names);
	return access;
}

/* a table that is named as in SQL */
typedef struct NamedTable
{
	const char *text;
	Oid			relid;
	List	   *path;			/* search_path, if its name has no schema */
} NamedTable;

/* SgWork: finds the table, as the caller and in the search_path in force */
static void
find_table(void *arg)
{
	NamedTable *table = arg;
	RangeVar   *name = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(table->text)));

	table->relid = RangeVarGetRelid(name, NoLock, false);
	if (sg_need_is_builtin(get_rel_namespace(table->relid)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relation \"%s\" comes with PostgreSQL, which no contract names",
						get_rel_name(table->relid))));
	sg_need_permanent(get_rel_namespace(table->relid), "relation", get_rel_name(table->relid));
	table->path = name->schemaname == NULL ? fetch_search_path(false) : NIL;
}

/* Adds what is needed of the relation, or a fault if the access does not work on it. */
static void
add_relation(SgOutline *contract, const SgObjectSource *source, const SgObject *relation, int access,
			 SgFaults *faults, const char *element)
{
	char	   *problem;

	if (strcmp(relation->type, "sequence") == 0)
		problem = psprintf("%s is a sequence", relation->identity);
	else
		problem = sg_contract_whole_add(contract, source, relation, access);
	if (problem != NULL)
		sg_faults_add_text(faults, element, ERRCODE_WRONG_OBJECT_TYPE, problem);
}

/*
 * Adds what is needed of a table that was found.  Describes it as the owner, in the
 * pinned search_path.
 */
static void
add_table(SgOutline *contract, const NamedTable *table, int access, SgFaults *faults,
		  const char *element)
{
	const SgObjectSource *source = sg_contract_live_source();
	const SgObject *relation;
	SgSavedUser saved;

	sg_owner_enter(&saved);
	relation = source->lookup(SG_CONTRACT_RELATION, sg_need_relation_text(table->relid), source->arg);
	if (relation == NULL)
		sg_faults_add_text(faults, element, ERRCODE_WRONG_OBJECT_TYPE,
						   psprintf("\"%s\" is neither a table nor a view", get_rel_name(table->relid)));
	else
	{
		add_relation(contract, source, relation, access, faults, element);
		sg_need_not_in(contract, table->relid, table->path);
	}
	sg_owner_leave(&saved);
}

/* contract_of_tables(tables, access, search_path): what an ORM that maps these tables needs */
Datum
schema_guard_contract_of_tables(PG_FUNCTION_ARGS)
{
	int			level = NewGUCNestLevel();
	List	   *names = sg_argument_texts(fcinfo, 0, "tables");
	SgOutline  *contract = sg_outline_new();
	SgFaults	faults;
	int			access;
	int			count = list_length(names);
	ListCell   *cell;

	sg_extension_require_version();
	sg_faults_init(&faults, "elements");
	access = access_argument(fcinfo, 1, &faults, &count);
	sg_argument_search_path(fcinfo, 2);
	foreach(cell, names)
	{
		const char *element = psprintf("table %d", foreach_current_index(cell) + 1);
		NamedTable	table = {lfirst(cell)};
		ErrorData  *error = sg_attempt_object(find_table, &table);

		CHECK_FOR_INTERRUPTS();
		if (error != NULL)
			sg_faults_add_text(&faults, element, error->sqlerrcode, error->message);
		else
			add_table(contract, &table, access, &faults, element);
	}
	AtEOXact_GUC(true, level);
	sg_faults_raise(&faults, count);
	return sg_outline_jsonb(contract);
}

/*
 * Returns true if an ORM may map the object: it maps a partitioned table, but not its
 * partitions.
 */
static bool
is_mapped(const SgObject *object)
{
	return sg_contract_kind_matches(SG_CONTRACT_RELATION, object->type) &&
		strcmp(object->type, "sequence") != 0 && sg_item_find(object, "partition of") == NULL;
}

/*
 * Returns the relation of that name, or NULL with a fault.  The name may leave out the
 * schema if it is unambiguous.
 */
static const SgObject *
find_relation(const SgDescription *schema, const char *text, char **fault)
{
	const SgObject *found = NULL;
	List	   *parts;
	char	   *identity;

	*fault = NULL;
	if (!SplitIdentifierString(pstrdup(text), '.', &parts) || parts == NIL || list_length(parts) > 2)
	{
		*fault = psprintf("\"%s\" is not a name", text);
		return NULL;
	}
	identity = psprintf(list_length(parts) == 1 ? ".%s" : "%s",
						list_length(parts) == 1 ? quote_identifier(linitial(parts)) :
						quote_qualified_identifier(linitial(parts), lsecond(parts)));
	for (int i = 0; i < schema->nobjects; i++)
	{
		const SgObject *object = schema->objects[i];
		size_t		len = strlen(object->identity);

		if (!sg_contract_kind_matches(SG_CONTRACT_RELATION, object->type))
			continue;
		if (list_length(parts) == 1 ? len < strlen(identity) ||
			strcmp(object->identity + len - strlen(identity), identity) != 0 :
			strcmp(object->identity, identity) != 0)
			continue;
		if (found != NULL)
		{
			*fault = psprintf("\"%s\" is %s or %s", text, found->identity, object->identity);
			return NULL;
		}
		found = object;
	}
	if (found == NULL)
		*fault = psprintf("relation \"%s\" is not in the snapshot", text);
	return found;
}

/* Adds each relation that an ORM may map, with as much of the access as works on it. */
static void
add_all(SgOutline *contract, const SgObjectSource *source, const SgDescription *schema, int access,
		SgFaults *faults)
{
	for (int i = 0; i < schema->nobjects; i++)
	{
		const SgObject *relation = schema->objects[i];

		CHECK_FOR_INTERRUPTS();
		if (is_mapped(relation))
			add_relation(contract, source, relation,
						 sg_contract_whole_accepted(source, relation, access), faults,
						 relation->identity);
	}
}

/* Adds the relations that are named. */
static void
add_named(SgOutline *contract, const SgObjectSource *source, const SgDescription *schema, int access,
		  const List *names, SgFaults *faults)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		const char *element = psprintf("relation %d", foreach_current_index(cell) + 1);
		char	   *fault;
		const SgObject *relation = find_relation(schema, lfirst(cell), &fault);

		CHECK_FOR_INTERRUPTS();
		if (fault != NULL)
			sg_faults_add_text(faults, element, ERRCODE_UNDEFINED_TABLE, fault);
		else
			add_relation(contract, source, relation, access, faults, element);
	}
}

/* contract_of_relations(snapshot, relations, access): the same for a stored schema */
Datum
schema_guard_contract_of_relations(PG_FUNCTION_ARGS)
{
	char	   *reference = sg_argument_text(fcinfo, 0, "snapshot");
	List	   *names = PG_ARGISNULL(1) ? NIL : sg_argument_texts(fcinfo, 1, "relations");
	SgOutline  *contract = sg_outline_new();
	SgDescription *schema;
	SgObjectSource source;
	SgFaults	faults;
	int			access;
	int			count = list_length(names);

	sg_extension_require_version();
	sg_faults_init(&faults, "elements");
	access = access_argument(fcinfo, 2, &faults, &count);
	schema = sg_snapshot_load(sg_snapshot_find(reference, false));
	source = sg_contract_schema_source(schema);
	if (PG_ARGISNULL(1) && faults.count == 0)
		add_all(contract, &source, schema, access, &faults);
	else
		add_named(contract, &source, schema, access, names, &faults);
	sg_faults_raise(&faults, Max(count, faults.count));
	return sg_outline_jsonb(contract);
}
