/*
 * contracts/contract_source.c
 *		Where the objects come from that contracts are checked against.
 *
 * Objects of the live catalogs, described one by one.
 *
 * A check must not queue behind an ALTER TABLE, because it runs while applications
 * connect.  An object that cannot be described without waiting for a lock is
 * therefore taken from the live state, which is what was committed last; what the
 * other session is doing is not visible yet.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#include "contracts/contract_cache.h"
#include "contracts/contract_rules.h"
#include "contracts/contract_source.h"
#include "contracts/contract_tree.h"
#include "description/describe.h"
#include "description/scope.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"
#include "state/live_object.h"
#include "state/store.h"

/* what contracts look at */
#define CONTRACT_FACETS \
	(SG_FACET_BIT(SG_FACET_STRUCTURE) | SG_FACET_BIT(SG_FACET_INDEX) | SG_FACET_BIT(SG_FACET_PARTITIONS))

/* the object that could not be described without waiting, in the last attempt */
static struct
{
	bool		busy;
	Oid			classid;
	Oid			objid;
}			attempt;

static void
note_busy(const char *type, const char *identity, Oid classid, Oid objid, void *arg)
{
	attempt.busy = true;
	attempt.classid = classid;
	attempt.objid = objid;
}

/* The object as the live state has it, or NULL if that does not know it. */
static SgObject *
load_committed(Oid classid, Oid objid)
{
	SgLiveObject row;

	if (!sg_live_object_find(classid, objid, &row))
		return NULL;
	return sg_store_load_object(&row.digest);
}

/* Describes one object; waits for a lock only if the live state does not know it. */
static SgObject *
describe(SgDescribeOptions *options, Oid classid, Oid objid)
{
	SgObject   *object;

	attempt.busy = false;
	options->locked_callback = note_busy;
	object = sg_describe_one(options, classid, objid);
	if (object != NULL || !attempt.busy)
		return object;
	object = load_committed(attempt.classid, attempt.objid);
	if (object != NULL)
		return object;
	options->locked_callback = NULL;
	return sg_describe_one(options, classid, objid);
}

/* Returns true if all types that a function's canonical identity names exist. */
static bool
argument_types_exist(const char *identity)
{
	const char *open = identity + strlen(identity);
	ListCell   *cell;

	/* a type's modifier is not part of an identity, so the last one it is */
	while (open > identity && *open != '(')
		open--;
	foreach(cell, sg_token_split(pnstrdup(open + 1, strlen(open) - 2)))
	{
		/* NONE is of an operator */
		if (strcmp(lfirst(cell), "NONE") != 0 && !OidIsValid(sg_contract_type_oid(lfirst(cell))))
			return false;
	}
	return true;
}

/* SgObjectSource of the live catalogs; "arg" is an SgDescribeOptions */
static SgObject *
lookup_live(SgContractKind kind, const char *identity, void *arg)
{
	SgObject   *object;
	Oid			classid;
	Oid			objid;

	if ((kind == SG_CONTRACT_FUNCTION || kind == SG_CONTRACT_OPERATOR) &&
		!argument_types_exist(identity))
		return NULL;
	objid = sg_describe_find(sg_contract_kind_name(kind), identity, &classid);
	object = OidIsValid(objid) ? describe(arg, classid, objid) : NULL;
	return object != NULL && sg_contract_kind_matches(kind, object->type) ? object : NULL;
}

/* A partitioned table has partitions, another table children, none has both. */
static List *
heirs(const char *identity, bool partitioned, void *arg)
{
	List	   *children = NIL;
	Oid			classid;
	Oid			objid = sg_describe_find(sg_contract_kind_name(SG_CONTRACT_RELATION), identity, &classid);
	ListCell   *cell;

	if (!OidIsValid(objid) || !has_subclass(objid) ||
		(get_rel_relkind(objid) == RELKIND_PARTITIONED_TABLE) != partitioned)
		return NIL;
	foreach(cell, find_inheritance_children(objid, NoLock))
	{
		SgObject   *child = describe(arg, classid, lfirst_oid(cell));

		if (child != NULL)
			children = lappend(children, child);
	}
	return children;
}

