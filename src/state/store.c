/*
 * state/store.c
 *		Content-addressed blocks and digest lists.
 *
 * A description is stored as a tree: under the root, the list of its buckets'
 * digests; for each bucket, the list of its objects' digests; for each object, its
 * block.  Blocks and lists that are already stored are not written again.
 *
 * Nothing that is read is trusted: every list and every block must have the digest
 * that it is stored under.
 *
 * Batches are written in the order of their digests, so that two transactions that
 * store the same new objects wait for each other but do not deadlock.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "state/digest_column.h"
#include "state/store.h"
#include "support/grow.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

enum TextColumn
{
	TEXT_DIGEST = 1,
	TEXT_TYPE,
	TEXT_IDENTITY,
	TEXT_BLOCK,
	TEXT_COLUMNS = TEXT_BLOCK
};

static const SgTableShape object_text_shape = {
	"object_text", TEXT_COLUMNS, {BYTEAOID, TEXTOID, TEXTOID, TEXTOID}
};

/* a batch ends at whichever comes first */
#define BATCH_OBJECTS 1000
#define BATCH_BYTES (4 * 1024 * 1024)

/* up to this many are inserted without SPI */
#define MAX_SINGLE_INSERTS 32

/* a block to be written, in the writer's context */
typedef struct PendingBlock
{
	SgDigest	digest;			/* sort key, must be first */
	Datum		type;
	Datum		identity;
	Datum		text;
} PendingBlock;

struct SgStoreWriter
{
	MemoryContext context;		/* of the batch; reset after each */
	int			count;
	int			capacity;
	size_t		bytes;
	PendingBlock *blocks;
};

static Datum
array_datum(Datum *elements, int count, Oid type)
{
	return PointerGetDatum(construct_array(elements, count, type, -1, false, TYPALIGN_INT));
}

/* Returns digests as a bytea[]. */
static Datum
digests_datum(const SgDigest *digests, int count)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
		elements[i] = sg_digest_datum(&digests[i]);
	return array_datum(elements, count, BYTEAOID);
}

static void
corrupted(const SgDigest *digest, const char *problem)
{
	char		hex[SG_DIGEST_HEX_LEN + 1];

	sg_digest_to_hex(digest, hex);
	hex[SG_DIGEST_HEX_LEN] = '\0';
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("schema_guard's store is damaged: %s %s", problem, hex)));
}

/* Starts collecting blocks, in a child of the current memory context. */
SgStoreWriter *
sg_store_writer_begin(void)
{
	SgStoreWriter *writer = palloc(sizeof(SgStoreWriter));

	writer->context = AllocSetContextCreate(CurrentMemoryContext, "schema_guard store writer",
											ALLOCSET_DEFAULT_SIZES);
	writer->count = 0;
	writer->capacity = 8;		/* a commit usually adds few */
	writer->bytes = 0;
	writer->blocks = palloc(sizeof(PendingBlock) * writer->capacity);
	return writer;
}

/* Inserts the batch by one statement, which waits for transactions that insert the same. */
static void
insert_batch(SgStoreWriter *writer)
{
	static const Oid types[] = {BYTEAARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID};
	Datum	   *columns[4];
	Datum		values[4];

	for (int c = 0; c < 4; c++)
		columns[c] = palloc(sizeof(Datum) * writer->count);
	for (int i = 0; i < writer->count; i++)
	{
		columns[0][i] = sg_digest_datum(&writer->blocks[i].digest);
		columns[1][i] = writer->blocks[i].type;
		columns[2][i] = writer->blocks[i].identity;
		columns[3][i] = writer->blocks[i].text;
	}
	for (int c = 0; c < 4; c++)
		values[c] = array_datum(columns[c], writer->count, c == 0 ? BYTEAOID : TEXTOID);

	(void) sg_spi_execute("INSERT INTO schema_guard.object_text (digest, object_type, object_identity, block)"
				   " SELECT * FROM unnest($1, $2, $3, $4)"
				   " ON CONFLICT DO NOTHING", 4, types, values, NULL);
}

/*
 * Returns false if another transaction has just inserted or deleted the same block, and
 * may still be running.  Nobody holds a lock on what is not stored yet: whoever imports or
 * captures writes blocks without the publish lock.
 */
static bool
insert_block(SgTable *table, PendingBlock *block)
{
	SgTableKey	key = {TEXT_DIGEST, BTEqualStrategyNumber, F_BYTEAEQ, sg_digest_datum(&block->digest)};
	SnapshotData dirty;
	SysScanDesc scan;
	HeapTuple	found;
	Datum		values[TEXT_COLUMNS] = {key.value, block->type, block->identity, block->text};
	bool		nulls[TEXT_COLUMNS] = {0};

	InitDirtySnapshot(dirty);
	table->snapshot = &dirty;
	scan = sg_table_scan(table, "object_text_pkey", 1, &key);
	found = systable_getnext(scan);
	systable_endscan(scan);
	table->snapshot = SnapshotSelf;
	if (HeapTupleIsValid(found))
		return !TransactionIdIsValid(dirty.xmin) && !TransactionIdIsValid(dirty.xmax);
	return sg_table_insert_new(table, values, nulls);
}

