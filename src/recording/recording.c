/*
 * recording/recording.c
 *		What this session records for a release.
 *
 * A recording remembers the statements that it has seen and the items that they
 * need, so that a known statement costs one look-up.  New items are pending until
 * they are written.  Statements are forgotten when the schema may have changed,
 * because they may need other items then; items only when the recording was
 * removed.
 *
 * All of it is in the session's memory, with limits.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "format/digest.h"
#include "recording/recording.h"
#include "support/grow.h"
#include "support/release_name.h"

/* how many releases a session records for, and how much it remembers of each */
#define MAX_RECORDINGS 16
#define MAX_STATEMENTS 20000
#define MAX_ITEMS 50000

/* a statement that was seen */
typedef struct KnownStatement
{
	uint64		key;			/* hash key */
	bool		counts;			/* does it need anything? */
} KnownStatement;

/* an item that was seen, with the value that it had */
typedef struct KnownItem
{
	SgDigest	digest;			/* hash key */
	SgDigest	value;
	SgRecordedItem *pending;	/* or NULL: it is written */
} KnownItem;

struct SgRecording
{
	MemoryContext context;		/* of all that follows */
	char	   *declared;
	char	   *application;
	char	   *version;
	bool		is_usable;		/* is that the name of a release? */
	bool		has_warned;
	bool		is_counted;		/* has the session been? */
	bool		is_full;		/* stored, and to be said */
	HTAB	   *statements;		/* of KnownStatement */
	HTAB	   *items;			/* of KnownItem */
	SgRecordedCounts counts;	/* pending */
	SgRecordedItem **pending;
	int			npending;
	int			capacity;
	MemoryContext pending_context;
	SgRecording *next;
};

static SgRecording *recordings = NULL;