static List *
children_live(const char *identity, void *arg)
{
	return heirs(identity, false, arg);
}

static List *
partitions_live(const char *identity, void *arg)
{
	return heirs(identity, true, arg);
}

/*
 * The OIDs of the functions in a schema that have the name.  Before 17 the
 * catalog cache searches its lists one after the other, which for a contract
 * of thousands of functions is quadratic; the index is not.
 */
static List *
functions_called(Oid schema, const char *name)
{
	Relation	catalog = table_open(ProcedureRelationId, AccessShareLock);
	NameData	key_name;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *oids = NIL;

	namestrcpy(&key_name, name);
	ScanKeyInit(&key, Anum_pg_proc_proname, BTEqualStrategyNumber, F_NAMEEQ, NameGetDatum(&key_name));
	scan = systable_beginscan(catalog, ProcedureNameArgsNspIndexId, true, NULL, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

		if (form->pronamespace == schema)
			oids = lappend_oid(oids, form->oid);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return oids;
}

static List *
overloads_live(const char *name, void *arg)
{
	List	   *functions = NIL;
	List	   *parts;
	ListCell   *cell;

	if (!SplitIdentifierString(pstrdup(name), '.', &parts) || list_length(parts) != 2)
		return NIL;
	foreach(cell, functions_called(get_namespace_oid(linitial(parts), true), lsecond(parts)))
	{
		SgObject   *function = describe(arg, ProcedureRelationId, lfirst_oid(cell));

		if (function != NULL)
			functions = lappend(functions, function);
	}
	return functions;
}

/* Describes the objects that a column of each row of a catalog tells the OID of, each once. */
static List *
describe_rows(Oid catalog_id, Oid classid, AttrNumber column, int nkeys, ScanKeyData *keys, void *arg)
{
	Relation	catalog = table_open(catalog_id, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, nkeys, keys);
	List	   *oids = NIL;
	List	   *objects = NIL;
	HeapTuple	tuple;
	bool		isnull;
	ListCell   *cell;

	while ((tuple = systable_getnext(scan)) != NULL)
		oids = list_append_unique_oid(oids, DatumGetObjectId(heap_getattr(tuple, column, RelationGetDescr(catalog),
																			&isnull)));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	foreach(cell, oids)
	{
		SgObject   *object = describe(arg, classid, lfirst_oid(cell));

		if (object != NULL)
			objects = lappend(objects, object);
	}
	return objects;
}

/* No index begins with what a foreign key refers to: all constraints are read. */
static List *
referring_live(const char *identity, void *arg)
{
	Oid			classid;
	Oid			objid = sg_describe_find(sg_contract_kind_name(SG_CONTRACT_RELATION), identity, &classid);
	ScanKeyData key;

	if (!OidIsValid(objid))
		return NIL;
	ScanKeyInit(&key, Anum_pg_constraint_confrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objid));
	return describe_rows(ConstraintRelationId, RelationRelationId, Anum_pg_constraint_conrelid, 1, &key, arg);
}

static List *
publications_live(const char *name, void *arg)
{
	return describe_rows(PublicationRelationId, PublicationRelationId, Anum_pg_publication_oid, 0, NULL, arg);
}

/* what the live catalogs have for contracts */
static SgDescribeOptions live_options = {.facets = CONTRACT_FACETS,.all_objects = true};
static const SgObjectSource live_source = {
	.lookup = lookup_live,
	.children = children_live,
	.partitions = partitions_live,
	.overloads = overloads_live,
	.referring = referring_live,
	.publications = publications_live,
	.arg = &live_options
};

/* what of it is in the fingerprint; only looked up */
static SgDescribeOptions guarded_options = {.facets = SG_FACET_BIT(SG_FACET_STRUCTURE)};
static const SgObjectSource guarded_source = {
	.lookup = lookup_live,
	.publications = publications_live,
	.arg = &guarded_options
};

/* The catalogs as they are now, this transaction's changes included. */
const SgObjectSource *
sg_contract_live_source(void)
{
	return &live_source;
}

/*
 * What of the contract does not hold in the catalogs as they are now, this
 * transaction's changes included.  Describes each object once, however often the
 * contract asks for it.  Call as the extension's owner with a pinned
 * search_path and outside of an SPI connection.
 */
