/*
 * incidents/board.c
 *		The board: the newest clues, where an error can be compared with them.
 *
 * With shared_preload_libraries it is in shared memory, one for all databases;
 * otherwise each session has its own as soon as it needs one.  It is a ring: a new
 * clue takes the place of the oldest.  Clues are posted by the session that commits
 * the change, and read where an error is reported.
 *
 * Readers take no lock, because any lock may be held there, including ours, and
 * they must not wait. A version number is odd while the board is being written; a
 * reader checks it before and after, and if the board has changed meanwhile, tries
 * again a few times.  What it reads in between is of fixed size and within the
 * arrays, so the worst that can happen is a wrong comparison, which is discarded.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/atomics.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "incidents/board.h"
#include "support/shared_memory.h"

/* room for clues: of all databases, and of one session */
#define SHARED_CLUES 2048
#define OWN_CLUES 256

/* how often a reader tries */
#define MAX_ATTEMPTS 3

/* maximum number of log lines about a clue per minute */
#define LINES_PER_MINUTE 10

/* the part of a clue that a search reads first, close together in memory */
typedef struct Key
{
	Oid			database;		/* InvalidOid: free */
	SgErrorSet	errors;
	uint32		name;			/* its hash */
	Oid			relation;
	int64		journal_id;
} Key;

typedef struct Board
{
	pg_atomic_uint32 version;	/* odd: being written */
	uint32		capacity;
	uint32		next;			/* where the next clue goes */
	Key			keys[SHARED_CLUES];	/* the first "capacity" of them */
	pg_atomic_uint32 lines[SHARED_CLUES];	/* lines in the log: the minute, and how many */
	SgClue		clues[FLEXIBLE_ARRAY_MEMBER];
} Board;

#define BOARD_SIZE(capacity) (offsetof(Board, clues) + (capacity) * sizeof(SgClue))

static Board *own = NULL;

/* SgSharedArea's callback; the memory is all zeros */
static void
prepare_shared(void *memory)
{
	((Board *) memory)->capacity = SHARED_CLUES;
}

static SgSharedArea shared = {"schema_guard clues", BOARD_SIZE(SHARED_CLUES), prepare_shared};

/* Called by _PG_init(), with shared_preload_libraries. */
void
sg_board_init(void)
{
	sg_shared_memory_ask(&shared);
}

bool
sg_board_is_shared(void)
{
	return shared.memory != NULL;
}

/* Returns the board, or NULL. */
static Board *
board(void)
{
	return shared.memory != NULL ? (Board *) shared.memory : own;
}

/* Returns true if the clue may explain the error, as far as its key tells. */
static bool
key_fits(const Key *key, SgBoardQuery *query)
{
	SgErrorKind kind = query->meaning.failure->kind;

	return key->database == MyDatabaseId && (key->errors & SG_ERROR_BIT(kind)) != 0 &&
		(kind == SG_ERROR_PLAN || sg_named_may_have(&query->names, key->name)) &&
		sg_meant_relation(&query->meaning, key->relation);
}

/*
 * Finds the newest clue that explains the error; returns its place, or -1.  Begins with the
 * one that was written last, which is the newest as a rule.
 */
static int
search(const Board *from, SgBoardQuery *query)
{
	int			found = -1;
	int			capacity = (int) Min(from->capacity, SHARED_CLUES);
	int			next = (int) Min(from->next, SHARED_CLUES);

	for (int i = 0; i < capacity && !query->meaning.gave_up; i++)
	{
		int			place = next > i ? next - i - 1 : next - i - 1 + capacity;
		const Key  *key = &from->keys[place];
		const SgClue *clue = &from->clues[place];
		const SgNamed *name;

		if ((found >= 0 && key->journal_id <= from->keys[found].journal_id) ||
			!key_fits(key, query) || clue->changed_at < query->since)
			continue;
		name = sg_failure_fits(query->meaning.failure, &query->names, clue);
		if (name != NULL && sg_meant_object(&query->meaning, name, clue))
			found = place;
	}
	return found;
}

/*
 * Counts a line in the log; returns false if there are enough.  Concurrent callers
 * may write one too many.
 */
