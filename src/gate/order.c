/*
 * gate/order.c
 *		The gate's place among the transaction callbacks.
 *
 * Some callbacks commit elsewhere: postgres_fdw commits its remote transactions
 * at PRE_COMMIT.  What the gate refuses afterwards would be refused here and
 * done there.  So the gate must be called before all of them.
 *
 * PostgreSQL calls the callback first that was registered last, and modules
 * register theirs when they please: as they are loaded, or with the first foreign
 * table that a session uses.  So a transaction that the gate is to judge registers
 * a callback of its own, moves it to the front after each statement, whether the
 * client ran it, a function, or a deferred trigger or cursor during the commit, and
 * removes it when the transaction is over.  Whatever a transaction does elsewhere,
 * it does within a statement.
 *
 * The permanent callback (gate/gate.c) is called after it.  It judges what other
 * callbacks have changed in between, and removes this one: while the server walks
 * through the list, only an element that it has passed may be removed.
 */
#include "postgres.h"

#include "access/xact.h"

#include "gate/order.h"

static void (*call_gate) (XactEvent event);

static bool registered = false;

static void
on_transaction_event(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		call_gate(event);
}

/*
 * Has the gate called before all callbacks that are registered so far.  Not to be
 * called once the gate was called in this transaction.
 */
void
sg_order_come_first(void)
{
	sg_order_forget();
	RegisterXactCallback(on_transaction_event, NULL);
	registered = true;
}

/* Called at the end of a transaction, by a callback that was registered earlier. */
void
sg_order_forget(void)
{
	if (registered)
		UnregisterXactCallback(on_transaction_event, NULL);
	registered = false;
}

/* Sets the function to call.  Called once, by _PG_init(). */
void
sg_order_init(void (*gate) (XactEvent event))
{
	call_gate = gate;
}
