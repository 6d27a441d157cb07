/*
 * classes/subscription.c
 *		Subscriptions: pg_subscription.
 *
 *		subscription orders
 *		  publication "orders"
 *		  slot name: orders
 *		  [settings] enabled
 *
 * The connection string is never shown.  Whether it is enabled is in the facet
 * "settings", because after a restore it is always disabled.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/indexing.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "classes/classes.h"
#include "classes/identity.h"
#include "classes/row.h"
#include "format/sql.h"
#include "support/compat.h"

static void
add_publications(SgRow *row)
{
	bool		isnull;
	Datum		array = sg_row_attribute(row, Anum_pg_subscription_subpublications, &isnull);
	Datum	   *elements;
	int			count;

	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &count);
	for (int i = 0; i < count; i++)
		sg_object_add_structure(&row->object, sg_item_attribute("publication", TextDatumGetCString(elements[i])), "");
}

static void
add_flag(SgRow *row, bool flag, const char *attribute)
{
	if (flag)
		sg_object_add_structure(&row->object, attribute, "");
}

static void
add_options(SgRow *row, Form_pg_subscription form)
{
	const char *streaming = sg_compat_sub_streaming(form);
	char	   *commit = sg_row_text(row, Anum_pg_subscription_subsynccommit);
	char	   *origin = sg_row_text(row, sg_compat_suborigin());
	char	   *timeout = sg_row_text(row, sg_compat_subwalrcvtimeout());

	add_flag(row, sg_compat_sub_binary(form), "binary");
	add_flag(row, sg_compat_sub_two_phase(form), "two phase");
	add_flag(row, sg_compat_sub_disable_on_error(form), "disable on error");
	add_flag(row, !sg_compat_sub_password_required(form), "no password required");
	add_flag(row, sg_compat_sub_run_as_owner(form), "run as owner");
	add_flag(row, sg_compat_sub_failover(form), "failover");
	add_flag(row, sg_compat_sub_retains_dead_tuples(form), "retain dead tuples");
	if (streaming != NULL)
		sg_object_add_structure(&row->object, "streaming", streaming);
	if (commit != NULL && strcmp(commit, "off") != 0)
		sg_object_add_structure(&row->object, "synchronous commit", commit);
	if (origin != NULL && strcmp(origin, "any") != 0)
		sg_object_add_structure(&row->object, "origin", origin);
	if (timeout != NULL && strcmp(timeout, "-1") != 0)
		sg_object_add_structure(&row->object, "WAL receiver timeout", timeout);
	if (sg_compat_sub_max_retention(form) != 0)
		sg_object_add_structure(&row->object, "maximum retention",
								psprintf("%d ms", sg_compat_sub_max_retention(form)));
}

static void
describe_subscription(SgRow *row)
{
	Form_pg_subscription form = (Form_pg_subscription) GETSTRUCT(row->tuple);
	bool		isnull;
	Datum		slot = sg_row_attribute(row, Anum_pg_subscription_subslotname, &isnull);

	if (form->subdbid != MyDatabaseId)
		return;
	sg_row_begin(row, "subscription", pstrdup(sg_sql_identifier(NameStr(form->subname))));
	if (OidIsValid(sg_compat_sub_server(form)))
		sg_object_add_structure(&row->object, "server", sg_identity_of_server(row->names, sg_compat_sub_server(form)));
	add_publications(row);
	sg_object_add_structure(&row->object, "slot name",
			   isnull ? "NONE" : pstrdup(sg_sql_identifier(NameStr(*DatumGetName(slot)))));
	add_options(row, form);
	if (form->subenabled)
		sg_object_add(&row->object, SG_FACET_SETTINGS, 0, "enabled", "");
}

const SgClass sg_subscription_class = {
	.catalog = SubscriptionRelationId,
	.name = "subscriptions",
	.describe_row = describe_subscription,
	.index = SubscriptionObjectIndexId,
	.oid = Anum_pg_subscription_oid
};
