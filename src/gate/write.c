/*
 * gate/write.c
 *		Who may write into schema_guard's own tables.
 *
 * The guard: its SPI statements set a flag, and its direct writes (table.c) fire no
 * trigger.  Anybody else fires the triggers on each table, which are ENABLE ALWAYS,
 * however the right to write was obtained (pg_write_all_data, a grant):
 *
 *		rows that logical replication applies are skipped: they belong to another
 *			database, and an error would stop the subscription forever
 *		a superuser inserts: into a dumped table this is a restore (phase.c),
 *			unless the guard is armed; otherwise it is refused, unless
 *			schema_guard.bypass says that it is intended
 *		a superuser updates, deletes, truncates: let through, and logged
 *		anybody else does any of it: refused
 *
 * Superusers may edit: they could drop the triggers first, and there must be a way
 * to repair damage.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "gate/phase.h"
#include "journal/journal.h"
#include "support/compat.h"
#include "support/owner.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_on_write);

/* the tables of the store, whose first column is the digest of the rest */
static const SgTableShape store_shapes[] = {
	{"object_text", 4, {BYTEAOID, TEXTOID, TEXTOID, TEXTOID}},
	{"digest_list", 2, {BYTEAOID, BYTEAOID}}
};

/* Returns true for a table of the live state, which is in no dump. */
static bool
is_live(Relation rel)
{
	return strncmp(RelationGetRelationName(rel), "live_", 5) == 0;
}

static bool
is_bypassed(void)
{
	return sg_bypass != NULL && sg_bypass[0] != '\0';
}

static void
log_edit(Relation rel)
{
	ereport(LOG,
			(errmsg("table schema_guard.%s is written by session role \"%s\", not by the guard",
					RelationGetRelationName(rel),
					sg_text_escape_unmappable(GetUserNameFromId(GetSessionUserId(), false)))));
}

static void
refuse(Relation rel)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("table schema_guard.%s is written by schema_guard alone",
					RelationGetRelationName(rel)),
			 errdetail("Rows that it has not written could be approvals that nobody gave."),
			 errhint("Call schema_guard's functions. A superuser restores a dump into a database without the extension.")));
}

/* BEFORE a statement of anybody but the guard; runs as the current user */
static void
before_statement(const TriggerData *trigger)
{
	Relation	rel = trigger->tg_relation;
	SgSavedUser scope;
	bool		admitted;

	if (!superuser())
		refuse(rel);
	if (!TRIGGER_FIRED_BY_INSERT(trigger->tg_event) || is_bypassed())
	{
		log_edit(rel);
		return;
	}
	sg_owner_enter(&scope);
	admitted = !is_live(rel) && sg_phase_admits();
	sg_owner_leave(&scope);
	if (!admitted)
		refuse(rel);
}

/* AFTER an INSERT of anybody but the guard */
static void
after_statement(const TriggerData *trigger)
{
	SgSavedUser scope;

	sg_owner_enter(&scope);
	sg_phase_filled(RelationGetRelationName(trigger->tg_relation));
	sg_owner_leave(&scope);
}

/* Returns true if the table has a row with that digest. */
static bool
is_stored(Relation rel, const SgTableShape *shape, Datum digest)
{
	SgTableKey	key = {1, BTEqualStrategyNumber, F_BYTEAEQ, digest};
	SgTable		table;
	SysScanDesc scan;
	bool		stored;

	sg_table_open(&table, shape, RowExclusiveLock);
	scan = sg_table_scan(&table, psprintf("%s_pkey", shape->name), 1, &key);
	stored = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	sg_table_close(&table);
	return stored;
}

/*
 * Returns true if the row of a dump is in the store already, because the guard has
 * stored it while watching the restore.
 */
static bool
is_known(const TriggerData *trigger)
{
	Relation	rel = trigger->tg_relation;

	if (!TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		return false;
	for (int i = 0; i < lengthof(store_shapes); i++)
	{
		bool		isnull;
		Datum		digest;

		if (strcmp(RelationGetRelationName(rel), store_shapes[i].name) != 0)
			continue;
		digest = heap_getattr(trigger->tg_trigtuple, 1, RelationGetDescr(rel), &isnull);
		return !isnull && is_stored(rel, &store_shapes[i], digest);
	}
	return false;
}

/* BEFORE a row is written: the row, or NULL to skip it */
static HeapTuple
before_row(const TriggerData *trigger)
{
	HeapTuple	tuple = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;

	if (sg_spi_is_running())
		return tuple;
	if (IsLogicalWorker() || is_known(trigger))
		return NULL;
	if (!TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		sg_journal_note_row(trigger->tg_relation, tuple);
	return tuple;
}

/* on_write() returns trigger */
Datum
schema_guard_on_write(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (const TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function schema_guard.on_write() must be called by a trigger")));
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		return PointerGetDatum(before_row(trigger));
	if (sg_spi_is_running() || IsLogicalWorker())
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_BEFORE(trigger->tg_event))
		before_statement(trigger);
	else
		after_statement(trigger);
	return PointerGetDatum(NULL);
}
