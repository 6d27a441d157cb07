/*
 * snapshots/capture.c
 *		The live schema as blocks, for snapshots and schema files.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "description/scope.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "snapshots/capture.h"
#include "state/live_describe.h"
#include "support/grow.h"
#include "support/progress.h"

typedef struct Capture
{
	MemoryContext context;		/* where the blocks go */
	SgDescription *schema;
	int			capacity;
	StringInfoData buf;
	SgDigestSet digests;
} Capture;

/* SgLiveRestart */
static void
forget_objects(void *arg)
{
	Capture    *capture = arg;

	capture->schema->nobjects = 0;
	capture->digests.count = 0;
}

/* SgObjectReceiver */
static void
receive_object(SgObject *object, void *arg)
{
	Capture    *capture = arg;
	SgDescription *schema = capture->schema;
	SgBlock    *block;
	SgDigest	digest;
	MemoryContext old;

	sg_block_render(&capture->buf, object, schema->facets, &digest);

	old = MemoryContextSwitchTo(capture->context);
	SG_GROW(schema->blocks, schema->nobjects, capture->capacity);
	block = &schema->blocks[schema->nobjects++];
	block->type = object->type;
	block->identity = pstrdup(object->identity);
	block->text = pnstrdup(capture->buf.data, capture->buf.len);
	block->len = capture->buf.len;
	block->digest = digest;
	sg_digest_set_add(&capture->digests, &digest);
	MemoryContextSwitchTo(old);
	sg_progress("described", schema->nobjects);
}

/*
 * Describes the live schema in the guarded facets and the configured scope.  Must be
 * called as the extension's owner; takes locks as sg_describe_all() does.  The result
 * is in the current memory context; the blocks are sorted.
 */
SgDescription *
sg_capture_live(void)
{
	SgDescribeOptions options = {0};
	Capture		capture = {0};
	SgDescription *schema = palloc0(sizeof(SgDescription));
	SgDigest	root;

	capture.context = CurrentMemoryContext;
	capture.schema = schema;
	capture.capacity = 1024;
	schema->blocks = palloc(sizeof(SgBlock) * capture.capacity);
	schema->facets = sg_scope_facets();
	schema->exclusions = sg_scope_exclusions();

	initStringInfo(&capture.buf);
	sg_digest_set_init(&capture.digests);
	options.facets = schema->facets;
	sg_live_describe(&options, receive_object, forget_objects, &capture);
	sg_progress_end();
	pfree(capture.buf.data);

	sg_blocks_sort(schema->blocks, schema->nobjects);
	sg_digest_set_sort(&capture.digests);
	sg_digest_root(&capture.digests, &root);
	strlcpy(schema->fingerprint, sg_fingerprint_text(&root), sizeof(schema->fingerprint));
	return schema;
}
