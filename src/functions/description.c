/*
 * functions/description.c
 *		fingerprint() and describe().
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "description/scope.h"
#include "format/block.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "format/scope_rules.h"
#include "functions/arguments.h"
#include "functions/rows.h"
#include "state/live_describe.h"
#include "support/compat.h"
#include "support/grow.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_fingerprint);
SG_FUNCTION(schema_guard_describe);

/* Returns the facets that an argument names, or the guarded ones if it is null. */
static SgFacetSet
facets_argument(FunctionCallInfo fcinfo, int argument)
{
	if (!PG_ARGISNULL(argument))
		return sg_facet_set_of_array(PG_GETARG_ARRAYTYPE_P(argument));
	return sg_scope_facets();
}

/* what computing a fingerprint accumulates */
typedef struct FingerprintState
{
	SgDigestSet digests;
	StringInfoData block;
	SgFacetSet	facets;
} FingerprintState;

/* SgLiveRestart */
static void
forget_digests(void *arg)
{
	((FingerprintState *) arg)->digests.count = 0;
}

/* SgObjectReceiver */
static void
add_digest(SgObject *object, void *arg)
{
	FingerprintState *state = arg;
	SgDigest	digest;

	sg_block_render(&state->block, object, state->facets, &digest);
	sg_digest_set_add(&state->digests, &digest);
}

/* fingerprint(facets text[], schema_name name) returns text */
Datum
schema_guard_fingerprint(PG_FUNCTION_ARGS)
{
	SgDescribeOptions options = {0};
	FingerprintState state;
	SgDigest	root;

	options.facets = facets_argument(fcinfo, 0);
	if (!PG_ARGISNULL(1))
	{
		options.schema = get_namespace_oid(NameStr(*PG_GETARG_NAME(1)), true);
		if (!OidIsValid(options.schema))
			sg_argument_undefined("schema", ERRCODE_UNDEFINED_SCHEMA, NameStr(*PG_GETARG_NAME(1)));
	}
	state.facets = options.facets;
	sg_digest_set_init(&state.digests);
	initStringInfo(&state.block);

	sg_live_describe(&options, add_digest, forget_digests, &state);
	sg_digest_set_sort(&state.digests);
	sg_digest_root(&state.digests, &root);
	PG_RETURN_TEXT_P(cstring_to_text(sg_fingerprint_text(&root)));
}

/* an object with the header line by which descriptions are sorted */
typedef struct SortableObject
{
	const char *header;
	SgObject   *object;
} SortableObject;

/* what describe() accumulates */
typedef struct DescribeState
{
	MemoryContext context;
	const char *pattern;		/* or NULL */
	int			count;
	int			capacity;
	SortableObject *objects;
} DescribeState;

/* SgLiveRestart */
static void
forget_objects(void *arg)
{
	((DescribeState *) arg)->count = 0;
}

/* SgObjectReceiver */
static void
keep_object(SgObject *object, void *arg)
{
	DescribeState *state = arg;
	StringInfoData header;
	MemoryContext old;

	if (state->pattern != NULL && !sg_scope_pattern_matches(state->pattern, object->identity))
		return;
	old = MemoryContextSwitchTo(state->context);
	SG_GROW(state->objects, state->count, state->capacity);
	initStringInfo(&header);
	sg_block_write_header(&header, object->type, object->identity);
	state->objects[state->count].header = header.data;
	state->objects[state->count++].object = sg_object_copy(object);
	MemoryContextSwitchTo(old);
}

static int
compare_headers(const void *a, const void *b)
{
	const char *left = ((const SortableObject *) a)->header;
	const char *right = ((const SortableObject *) b)->header;

	return sg_text_compare(left, strlen(left), right, strlen(right));
}

/* Adds a row for each item.  An object without items is one row, which says that it exists. */
static void
put_object(SgRows *rows, const SgObject *object, SgFacetSet facets)
{
	Datum		values[5] = {
		CStringGetTextDatum(object->type),
		sg_text_datum(object->identity),
		CStringGetTextDatum(sg_facet_name(SG_FACET_STRUCTURE))
	};
	bool		nulls[5] = {false, false, false, true, true};
	bool		shown = false;

	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];

		if ((facets & SG_FACET_BIT(item->facet)) == 0)
			continue;
		values[2] = CStringGetTextDatum(sg_facet_name(item->facet));
		values[3] = sg_text_datum(item->attribute);
		values[4] = sg_text_datum(item->definition);
		nulls[3] = nulls[4] = false;
		sg_rows_add(rows, values, nulls);
		shown = true;
	}
	if (!shown)
		sg_rows_add(rows, values, nulls);
}

/* describe(object_pattern text, facets text[]) returns setof record */
Datum
schema_guard_describe(PG_FUNCTION_ARGS)
{
	SgDescribeOptions options = {0};
	DescribeState state = {.context = CurrentMemoryContext, .capacity = 256};
	SgRows		rows;

	sg_rows_begin(&rows, fcinfo);
	options.facets = facets_argument(fcinfo, 1);
	if (!PG_ARGISNULL(0))
		state.pattern = text_to_cstring(PG_GETARG_TEXT_PP(0));

	state.objects = palloc(sizeof(SortableObject) * state.capacity);
	sg_live_describe(&options, keep_object, forget_objects, &state);
	qsort(state.objects, state.count, sizeof(SortableObject), compare_headers);
	for (int i = 0; i < state.count; i++)
		put_object(&rows, state.objects[i].object, options.facets);
	return (Datum) 0;
}
