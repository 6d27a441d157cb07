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
#include "utils/builtins.h"

#include "gate/advice.h"
#include "support/spi.h"

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

/*
 * Returns the hint for a change that breaks the release.  "approved" means that the
 * resulting schema is approved, but that the approvals do not name the release.
 */
char *
sg_advice_broken(const char *application, const char *version, bool approved)
{
	if (approved)
		return psprintf("Make the change in steps that the release survives, or have each approval that is required say that the release may break: SELECT schema_guard.approve(..., breaking => %s).",
						quote_literal_cstr(psprintf("{%s/%s}", application, version)));
	if (may_call("retire"))
		return psprintf("Make the change in steps that the release survives, or, once it no longer runs, run SELECT schema_guard.retire(%s, %s).",
						quote_literal_cstr(application), quote_literal_cstr(version));
	return psprintf("Make the change in steps that the release survives, or, once it no longer runs, ask %s to retire it.",
					who_may_call("retire"));
}
