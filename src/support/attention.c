/*
 * support/attention.c
 *		Telling the launcher that there is something to do in a database.
 *
 * The launcher (worker/launcher.c) does not connect to databases to find out whether
 * there is anything to do.  Whoever has done something there that the worker has to
 * look at notes the database in shared memory, when its transaction commits, and
 * wakes the launcher.  Without shared_preload_libraries there is neither.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "support/attention.h"
#include "support/shared_memory.h"

/* how many databases are told apart; with more of them at once the launcher looks at all */
#define MAX_NOTED 64

typedef struct Attention
{
	Latch	   *launcher;		/* NULL: it does not run */
	int			count;
	bool		overflow;
	Oid			databases[MAX_NOTED];
} Attention;

static SgSharedArea area = {"schema_guard attention", sizeof(Attention)};

/* is this transaction's database to be noted when it commits? */
static bool noted = false;

/* In _PG_init(), with shared_preload_libraries. */
void
sg_attention_init(void)
{
	sg_shared_memory_ask(&area);
}

static void
note_database(void)
{
	Attention  *attention = area.memory;
	int			i = 0;

	LWLockAcquire(area.lock, LW_EXCLUSIVE);
	while (i < attention->count && attention->databases[i] != MyDatabaseId)
		i++;
	if (i == MAX_NOTED)
		attention->overflow = true;
	else if (i == attention->count)
		attention->databases[attention->count++] = MyDatabaseId;
	if (attention->launcher != NULL)
		SetLatch(attention->launcher);
	LWLockRelease(area.lock);
}

/* Has the launcher look at this database once the transaction has committed. */
void
sg_attention_at_commit(void)
{
	noted = area.memory != NULL;
}

/* The end of a transaction. */
void
sg_attention_transaction_event(XactEvent event)
{
	if (!noted)
		return;
	if (event == XACT_EVENT_COMMIT)
		note_database();
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		noted = false;
}

/* The launcher's latch, or NULL when it ends. */
void
sg_attention_listen(Latch *latch)
{
	LWLockAcquire(area.lock, LW_EXCLUSIVE);
	((Attention *) area.memory)->launcher = latch;
	LWLockRelease(area.lock);
}

/*
 * Returns the databases that were noted since the last call, in the current memory
 * context; *all: there were too many to tell.
 */
List *
sg_attention_take(bool *all)
{
	Attention  *attention = area.memory;
	Oid			databases[MAX_NOTED];
	List	   *result = NIL;
	int			count;

	LWLockAcquire(area.lock, LW_EXCLUSIVE);
	count = attention->count;
	memcpy(databases, attention->databases, sizeof(Oid) * count);
	*all = attention->overflow;
	attention->count = 0;
	attention->overflow = false;
	LWLockRelease(area.lock);
	for (int i = 0; i < count; i++)
		result = lappend_oid(result, databases[i]);
	return result;
}
