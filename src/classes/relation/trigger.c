/*
 * classes/relation/trigger.c
 *		Triggers of tables, views and foreign tables: pg_trigger.
 *
 *		trigger "audit": AFTER INSERT OR UPDATE OF total FOR EACH ROW WHEN (...) EXECUTE FUNCTION public.audit('x')
 *		state of trigger "audit": disabled
 *
 *		[settings] state on INSERT of constraint "orders_customer_fkey": disabled
 *		[settings] state on DELETE of referencing constraints: 2 disabled
 *
 * Internal triggers (those of foreign keys and of deferrable unique constraints) are
 * part of their constraint, as long as they fire.  A superuser can disable them; then
 * the constraint no longer holds, and nothing else shows that.  A dump does not
 * preserve it, hence the facet.  The referenced table does not show which constraints
 * they belong to, because these could be renamed without touching that table.
 *
 * A partition's copy of its parent's trigger is shown only if its enabled state
 * differs.
 *
 * An exclusion rule can leave out a trigger that a tool creates on a table while
 * working on it (pg_repack's "repack_trigger on public.orders").  Anybody can
 * choose such a name, so the rule applies only if the trigger calls a function
 * of an extension and superusers own both: nobody else could add the function to
 * the extension, or replace it.
 */
#include "postgres.h"

#include <limits.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "classes/annotations.h"
#include "classes/relation/relation.h"
#include "deparse/tree.h"
#include "format/sql.h"
#include "support/compat.h"

/* Returns the word for pg_trigger.tgenabled or pg_rewrite.ev_enabled, or NULL for the default. */
const char *
sg_trigger_firing_state(char enabled)
{
	switch (enabled)
	{
		case TRIGGER_FIRES_ON_ORIGIN:
			return NULL;
		case TRIGGER_FIRES_ALWAYS:
			return "always";
		case TRIGGER_FIRES_ON_REPLICA:
			return "replica";
		default:
			return "disabled";
	}
}

static void
append_event(StringInfo buf, bool *first, const char *event)
{
	appendStringInfo(buf, "%s%s", *first ? " " : " OR ", event);
	*first = false;
}

static void
append_events(StringInfo buf, const SgRelation *relation, Form_pg_trigger form)
{
	bool		first = true;

	if (TRIGGER_FOR_INSERT(form->tgtype))
		append_event(buf, &first, "INSERT");
	if (TRIGGER_FOR_DELETE(form->tgtype))
		append_event(buf, &first, "DELETE");
	if (TRIGGER_FOR_UPDATE(form->tgtype))
	{
		append_event(buf, &first, "UPDATE");
		if (form->tgattr.dim1 > 0)
		{
			appendStringInfoString(buf, " OF ");
			sg_column_append_names(buf, relation, form->tgattr.values, form->tgattr.dim1);
		}
	}
	if (TRIGGER_FOR_TRUNCATE(form->tgtype))
		append_event(buf, &first, "TRUNCATE");
}

static void
append_timing(StringInfo buf, const SgRelation *relation, Form_pg_trigger form)
{
	if (OidIsValid(form->tgconstraint))
		appendStringInfoString(buf, "CONSTRAINT ");
	if (TRIGGER_FOR_BEFORE(form->tgtype))
		appendStringInfoString(buf, "BEFORE");
	else if (TRIGGER_FOR_INSTEAD(form->tgtype))
		appendStringInfoString(buf, "INSTEAD OF");
	else
		appendStringInfoString(buf, "AFTER");
	append_events(buf, relation, form);
	if (OidIsValid(form->tgconstrrelid))
		appendStringInfo(buf, " FROM %s",
						 sg_names_relation_text(relation->describer->names, form->tgconstrrelid));
	if (form->tgdeferrable)
		appendStringInfoString(buf, " DEFERRABLE");
	if (form->tginitdeferred)
		appendStringInfoString(buf, " INITIALLY DEFERRED");
}

