/*
 * gate/order.c
 *		The gate's place among the transaction callbacks.
 *
 * Some callbacks commit elsewhere: postgres_fdw commits its remote transactions
 * at PRE_COMMIT.  What the gate refuses afterwards would be refused here and
 * done there.  So the gate must be called before all of them.
 *
 * PostgreSQL calls the callback first that was registered last, and modules
 * register theirs when they please: as they are loaded, or with the first
 * foreign table that a session uses.  So a transaction that the gate is to
 * judge registers a callback of its own, moves it to the front after each
 * statement, whoever ran it (the client, a function, a deferred trigger or a
 * cursor during the commit), and takes it away when it is over.  What a
 * transaction does elsewhere it does within a statement.
 *
 * The callback that is there always (gate/gate.c) is called after it.  That one
 * judges what other callbacks have changed in between, and takes this one
 * away: it is behind it in the list, which may not lose, while it is walked
 * through, an element that is still to come.
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
 * Has the gate called before all callbacks that are registered by now.  Not
 * after the gate was called in this transaction.
 */
void
sg_order_come_first(void)
{
	sg_order_forget();
	RegisterXactCallback(on_transaction_event, NULL);
	registered = true;
}

/* At the end of a transaction; by a callback that was registered before. */
void
sg_order_forget(void)
{
	if (registered)
		UnregisterXactCallback(on_transaction_event, NULL);
	registered = false;
}

/* Says what is to be called; once, from _PG_init. */
void
sg_order_init(void (*gate) (XactEvent event))
{
	call_gate = gate;
}