List *
sg_contract_check_live(const SgContract *contract)
{
	return sg_contract_check(contract, sg_contract_cache(&live_source));
}

/*
 * Begins checks of several contracts, or of one in several ways, which describe each
 * object once.  The result lives as long as the current memory context.
 */
void
sg_contract_catalogs_begin(SgContractCatalogs *catalogs)
{
	catalogs->all = sg_contract_cache(&live_source);
	catalogs->guarded = sg_contract_cache(&guarded_source);
}

/* Returns true if the object has items of its own only where it differs from a parent. */
static bool
is_partition(const SgObject *object)
{
	for (int i = 0; i < object->nitems; i++)
	{
		if (strcmp(object->items[i].attribute, "partition of") == 0)
			return true;
	}
	return false;
}

/* an SgObjectSource that notes whether what it gives is in the fingerprint */
typedef struct Coverage
{
	const SgContractCatalogs *catalogs;
	bool		complete;
	List	   *asked;			/* of char *: relations that were asked for */
} Coverage;

static bool
is_guarded(const Coverage *coverage, SgContractKind kind, const char *identity)
{
	const SgObjectSource *guarded = coverage->catalogs->guarded;

	return guarded->lookup(kind, identity, guarded->arg) != NULL;
}

static void
note_coverage(Coverage *coverage, SgContractKind kind, const SgObject *object)
{
	if (!coverage->complete)
		return;
	/* what a base type is, its own extension's for the most part, does not change */
	if (object->classid == TypeRelationId && get_typtype(object->objid) == TYPTYPE_BASE)
		return;
	coverage->complete = is_guarded(coverage, kind, object->identity);
}

static SgObject *
lookup_covered(SgContractKind kind, const char *identity, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;
	SgObject   *object = all->lookup(kind, identity, all->arg);

	if (kind == SG_CONTRACT_RELATION)
		coverage->asked = lappend(coverage->asked, pstrdup(identity));
	if (object != NULL)
		note_coverage(coverage, kind, object);
	return object;
}

static List *
note_all(Coverage *coverage, SgContractKind kind, List *objects)
{
	ListCell   *cell;

	foreach(cell, objects)
		note_coverage(coverage, kind, lfirst(cell));
	return objects;
}

static List *
children_covered(const char *identity, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;

	return note_all(coverage, SG_CONTRACT_RELATION, all->children(identity, all->arg));
}

/*
 * A partition that repeats its parent is in no fingerprint, and does not matter.
 * Where one deviates, the others matter too: the verdict is found from all.
 */
static List *
partitions_covered(const char *identity, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;
	List	   *partitions = all->partitions(identity, all->arg);
	ListCell   *lc;

	foreach(lc, partitions)
	{
		if (coverage->complete &&
			is_guarded(coverage, SG_CONTRACT_RELATION, ((const SgObject *) lfirst(lc))->identity))
			coverage->complete = false;
	}
	return partitions;
}

static List *
overloads_covered(const char *name, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;

	return note_all(coverage, SG_CONTRACT_FUNCTION, all->overloads(name, all->arg));
}

static List *
referring_covered(const char *identity, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;

	return note_all(coverage, SG_CONTRACT_RELATION, all->referring(identity, all->arg));
}

static List *
publications_covered(const char *name, void *arg)
{
	Coverage   *coverage = arg;
	const SgObjectSource *all = coverage->catalogs->all;
	const SgObjectSource *guarded = coverage->catalogs->guarded;
	List	   *publications = all->publications(name, all->arg);

	if (list_length(guarded->publications(name, guarded->arg)) != list_length(publications))
		coverage->complete = false;
	return publications;
}

/* Returns true if the LIKE pattern may match something that begins with "prefix". */
static bool
may_match(const char *pattern, const char *prefix)
{
	size_t		literal = strcspn(pattern, "%_\\");

	/* a pattern without wildcards matches nothing but itself */
	if (pattern[literal] == '\0' && literal < strlen(prefix))
		return false;
	return strncmp(pattern, prefix, Min(literal, strlen(prefix))) == 0;
}