static void
append_transition_tables(StringInfo buf, SgCatalogScan *scan, HeapTuple tuple)
{
	bool		no_old;
	bool		no_new;
	Datum		old_name = sg_scan_attribute(scan, tuple, Anum_pg_trigger_tgoldtable, &no_old);
	Datum		new_name = sg_scan_attribute(scan, tuple, Anum_pg_trigger_tgnewtable, &no_new);

	if (!no_old || !no_new)
		appendStringInfoString(buf, " REFERENCING");
	if (!no_old)
		appendStringInfo(buf, " OLD TABLE AS %s",
						 sg_sql_identifier(NameStr(*DatumGetName(old_name))));
	if (!no_new)
		appendStringInfo(buf, " NEW TABLE AS %s",
						 sg_sql_identifier(NameStr(*DatumGetName(new_name))));
}

/* Appends the arguments, each of which ends with a NUL in pg_trigger.tgargs. */
static void
append_arguments(StringInfo buf, SgCatalogScan *scan, HeapTuple tuple, int count)
{
	bool		isnull;
	Datum		value = sg_scan_attribute(scan, tuple, Anum_pg_trigger_tgargs, &isnull);
	bytea	   *bytes = isnull ? NULL : DatumGetByteaPP(value);
	const char *arg = bytes == NULL ? NULL : VARDATA_ANY(bytes);
	const char *end = bytes == NULL ? NULL : arg + VARSIZE_ANY_EXHDR(bytes);

	for (int i = 0; i < count && arg < end; i++)
	{
		size_t		len = strnlen(arg, end - arg);

		appendStringInfo(buf, "%s%s", i > 0 ? ", " : "", quote_literal_cstr(pnstrdup(arg, len)));
		arg += len + 1;
	}
}

static char *
trigger_definition(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	StringInfoData buf;
	bool		isnull;
	Datum		condition;

	initStringInfo(&buf);
	append_timing(&buf, relation, form);
	append_transition_tables(&buf, scan, tuple);
	appendStringInfoString(&buf, TRIGGER_FOR_ROW(form->tgtype) ?
						   " FOR EACH ROW" : " FOR EACH STATEMENT");
	condition = sg_scan_attribute(scan, tuple, Anum_pg_trigger_tgqual, &isnull);
	if (!isnull)
		appendStringInfo(&buf, " WHEN (%s)",
						 sg_deparse_with_old_new(relation->describer->deparser,
												 sg_tree_read(relation->describer->deparser, TextDatumGetCString(condition)),
												 &relation->names));
	appendStringInfo(&buf, " EXECUTE FUNCTION %s(",
					 sg_names_function(relation->describer->names, form->tgfoid));
	append_arguments(&buf, scan, tuple, form->tgnargs);
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/* Returns pg_trigger.tgenabled of a trigger, or "otherwise" if it no longer exists. */
static char
enabled_state(Oid trigger, Snapshot snapshot, char otherwise)
{
	Relation	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger));
	scan = systable_beginscan(rel, TriggerOidIndexId, true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		otherwise = ((Form_pg_trigger) GETSTRUCT(tuple))->tgenabled;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return otherwise;
}

/* Returns true for a trigger that a user created, perhaps on the partition's parent. */
static bool
is_made_trigger(HeapTuple row)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(row);

	return !form->tgisinternal || sg_compat_is_cloned_trigger(form);
}

/* Returns true for those, and for a constraint's trigger that does not fire by default. */
static bool
is_of_interest(HeapTuple row)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(row);

	return is_made_trigger(row) || form->tgenabled != TRIGGER_FIRES_ON_ORIGIN;
}

/* numbers of triggers of other tables' foreign keys that do not fire by default, by event and state */
typedef struct ReferencingStates
{
	int			on_delete[UCHAR_MAX + 1];
	int			on_update[UCHAR_MAX + 1];
} ReferencingStates;

static void
add_referencing_state(SgRelation *relation, const char *event, const int *counts)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int state = 0; state <= UCHAR_MAX; state++)
		if (counts[state] > 0)
			appendStringInfo(&buf, "%s%d %s", buf.len > 0 ? ", " : "", counts[state],
							 sg_trigger_firing_state((char) state));
	if (buf.len > 0)
		sg_object_add(relation->object, SG_FACET_SETTINGS, 0,
					  psprintf("state on %s of referencing constraints", event), buf.data);
}

