/*
 * classes/event_trigger.c
 *		Event triggers: pg_event_trigger.
 *
 *		event trigger no_drop
 *		  event: sql_drop
 *		  function: public.refuse()
 *		  tags: DROP SCHEMA, DROP TABLE
 *
 * Commands on event triggers do not fire event triggers: the gate sees such a change
 * together with the next one, or verify() finds it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "classes/classes.h"
#include "classes/relation/relation.h"
#include "classes/row.h"
#include "format/sql.h"
#include "support/text.h"

/* Returns the tags, sorted: their order does not matter. */
static char *
tags_text(Datum array)
{
	Datum	   *elements;
	int			count;
	char	  **tags;
	StringInfoData buf;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &count);
	tags = palloc(sizeof(char *) * Max(count, 1));
	for (int i = 0; i < count; i++)
		tags[i] = TextDatumGetCString(elements[i]);
	qsort(tags, count, sizeof(char *), sg_text_compare_elements);
	initStringInfo(&buf);
	for (int i = 0; i < count; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "", tags[i]);
	return buf.data;
}

static void
describe_event_trigger(SgRow *row)
{
	Form_pg_event_trigger form = (Form_pg_event_trigger) GETSTRUCT(row->tuple);
	const char *state = sg_trigger_firing_state(form->evtenabled);
	bool		isnull;
	Datum		tags = sg_row_attribute(row, Anum_pg_event_trigger_evttags, &isnull);

	sg_row_begin(row, "event trigger", pstrdup(sg_sql_identifier(NameStr(form->evtname))));
	sg_object_add_structure(&row->object, "event", NameStr(form->evtevent));
	sg_row_add_function(row, "function", form->evtfoid);
	if (!isnull)
		sg_object_add_structure(&row->object, "tags", tags_text(tags));
	if (state != NULL)
		sg_object_add_structure(&row->object, "state", state);
}

const SgClass sg_event_trigger_class = {
	.catalog = EventTriggerRelationId,
	.name = "event triggers",
	.describe_row = describe_event_trigger,
	.index = EventTriggerOidIndexId,
	.oid = Anum_pg_event_trigger_oid
};
