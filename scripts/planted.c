/*
 * planted.c
 *		Faults, one for each kind that a tool of test-sanitizers finds: it has to find them before
 *		it is believed that there are none.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(planted);

/* so that the compiler does not see through it */
static volatile int hundred = 100;
static volatile int largest = INT_MAX;

/* planted(kind text) returns integer */
Datum
planted(PG_FUNCTION_ARGS)
{
	char	   *kind = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char		on_stack[100];
	char	   *piece = palloc(hundred);
	volatile int result = 0;

	memset(on_stack, 1, sizeof(on_stack));
	if (strcmp(kind, "uninitialized") != 0)
		memset(piece, 1, hundred);
	if (strcmp(kind, "beyond") == 0)
		result = piece[hundred];
	else if (strcmp(kind, "freed") == 0)
	{
		pfree(piece);
		result = piece[hundred / 2];
	}
	else if (strcmp(kind, "context") == 0)
	{
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "planted", ALLOCSET_DEFAULT_SIZES);

		piece = MemoryContextAllocZero(context, hundred);
		MemoryContextDelete(context);
		result = piece[hundred / 2];
	}
	else if (strcmp(kind, "stack") == 0)
		result = on_stack[hundred];
	else if (strcmp(kind, "overflow") == 0)
		result = largest + 1;
	else if (strcmp(kind, "uninitialized") == 0 && piece[hundred / 2] == 2)
		result = 1;
	PG_RETURN_INT32(result != 0);
}