static HTAB *
new_table(const SgRecording *recording, const char *what, Size keysize, Size entrysize)
{
	HASHCTL		ctl = {0};

	ctl.keysize = keysize;
	ctl.entrysize = entrysize;
	ctl.hcxt = recording->context;
	return hash_create(what, 256, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
begin_statements(SgRecording *recording)
{
	if (recording->statements != NULL)
		hash_destroy(recording->statements);
	recording->statements = new_table(recording, "schema_guard recorded statements", sizeof(uint64),
									  sizeof(KnownStatement));
}

static void
begin_items(SgRecording *recording)
{
	if (recording->items != NULL)
		hash_destroy(recording->items);
	recording->items = new_table(recording, "schema_guard recorded items", sizeof(SgDigest), sizeof(KnownItem));
}

static SgRecording *
new_recording(const char *declared)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "schema_guard recording",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SgRecording *recording = palloc0(sizeof(SgRecording));

	recording->context = context;
	recording->declared = pstrdup(declared);
	recording->is_usable = sg_release_name_split(declared, &recording->application, &recording->version) == NULL;
	recording->capacity = 64;
	recording->pending = palloc(sizeof(SgRecordedItem *) * recording->capacity);
	recording->pending_context = AllocSetContextCreate(context, "schema_guard pending items",
													   ALLOCSET_SMALL_SIZES);
	begin_statements(recording);
	begin_items(recording);
	MemoryContextSwitchTo(old);
	return recording;
}

/*
 * Inserts the recording into the list, which is sorted so that all sessions write in
 * the same order.
 */
static void
insert_recording(SgRecording *recording)
{
	SgRecording **place = &recordings;

	while (*place != NULL && strcmp((*place)->declared, recording->declared) < 0)
		place = &(*place)->next;
	recording->next = *place;
	*place = recording;
}

/* Returns true if anything of the recording is still to be written. */
static bool
is_pending(const SgRecording *recording)
{
	return recording->npending > 0 || recording->counts.statements > 0;
}

/* Forgets one recording of which everything is written.  Returns false if there is none. */
static bool
forget_one(void)
{
	SgRecording **place = &recordings;
	SgRecording *forgotten;

	while (*place != NULL && is_pending(*place))
		place = &(*place)->next;
	forgotten = *place;
	if (forgotten == NULL)
		return false;
	*place = forgotten->next;
	MemoryContextDelete(forgotten->context);
	return true;
}

/*
 * Returns the recording that a setting declares.  Recordings declared before must
 * not be used any more.  Returns NULL if they all have to be written first.
 */
SgRecording *
sg_recording_of(const char *declared)
{
	SgRecording *recording;
	int			count = 0;

	for (recording = recordings; recording != NULL; recording = recording->next)
	{
		if (strcmp(recording->declared, declared) == 0)
			return recording;
		count++;
	}
	if (count >= MAX_RECORDINGS && !forget_one())
		return NULL;
	recording = new_recording(declared);
	insert_recording(recording);
	return recording;
}

/* Returns true if its name can be that of a release. */
bool
sg_recording_is_usable(const SgRecording *recording)
{
	return recording->is_usable;
}

/* Returns true the first time that it is called for a recording: one warning is enough. */
bool
sg_recording_warns(SgRecording *recording)
{
	bool		warns = !recording->has_warned;

	recording->has_warned = true;
	return warns;
}

/* Returns true if the statement was seen before, and counts it. */
bool
sg_recording_knows(SgRecording *recording, uint64 key)
{
	KnownStatement *statement = hash_search(recording->statements, &key, HASH_FIND, NULL);

	if (statement == NULL)
		return false;
	if (statement->counts)
		recording->counts.statements++;
	return true;
}

/*
 * Returns true if the leaf names a temporary object, which a contract cannot: only
 * their schemas have such names.
 */
static bool
is_temporary(const SgOutlineLeaf *leaf)
{
	ListCell   *cell;

	foreach(cell, leaf->path)
	{
		if (strstr(lfirst(cell), "pg_temp_") != NULL)
			return true;
	}
	return leaf->json != NULL && strstr(leaf->json, "pg_temp_") != NULL;
}

static void
set_pending(SgRecording *recording, KnownItem *known, const SgOutlineLeaf *leaf)
{
	MemoryContext old = MemoryContextSwitchTo(recording->pending_context);
	SgRecordedItem *item = known->pending;
	ListCell   *cell;

	if (item == NULL)
	{
		SG_GROW(recording->pending, recording->npending, recording->capacity);
		item = palloc0(sizeof(SgRecordedItem));
		item->digest = known->digest;
		item->leaf.kind = leaf->kind;
		foreach(cell, leaf->path)
			item->leaf.path = lappend(item->leaf.path, pstrdup(lfirst(cell)));
		recording->pending[recording->npending++] = item;
		known->pending = item;
	}
	item->leaf.json = leaf->json == NULL ? NULL : pstrdup(leaf->json);
	MemoryContextSwitchTo(old);
}

static void
add_item(SgRecording *recording, const SgOutlineLeaf *leaf)
{
	SgDigest	digest;
	SgDigest	value;
	KnownItem  *known;
	bool		found;

	/* so many are pending only if they cannot be written */
	if (is_temporary(leaf) || recording->npending >= MAX_ITEMS)
		return;
	sg_recorded_digest(leaf, &digest);
	sg_digest_sha256(leaf->json == NULL ? "" : leaf->json, leaf->json == NULL ? 0 : strlen(leaf->json), &value);
	if (recording->npending == 0 && hash_get_num_entries(recording->items) >= MAX_ITEMS)
		begin_items(recording);
	known = hash_search(recording->items, &digest, HASH_ENTER, &found);
	if (found && sg_digest_compare(&known->value, &value) == 0)
		return;
	if (!found)
		known->pending = NULL;
	known->value = value;
	set_pending(recording, known, leaf);
}

/*
 * Adds a statement with what it needs; NULL if a contract cannot express that.
 * "key" is NULL if the statement cannot be recognized.  "is_late" means that the
 * session began before the setting.
 */
void
sg_recording_add(SgRecording *recording, const uint64 *key, const SgOutline *needs, bool is_late)
{
	bool		counts = needs != NULL && needs->members != NULL;
	ListCell   *cell;

	foreach(cell, counts ? sg_outline_leaves(needs) : NIL)
		add_item(recording, lfirst(cell));
	if (key != NULL)
	{
		if (hash_get_num_entries(recording->statements) >= MAX_STATEMENTS)
			begin_statements(recording);
		((KnownStatement *) hash_search(recording->statements, key, HASH_ENTER, NULL))->counts = counts;
	}
	if (!counts)
		return;
	recording->counts.statements++;
	if (!recording->is_counted)
	{
		recording->counts.sessions = 1;
		recording->counts.late_sessions = is_late ? 1 : 0;
		recording->is_counted = true;
	}
}

/* Returns true if something should be written soon: an item, or that this session takes part. */
bool
sg_recording_is_pending(const SgRecording *recording)
{
	return recording->npending > 0 || recording->counts.sessions > 0;
}

static int
compare_items(const void *a, const void *b)
{
	return sg_digest_compare(&(*(SgRecordedItem *const *) a)->digest,
							 &(*(SgRecordedItem *const *) b)->digest);
}

/* Writes what is pending, in the order of the digests.  Runs as the owner. */
void
sg_recording_write(void)
{
	for (SgRecording *recording = recordings; recording != NULL; recording = recording->next)
	{
		if (!is_pending(recording))
			continue;
		if (recording->npending > 1)
			qsort(recording->pending, recording->npending, sizeof(SgRecordedItem *), compare_items);
		if (!sg_recorded_add(recording->application, recording->version, &recording->counts,
							 recording->pending, recording->npending))
			recording->is_full = true;
	}
}

/* Called when what was pending is committed. */
void
sg_recording_written(void)
{
	for (SgRecording *recording = recordings; recording != NULL; recording = recording->next)
	{
		for (int i = 0; i < recording->npending; i++)
		{
			KnownItem  *known = hash_search(recording->items, &recording->pending[i]->digest, HASH_FIND, NULL);

			if (known != NULL)
				known->pending = NULL;
		}
		recording->npending = 0;
		MemoryContextReset(recording->pending_context);
		memset(&recording->counts, 0, sizeof(recording->counts));
		if (recording->is_full && sg_recording_warns(recording))
			ereport(WARNING,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("there is no room for all that was recorded for release %s", recording->declared),
					 errdetail("A contract derived from it says less than the release needs.")));
	}
}

