/*
 * classes/options.c
 *		Options of foreign-data objects and settings, without secrets.
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

#include "classes/options.h"
#include "format/sql.h"
#include "support/secret.h"

/*
 * Adds a structure item for each option: its value as a literal, or (hidden).
 * "of" is "" for the object itself, or names a part of it and begins with a space.
 */
void
sg_options_add(SgObject *object, const char *of, Datum options, bool all_secret)
{
	ListCell   *lc;

	foreach(lc, untransformRelOptions(options))
	{
		DefElem    *option = lfirst_node(DefElem, lc);
		const char *value = option->arg != NULL ? defGetString(option) : "";
		bool		hidden = all_secret || sg_secret_in_option(option->defname, value);

		sg_object_add_structure(object,
					  psprintf("%s%s", sg_item_attribute("option", option->defname), of),
					  hidden ? SG_HIDDEN : quote_literal_cstr(value));
	}
}

/*
 * Returns the value of a setting as SET would have stored it, or (hidden); palloc'd.
 * "SET search_path FROM CURRENT" stores a list as it was written, but a dump writes
 * it as a list of names.
 */
char *
sg_options_setting(const char *name, const char *value)
{
	List	   *elements;
	ListCell   *lc;
	StringInfoData buf;

	if (sg_secret_in_setting(name, value))
		return pstrdup(SG_HIDDEN);
	if ((GetConfigOptionFlags(name, true) & GUC_LIST_QUOTE) == 0 ||
		!SplitGUCList(pstrdup(value), ',', &elements))
		return pstrdup(value);
	initStringInfo(&buf);
	foreach(lc, elements)
		appendStringInfo(&buf, "%s%s", lc == list_head(elements) ? "" : ", ",
						 sg_sql_identifier(lfirst(lc)));
	return buf.data;
}