/* Inserts the batch block by block, which is faster for the few that a commit adds. */
static bool
insert_few(SgStoreWriter *writer)
{
	SgTable		table;
	bool		done = true;

	sg_table_open(&table, &object_text_shape, RowExclusiveLock);
	for (int i = 0; i < writer->count && done; i++)
		done = insert_block(&table, &writer->blocks[i]);
	sg_table_close(&table);
	return done;
}

static void
flush(SgStoreWriter *writer)
{
	MemoryContext old = MemoryContextSwitchTo(writer->context);

	qsort(writer->blocks, writer->count, sizeof(PendingBlock), sg_digest_compare);
	if (writer->count > MAX_SINGLE_INSERTS || !insert_few(writer))
		insert_batch(writer);
	MemoryContextSwitchTo(old);
	MemoryContextReset(writer->context);
	writer->count = 0;
	writer->bytes = 0;
}

/* Adds a block, which is copied. */
void
sg_store_writer_add_block(SgStoreWriter *writer, const SgBlock *block)
{
	MemoryContext old = MemoryContextSwitchTo(writer->context);
	PendingBlock *pending;

	SG_GROW(writer->blocks, writer->count, writer->capacity);
	pending = &writer->blocks[writer->count++];
	pending->digest = block->digest;
	pending->type = CStringGetTextDatum(block->type);
	pending->identity = sg_text_datum(block->identity);
	pending->text = PointerGetDatum(cstring_to_text_with_len(block->text, (int) block->len));
	MemoryContextSwitchTo(old);
	writer->bytes += block->len;
	if (writer->count >= BATCH_OBJECTS || writer->bytes >= BATCH_BYTES)
		flush(writer);
}

/* The same for the block of an object. */
void
sg_store_writer_add(SgStoreWriter *writer, const SgObject *object,
					const char *block, const SgDigest *digest)
{
	SgBlock		whole = {0};

	whole.type = object->type;
	whole.identity = object->identity;
	whole.text = block;
	whole.len = strlen(block);
	whole.digest = *digest;
	sg_store_writer_add_block(writer, &whole);
}

/* Writes the last batch and frees the writer. */
void
sg_store_writer_end(SgStoreWriter *writer)
{
	flush(writer);
	MemoryContextDelete(writer->context);
	pfree(writer->blocks);
	pfree(writer);
}

/*
 * Stores the lists of the tree that are not stored yet, and returns its root.  A
 * writer stores the blocks.
 */
void
sg_store_tree(SgDigestTree *tree, SgDigest *root)
{
	static const Oid types[] = {BYTEAARRAYOID, BYTEAARRAYOID};
	SgDigest	used[SG_BUCKETS];
	Datum		digests[SG_BUCKETS + 1];
	Datum		lists[SG_BUCKETS + 1];
	Datum		values[2];
	int			nused = 0;
	int			count = 0;

	sg_digest_tree_root(tree, root);
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		const SgDigestSet *bucket = &tree->buckets[i];

		if (bucket->count > 0)
			used[nused++] = tree->digests[i];
		if (bucket->count > 0 && tree->unstored[i])
		{
			digests[count] = sg_digest_datum(&tree->digests[i]);
			lists[count++] = sg_digest_list_datum(bucket->members, bucket->count);
		}
		tree->unstored[i] = false;
	}
	digests[count] = sg_digest_datum(root);
	lists[count++] = sg_digest_list_datum(used, nused);

	values[0] = array_datum(digests, count, BYTEAOID);
	values[1] = array_datum(lists, count, BYTEAOID);
	(void) sg_spi_execute("INSERT INTO schema_guard.digest_list (digest, members)"
				   " SELECT l.digest, l.members"
				   " FROM unnest($1, $2) AS l (digest, members)"
				   " ORDER BY l.digest"
				   " ON CONFLICT DO NOTHING", 2, types, values, NULL);
}

/* Appends the members of the lists with these digests, which are distinct, to the set. */
void
sg_store_load_lists(const SgDigest *digests, int count, SgDigestSet *set)
{
	static const Oid types[] = {BYTEAARRAYOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value;
	uint64		rows;

	if (count == 0)
		return;
	sg_spi_connect();
	value = digests_datum(digests, count);
	rows = sg_spi_query("SELECT digest, members FROM schema_guard.digest_list"
						" WHERE digest = ANY ($1)", 1, types, &value, NULL);
	MemoryContextSwitchTo(caller);
	if (rows != (uint64) count)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("schema_guard's store is damaged: of %d lists of digests there are " UINT64_FORMAT,
						count, rows)));
	for (uint64 i = 0; i < rows; i++)
	{
		bool		isnull;
		int			count_before = set->count;
		Datum		members = sg_spi_value(i, 2, &isnull);
		int			nmembers = isnull ? 0 : sg_digest_set_add_datum(set, members);
		SgDigest	stored;
		SgDigest	computed;

		sg_digest_list(set->members + count_before, nmembers, &computed);
		if (!sg_digest_of_row(i, 1, &stored) || sg_digest_compare(&computed, &stored) != 0)
			corrupted(&computed, "a list does not have the digest that it is stored under but");
	}
	sg_spi_finish();
}