/*
 * Adds what is pending of the recording to the contract and the counts.  Returns false
 * if nothing is.
 */
bool
sg_recording_read(const char *application, const char *version, SgRecordedCounts *counts,
				  SgOutline *contract)
{
	SgRecording *recording = recordings;

	while (recording != NULL &&
		   !(recording->is_usable && strcmp(recording->application, application) == 0 &&
			 strcmp(recording->version, version) == 0))
		recording = recording->next;
	if (recording == NULL || recording->counts.statements == 0)
		return false;
	for (int i = 0; i < recording->npending; i++)
		sg_outline_add_leaf(contract, &recording->pending[i]->leaf);
	counts->sessions += recording->counts.sessions;
	counts->late_sessions += recording->counts.late_sessions;
	counts->statements += recording->counts.statements;
	return true;
}

/* Forgets the statements, because the schema may have changed and they may need something else. */
void
sg_recording_forget_statements(void)
{
	for (SgRecording *recording = recordings; recording != NULL; recording = recording->next)
	{
		if (hash_get_num_entries(recording->statements) > 0)
			begin_statements(recording);
	}
}

/* Forgets the items, because a recording may have been removed with what was written. */
void
sg_recording_forget_items(void)
{
	for (SgRecording *recording = recordings; recording != NULL; recording = recording->next)
	{
		begin_items(recording);
		recording->is_counted = recording->counts.sessions > 0;
		for (int i = 0; i < recording->npending; i++)
		{
			SgRecordedItem *item = recording->pending[i];
			const char *json = item->leaf.json == NULL ? "" : item->leaf.json;
			KnownItem  *known = hash_search(recording->items, &item->digest, HASH_ENTER, NULL);

			known->pending = item;
			sg_digest_sha256(json, strlen(json), &known->value);
		}
	}
}
