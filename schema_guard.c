/*
 * schema_guard.c
 *		Entry point of the schema_guard library.
 *
 * schema_guard describes the catalogs of a database canonically, fingerprints
 * the description, refuses unapproved schema changes by their outcome when a
 * transaction commits, and compares what an application version declares with
 * the schema that is there.  docs/architecture.md tells the whole; in short:
 *
 * Nothing needs to be preloaded.  The first DDL statement of a session calls
 * the extension's event trigger (gate/gate.c), which loads this library before
 * anything changes, so that the transaction callbacks registered below are in
 * place when it commits.  With session_preload_libraries the library is there
 * from the start and can refuse a connection (releases/session.c).
 *
 * What runs where:
 *		event trigger			notes that this transaction runs DDL
 *		end of a statement		has the gate called before others' callbacks
 *		PRE_COMMIT, PRE_PREPARE	describe, compare, judge, publish, journal
 *		session start			the declared release against the schema
 *		SQL functions			src/functions, thin
 *
 * Failure policy: the guard must never be the outage.  A fault inside it is
 * reported as a WARNING and lets work go on, except in mode "enforce", where
 * the error says how a superuser gets out.
 */
#include "postgres.h"

#include "fmgr.h"

#include "gate/gate.h"
#include "gate/hooks.h"
#include "releases/session.h"
#include "support/compat.h"
#include "support/settings.h"

SG_MODULE_MAGIC;

SG_EXPORT extern void _PG_init(void);

void
_PG_init(void)
{
	sg_settings_init();
	sg_gate_init();
	sg_hooks_init();
	sg_session_init();
}