static bool
may_log(Board *to, int place)
{
	uint32		minute = (uint32) (GetCurrentTimestamp() / (60 * USECS_PER_SEC)) << 8;
	uint32		lines = pg_atomic_read_u32(&to->lines[place]);

	if ((lines & ~(uint32) 0xFF) != minute)
		lines = minute;
	if ((lines & 0xFF) >= LINES_PER_MINUTE)
		return false;
	pg_atomic_write_u32(&to->lines[place], lines + 1);
	return true;
}

/*
 * Finds the newest clue that explains the error, and copies it. *log says whether
 * to write another line about it to the log.
 */
SgBoardAnswer
sg_board_find(SgBoardQuery *query, SgClue *clue, bool *log)
{
	Board	   *from = board();

	if (from == NULL)
		return SG_BOARD_NOT_FOUND;
	sg_failure_names(query->meaning.failure, &query->names);
	for (int i = 0; i < MAX_ATTEMPTS; i++)
	{
		uint32		version = pg_atomic_read_u32(&from->version);
		int			place;

		pg_read_barrier();
		if ((version & 1) != 0)
			continue;
		place = search(from, query);
		if (place >= 0)
			*clue = from->clues[place];
		pg_read_barrier();
		if (pg_atomic_read_u32(&from->version) != version)
			continue;
		if (place < 0)
			return query->meaning.gave_up ? SG_BOARD_BUSY : SG_BOARD_NOT_FOUND;
		*log = may_log(from, place);
		return SG_BOARD_FOUND;
	}
	return SG_BOARD_BUSY;
}

static Board *
begin_writing(void)
{
	Board	   *to = board();

	if (shared.memory != NULL)
		LWLockAcquire(shared.lock, LW_EXCLUSIVE);
	pg_atomic_write_u32(&to->version, pg_atomic_read_u32(&to->version) + 1);
	pg_write_barrier();
	return to;
}

static void
end_writing(Board *to)
{
	pg_write_barrier();
	pg_atomic_write_u32(&to->version, pg_atomic_read_u32(&to->version) + 1);
	if (shared.memory != NULL)
		LWLockRelease(shared.lock);
}

/* Returns true if the clues of the entry, which are posted together, are on the board. */
static bool
has_entry(const Board *where, int64 journal_id)
{
	for (uint32 i = 0; i < where->capacity; i++)
	{
		if (where->keys[i].journal_id == journal_id && where->keys[i].database == MyDatabaseId)
			return true;
	}
	return false;
}

static void
write_clue(Board *to, const SgClue *clue)
{
	uint32		place = to->next;
	Key		   *key = &to->keys[place];

	to->next = (place + 1) % to->capacity;
	pg_atomic_write_u32(&to->lines[place], 0);
	to->clues[place] = *clue;
	key->database = MyDatabaseId;
	key->errors = clue->errors;
	key->journal_id = clue->journal_id;
	key->name = sg_failure_hash(clue->name, (int) strlen(clue->name));
	key->relation = clue->relation;
}

/*
 * Posts clues, a List of SgClue * grouped by entry, except those of entries that
 * were posted already.  Must not fail if the board is shared, because the change is
 * committed.
 */
void
sg_board_post(const List *clues)
{
	Board	   *to;
	int64		entry = 0;
	bool		is_new = false;
	ListCell   *cell;

	if (clues == NIL)
		return;
	if (board() == NULL)
	{
		own = MemoryContextAllocZero(TopMemoryContext, BOARD_SIZE(OWN_CLUES));
		own->capacity = OWN_CLUES;
	}
	to = begin_writing();
	foreach(cell, clues)
	{
		const SgClue *clue = lfirst(cell);

		if (clue->journal_id != entry)
			is_new = !has_entry(to, clue->journal_id);
		entry = clue->journal_id;
		if (is_new)
			write_clue(to, clue);
	}
	end_writing(to);
}

/* Removes the clues of this database from the board, because its journal is gone. */
void
sg_board_forget(void)
{
	Board	   *to;

	if (board() == NULL)
		return;
	to = begin_writing();
	for (uint32 i = 0; i < to->capacity; i++)
	{
		if (to->keys[i].database == MyDatabaseId)
			to->keys[i].database = InvalidOid;
	}
	end_writing(to);
}