static void
describe_constraint_trigger(SgRelation *relation, Form_pg_trigger form, ReferencingStates *referencing)
{
	const char *name;
	StringInfoData words;

	switch (form->tgfoid)
	{
		case F_RI_FKEY_CHECK_INS:
		case F_RI_FKEY_CHECK_UPD:
		case F_UNIQUE_KEY_RECHECK:
			name = get_constraint_name(form->tgconstraint);
			if (name == NULL)
				break;			/* being dropped */
			initStringInfo(&words);
			appendStringInfoString(&words, "state on");
			append_events(&words, relation, form);
			appendStringInfoString(&words, " of constraint");
			sg_object_add(relation->object, SG_FACET_SETTINGS, form->oid,
						  sg_item_attribute(words.data, name), sg_trigger_firing_state(form->tgenabled));
			break;
		default:
			(TRIGGER_FOR_DELETE(form->tgtype) ? referencing->on_delete : referencing->on_update)
				[(unsigned char) form->tgenabled]++;
	}
}

/* Returns true if the object exists and a superuser owns it. */
static bool
is_owned_by_superuser(Oid classid, Oid objid)
{
	Relation	rel = table_open(classid, AccessShareLock);
	HeapTuple	tuple = get_catalog_object_by_oid(rel, get_object_attnum_oid(classid), objid);
	bool		result = false;

	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		owner = heap_getattr(tuple, get_object_attnum_owner(classid),
										 RelationGetDescr(rel), &isnull);

		result = superuser_arg(DatumGetObjectId(owner));
	}
	table_close(rel, AccessShareLock);
	return result;
}

/* Returns true if an exclusion rule leaves the trigger out: see the head of this file. */
static bool
is_left_out(const SgRelation *relation, Form_pg_trigger form)
{
	Oid			extension;

	if (!sg_describer_excludes(relation->describer,
						 psprintf("%s on %s", sg_sql_identifier(NameStr(form->tgname)),
								  relation->object->identity)))
		return false;
	extension = getExtensionOfObject(ProcedureRelationId, form->tgfoid);
	return OidIsValid(extension) &&
		is_owned_by_superuser(ExtensionRelationId, extension) &&
		is_owned_by_superuser(ProcedureRelationId, form->tgfoid);
}

static void
describe_trigger(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	const char *name = NameStr(form->tgname);
	const char *state = sg_trigger_firing_state(form->tgenabled);

	if (is_left_out(relation, form))
		return;
	if (sg_compat_is_cloned_trigger(form))
	{
		if (enabled_state(form->tgparentid, relation->describer->snapshot,
						  form->tgenabled) == form->tgenabled)
			return;
		if (state == NULL)
			state = "origin";
	}
	else
	{
		const char *attribute = sg_item_attribute("trigger", name);

		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid, attribute,
					  trigger_definition(relation, scan, tuple));
		if (sg_describer_wants_dependencies(relation->describer))
			sg_dependency_add_of(relation->object, TriggerRelationId, form->oid, attribute);
	}
	if (state != NULL)
		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
					  sg_item_attribute("state of trigger", name), state);
}

static bool
describe_triggers(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;
	ReferencingStates *referencing = NULL;

	if (!relation->form->relhastriggers)
		return true;
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		if (is_made_trigger(tuple))
			describe_trigger(relation, scan, tuple);
		else if (is_of_interest(tuple))
		{
			if (referencing == NULL)
				referencing = palloc0(sizeof(ReferencingStates));
			describe_constraint_trigger(relation, (Form_pg_trigger) GETSTRUCT(tuple), referencing);
		}
	}
	if (referencing != NULL)
	{
		add_referencing_state(relation, "DELETE", referencing->on_delete);
		add_referencing_state(relation, "UPDATE", referencing->on_update);
	}
	return true;
}

const SgRelationPart sg_triggers_part = {
	.catalog = TriggerRelationId,
	.index = TriggerRelidNameIndexId,
	.key_attribute = Anum_pg_trigger_tgrelid,
	.wanted = is_of_interest,
	.describe = describe_triggers
};