/* Loads the digests of all objects under a root, sorted. */
void
sg_store_load_tree(const SgDigest *root, SgDigestSet *set)
{
	SgDigestSet buckets;

	sg_digest_set_init(&buckets);
	sg_store_load_lists(root, 1, &buckets);
	sg_digest_set_init(set);
	sg_store_load_lists(buckets.members, buckets.count, set);
	sg_digest_set_sort(set);
}

/* Loads the digests of objects that are under only one of two roots.  Reads only lists that differ. */
void
sg_store_load_tree_difference(const SgDigest *left, const SgDigest *right,
							  SgDigestSet *only_left, SgDigestSet *only_right)
{
	SgDigestSet left_buckets;
	SgDigestSet right_buckets;

	sg_digest_set_init(&left_buckets);
	sg_digest_set_init(&right_buckets);
	sg_store_load_lists(left, 1, &left_buckets);
	sg_store_load_lists(right, 1, &right_buckets);
	sg_digest_set_sort(&left_buckets);
	sg_digest_set_sort(&right_buckets);
	sg_digest_sets_drop_common(&left_buckets, &right_buckets);

	sg_digest_set_init(only_left);
	sg_digest_set_init(only_right);
	sg_store_load_lists(left_buckets.members, left_buckets.count, only_left);
	sg_store_load_lists(right_buckets.members, right_buckets.count, only_right);
	sg_digest_set_sort(only_left);
	sg_digest_set_sort(only_right);
	sg_digest_sets_drop_common(only_left, only_right);
}

/* a digest to look up, and where to put its block */
typedef struct WantedBlock
{
	SgDigest	digest;			/* sort key, must be first */
	SgBlock    *block;
} WantedBlock;

/* Copies a row's block, after checking its digest. */
static void
fill_wanted(const WantedBlock *wanted, const SgTable *table, HeapTuple tuple)
{
	char	   *copy = sg_table_required_text(table, tuple, TEXT_BLOCK);
	SgDigest	digest;

	sg_digest_block(copy, strlen(copy), &digest);
	if (sg_digest_compare(&digest, &wanted->digest) != 0)
		corrupted(&digest, "an object does not have the digest that it is stored under but");
	wanted->block->text = copy;
	wanted->block->len = strlen(copy);
	wanted->block->digest = digest;
}

/* Loads one block, in the current memory context. */
static void
load_block(SgTable *table, const WantedBlock *wanted)
{
	SgTableKey	key = {TEXT_DIGEST, BTEqualStrategyNumber, F_BYTEAEQ, sg_digest_datum(&wanted->digest)};
	SysScanDesc scan = sg_table_scan(table, "object_text_pkey", 1, &key);
	HeapTuple	tuple = systable_getnext(scan);

	if (!HeapTupleIsValid(tuple))
		corrupted(&wanted->digest, "there is no object");
	fill_wanted(wanted, table, tuple);
	systable_endscan(scan);
}

/*
 * Loads blocks by their digests, in the same order.  The same digest may occur more
 * than once.  Does not fill in types and identities.
 */
SgBlock *
sg_store_load_blocks(const SgDigest *digests, int count)
{
	SgBlock    *blocks = palloc_extended(sizeof(SgBlock) * Max(count, 1),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	WantedBlock *wanted = palloc_extended(sizeof(WantedBlock) * Max(count, 1), MCXT_ALLOC_HUGE);
	SgTable		table;

	for (int i = 0; i < count; i++)
	{
		wanted[i].digest = digests[i];
		wanted[i].block = &blocks[i];
	}
	qsort(wanted, count, sizeof(WantedBlock), sg_digest_compare);
	sg_table_open(&table, &object_text_shape, AccessShareLock);
	/* safe, because its rows are never updated */
	sg_table_read_self(&table);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && sg_digest_compare(&wanted[i - 1], &wanted[i]) == 0)
			*wanted[i].block = *wanted[i - 1].block;
		else
			load_block(&table, &wanted[i]);
	}
	sg_table_close(&table);
	pfree(wanted);
	return blocks;
}

/* Loads objects by their digests, in the same order. */
SgObject **
sg_store_load_objects(const SgDigest *digests, int count)
{
	SgBlock    *blocks = sg_store_load_blocks(digests, count);
	SgObject  **objects = palloc_extended(sizeof(SgObject *) * Max(count, 1), MCXT_ALLOC_HUGE);

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		objects[i] = sg_block_parse(blocks[i].text, blocks[i].len);
	}
	return objects;
}

/* Loads one object. */
SgObject *
sg_store_load_object(const SgDigest *digest)
{
	return sg_store_load_objects(digest, 1)[0];
}
