/*
 * gate/advice.c
 *		What the author of a refused change can do about it: the HINT.
 *
 * A hint names only functions that the role may call, and otherwise says who may
 * call them.  The role is the one that changes the schema, as set by SET ROLE.
 *
 * All functions run as the extension's owner (sg_owner_enter) and leave the text
 * in the caller's memory context.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "gate/advice.h"
#include "releases/impact.h"
#include "support/errors.h"
#include "support/spi.h"
#include "support/text.h"

/* how many roles are named */
#define SHOWN_ROLES 3

/* finds the function $1 if role $2 may call it */
#define MAY_CALL_SQL \
	"SELECT FROM pg_catalog.pg_proc p" \
	" WHERE p.pronamespace = 'schema_guard'::pg_catalog.regnamespace AND p.proname = $1" \
	"   AND pg_catalog.has_function_privilege($2, p.oid, 'EXECUTE')"

/* the roles that were granted function $1, its owner last */
#define GRANTEES_SQL \
	"SELECT pg_catalog.quote_ident(r.rolname)" \
	"  FROM pg_catalog.pg_proc p" \
	" CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a" \
	"  JOIN pg_catalog.pg_roles r ON r.oid = a.grantee" \
	" WHERE p.pronamespace = 'schema_guard'::pg_catalog.regnamespace AND p.proname = $1" \
	"   AND a.privilege_type = 'EXECUTE'" \
	" GROUP BY r.rolname, a.grantee = p.proowner" \
	" ORDER BY a.grantee = p.proowner, r.rolname"

/* Returns true if the role that changes the schema may call the function. */
static bool
may_call(const char *function)
{
	static const Oid types[] = {NAMEOID, OIDOID};
	Datum		values[] = {
		DirectFunctionCall1(namein, CStringGetDatum(function)), ObjectIdGetDatum(GetOuterUserId())
	};

	return sg_spi_exists(MAY_CALL_SQL, 2, types, values);
}

/* Returns who may call the function, as "alice, bob or carol". */
static char *
who_may_call(const char *function)
{
	static const Oid types[] = {NAMEOID};
	Datum		value = DirectFunctionCall1(namein, CStringGetDatum(function));
	List	   *roles = sg_spi_fetch_texts(GRANTEES_SQL, 1, types, &value);
	int			shown = Min(list_length(roles), SHOWN_ROLES);
	StringInfoData buf;

	if (roles == NIL)
		return pstrdup("a superuser");
	initStringInfo(&buf);
	for (int i = 0; i < shown; i++)
		appendStringInfo(&buf, "%s%s", i == 0 ? "" : i == shown - 1 ? " or " : ", ",
						 (const char *) list_nth(roles, i));
	return buf.data;
}

/* Returns the hint for a change that leads to an unapproved schema. */
char *
sg_advice_unapproved(bool any_approved)
{
	const char *window = may_call("open_window") ? "open a window" : "to open a window";

	if (may_call("approve") && may_call("open_window"))
		return pstrdup(any_approved ? "Review the change with SELECT * FROM schema_guard.preview(...), import its schema file and approve it, or open a window." : "Begin with SELECT schema_guard.capture(...) and SELECT schema_guard.approve(...) of the schema as it is, then review and approve the change; or open a window.");
	return psprintf(any_approved ? "Ask %s to review and approve the change, or %s." : "Ask %s to approve the schema as it is, then the change, or %s.",
					who_may_call("approve"), window);
}

/* Returns the hint for a change that is approved, but not as the next step of a path. */
char *
sg_advice_out_of_order(void)
{
	if (may_call("open_window"))
		return pstrdup("Run the migrations in the order of the path, which SELECT * FROM schema_guard.path_steps shows; or open a window.");
	return psprintf("Run the migrations in the order of the path, or ask %s to open a window.",
					who_may_call("open_window"));
}

/* Returns the names of the releases, of many the first, as an array's literal. */
static char *
releases_literal(const List *broken)
{
	int			shown = Min(list_length(broken), SG_MAX_DETAIL_ITEMS);
	Datum		names[SG_MAX_DETAIL_ITEMS];
	ArrayType  *array;

	for (int i = 0; i < shown; i++)
	{
		const SgBrokenRelease *release = list_nth(broken, i);

		names[i] = sg_text_datum(psprintf("%s/%s", release->application, release->version));
	}
	array = construct_array(names, shown, TEXTOID, -1, false, TYPALIGN_INT);
	return quote_literal_cstr(OidOutputFunctionCall(F_ARRAY_OUT, PointerGetDatum(array)));
}

/* Returns the calls that retire the releases, of many the first, as "a, b". */
static char *
retire_calls(const List *broken)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < Min(list_length(broken), SG_MAX_DETAIL_ITEMS); i++)
	{
		const SgBrokenRelease *release = list_nth(broken, i);

		appendStringInfo(&buf, "%sschema_guard.retire(%s, %s)", buf.len > 0 ? ", " : "",
						 quote_literal_cstr(release->application),
						 quote_literal_cstr(release->version));
	}
	return buf.data;
}

/*
 * Returns what to add to a command that names the first of many releases.  It works as
 * it is: approvals add up, and the next refusal names the next releases.
 */
static char *
others(const List *broken)
{
	int			more = list_length(broken) - SG_MAX_DETAIL_ITEMS;

	if (more <= 0)
		return pstrdup("");
	return psprintf("; likewise for %d more, which schema_guard.preview(...) lists", more);
}

/*
 * Returns the hint for a change that breaks the releases (SgBrokenRelease *, not NIL).
 * "approved" means that the resulting schema is approved, but that the approvals do
 * not name these releases.
 */
char *
sg_advice_broken(const List *broken, bool approved)
{
	bool		one = list_length(broken) == 1;
	const char *survive = one ? "Make the change in steps that the release survives" :
		"Make the change in steps that the releases survive";
	const char *they = one ? "it no longer runs" : "they no longer run";
	const char *breaking = psprintf("schema_guard.approve(..., breaking => %s)", releases_literal(broken));
	char	   *retire;

	if (approved)
		return psprintf("%s, or have each approval that is required say that %s: SELECT %s%s.", survive,
						one ? "the release may break" : "the releases may break", breaking, others(broken));
	if (may_call("retire"))
		retire = psprintf("run SELECT %s", retire_calls(broken));
	else
		retire = psprintf("ask %s to retire %s", who_may_call("retire"), one ? "it" : "them");
	if (may_call("approve"))
		return psprintf("%s, or, once %s, %s; or approve that %s: SELECT %s%s.", survive, they, retire,
						one ? "it breaks" : "they break", breaking, others(broken));
	return psprintf("%s, or, once %s, %s; or ask %s to approve that %s: SELECT %s%s.", survive, they, retire,
					who_may_call("approve"), one ? "it breaks" : "they break", breaking, others(broken));
}