/* Returns true if a rule may exclude a function of the name. */
static bool
may_exclude(const List *exclusions, const char *name)
{
	char	   *overload = psprintf("%s(", name);
	ListCell   *cell;

	foreach(cell, exclusions)
	{
		if (may_match(lfirst(cell), overload))
			return true;
	}
	return false;
}

/*
 * Returns true if what is excluded may come to matter without changing the
 * fingerprint: a table that inherits from one whose column is read as not null, a
 * partition, a table that refers to one that is truncated, an overload of a function.  A
 * publication that a rule excludes counts from the next change on.
 */
static bool
exclusions_may_matter(const SgContract *contract, const SgObjectSource *guarded)
{
	List	   *exclusions = sg_scope_exclusions();
	ListCell   *lc;

	if (exclusions == NIL)
		return false;
	foreach(lc, contract->relations)
	{
		const SgContractRelation *relation = lfirst(lc);
		SgObject   *object = guarded->lookup(SG_CONTRACT_RELATION, relation->identity, guarded->arg);

		if (relation->not_null != NIL || relation->truncated != NIL ||
			(relation->inserts && object != NULL && sg_item_find(object, "partition by") != NULL))
			return true;
	}
	foreach(lc, contract->functions)
	{
		const SgContractFunction *function = lfirst(lc);

		if (may_exclude(exclusions, sg_contract_function_called(function->identity)))
			return true;
	}
	/* functions of other schemas that may take a call */
	foreach(lc, sg_contract_objects(contract))
	{
		const SgContractObject *named = lfirst(lc);

		if (named->kind == SG_CONTRACT_FUNCTION && named->unwanted &&
			may_exclude(exclusions, sg_contract_function_called(named->identity)))
			return true;
	}
	return false;
}

/*
 * Adds the relations that were asked for to those that the contract names, such as
 * what is beneath a view.
 */
static void
note_asked(SgContract *contract, const List *asked)
{
	HTAB	   *named = sg_name_table("schema_guard objects named");
	ListCell   *cell;

	foreach(cell, contract->objects)
		*sg_name_enter(named, ((SgContractObject *) lfirst(cell))->identity) = lfirst(cell);
	foreach(cell, asked)
	{
		void	  **entry = sg_name_enter(named, lfirst(cell));
		SgContractObject *object;

		if (*entry != NULL)
			continue;
		object = palloc0(sizeof(SgContractObject));
		object->kind = SG_CONTRACT_RELATION;
		object->identity = lfirst(cell);
		contract->objects = lappend(contract->objects, object);
		*entry = object;
	}
}

/*
 * Returns true if the fingerprint covers everything that the contract names, and
 * all else that its verdict was or may be found from: children, partitions,
 * domains, overloads.  If not, an equal fingerprint does not mean an equal verdict.
 * Call as sg_contract_check_live.  The contract then names the relations, too, that the verdict
 * was found from, so that a change of one of them is known to concern it.
 */
bool
sg_contract_is_covered(SgContract *contract, const SgContractCatalogs *catalogs)
{
	Coverage	coverage = {.catalogs = catalogs,.complete = true};
	const SgObjectSource *guarded = catalogs->guarded;
	SgObjectSource source = {
		.lookup = lookup_covered,
		.children = children_covered,
		.partitions = partitions_covered,
		.overloads = overloads_covered,
		.referring = referring_covered,
		.publications = publications_covered,
		.arg = &coverage
	};
	ListCell   *cell;

	if ((sg_scope_facets() & SG_FACETS_DEFAULT) != SG_FACETS_DEFAULT)
		return false;
	foreach(cell, sg_contract_objects(contract))
	{
		const SgContractObject *named = lfirst(cell);
		SgObject   *object;

		/* the check itself asks for all functions of the name */
		if (named->kind == SG_CONTRACT_FUNCTION)
			continue;
		object = guarded->lookup(named->kind, named->identity, guarded->arg);
		if (object == NULL && named->unwanted)
			continue;
		if (object == NULL || is_partition(object))
			return false;
	}
	if (exclusions_may_matter(contract, guarded))
		return false;
	(void) sg_contract_check(contract, &source);
	note_asked(contract, coverage.asked);
	return coverage.complete;
}
