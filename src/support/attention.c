/*
 * support/attention.c
 *		Tells the launcher which databases have work for it.
 *
 * The launcher (worker/launcher.c) does not connect to each database to find out
 * whether there is work.  Instead, a backend whose transaction the worker has to
 * look at notes its database in shared memory at commit, and sets the launcher's
 * latch.  Without shared_preload_libraries there is no launcher, and nothing is
 * noted.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "support/attention.h"
#include "support/shared_memory.h"

/* how many databases can be noted; if there are more, the launcher looks at all of them */
#define MAX_NOTED 64

typedef struct Attention
{
	Latch	   *launcher;		/* NULL: it does not run */
	int			count;
	bool		overflow;
	Oid			databases[MAX_NOTED];
} Attention;

static SgSharedArea area = {"schema_guard attention", sizeof(Attention)};

/* must this database be noted when the transaction commits? */
static bool noted = false;

/* Called by _PG_init() while shared_preload_libraries are loaded. */
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

/* Makes the launcher look at this database once the transaction has committed. */
void
sg_attention_at_commit(void)
{
	noted = area.memory != NULL;
}

/* Transaction callback: notes the database at commit. */
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

/* Sets the launcher's latch; NULL when the launcher exits. */
void
sg_attention_listen(Latch *latch)
{
	LWLockAcquire(area.lock, LW_EXCLUSIVE);
	((Attention *) area.memory)->launcher = latch;
	LWLockRelease(area.lock);
}

/*
 * Returns the databases that were noted since the last call, in the current memory
 * context.  Sets *all if there were too many to note.
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
