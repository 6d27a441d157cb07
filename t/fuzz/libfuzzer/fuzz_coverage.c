/*
 * fuzz_coverage.c
 *		libFuzzer within a backend: inputs that are chosen by the code of the extension that they reach.
 *
 * A module for tests alone (scripts/fuzz-coverage), which is linked with libFuzzer and is loaded before
 * the extension, which is built to count what runs.  fuzz.cover() starts libFuzzer, which calls back with
 * each input; the input goes to fuzz.try() (t/fuzz/setup.sql), whose answer says what is wrong.  A crash, a
 * failed assertion and damaged memory end the backend: libFuzzer leaves the input in a file.  What the
 * answer says is wrong is left in a file as well, and libFuzzer goes on.
 *
 * libFuzzer runs in the only thread that PostgreSQL knows; what would start another is off (the limit of
 * memory, for which there is a check here).  It ends with exit(), as a backend does.
 */
#include "postgres.h"

#include <signal.h>
#include <sys/time.h>

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timeout.h"

PG_MODULE_MAGIC;

/* after which an input is cancelled, and after which CPU time the backend ends that did not notice */
#define PATIENCE_MS 10000
#define PATIENCE_SECONDS 60
/* after so many inputs, everything is cached that there is to cache; the backend may grow by so much then */
#define WARM_AFTER 5000
#define MAY_GROW_BY (256 * 1024 * 1024)
/* files that are kept of what looks the same, and of all */
#define KEPT_OF_A_KIND 3
#define KEPT 100
/* what of an answer tells that two look the same */
#define LOOKS_LEN 60

/* LLVMFuzzerRunDriver(), LLVMFuzzerMutate(): libFuzzer's, for which there is no header in Debian */
typedef int (*Callback) (const uint8 *data, size_t size);
extern int	LLVMFuzzerRunDriver(int *argc, char ***argv, Callback callback);
extern size_t LLVMFuzzerMutate(uint8 *data, size_t size, size_t max_size);
extern size_t LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t max_size, unsigned int seed);

extern void _PG_init(void);

PG_FUNCTION_INFO_V1(fuzz_cover);

/* what is being fuzzed: the kind of input, where findings go, the call, and the memory of one input */
static text *kind;
static char *findings;
static SPIPlanPtr plan;
static MemoryContext input_context;

/* how the answers look that were found wrong */
static char looks[KEPT][LOOKS_LEN + 1];
static int	nlooks = 0;

/* PostgreSQL's handler of its timeouts, which libFuzzer replaces */
static struct sigaction timeout_handler;

static emit_log_hook_type previous_emit_log_hook = NULL;

/* What is no text is made one: no zero bytes, and UTF-8. */
static void
make_text(uint8 *data, size_t size)
{
	for (size_t at = 0; at < size;)
	{
		int			len = pg_utf_mblen(data + at);

		if (data[at] == '\0' || (size_t) len > size - at || !pg_utf8_islegal(data + at, len))
		{
			data[at] = data[at] == '\0' ? ' ' : '?';
			len = 1;
		}
		at += len;
	}
}

/* libFuzzer calls it, because it is there. */
size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t max_size, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	make_text(data, size);
	return size;
}

/* Does the answer say that something is wrong?  As Fuzz::is_wrong(). */
static bool
is_wrong(const char *answer)
{
	static const char *const wrong[] = {"WRONG", "rejected: XX", "rejected: 57014", "rejected: 53", "gone"};

	for (int i = 0; i < lengthof(wrong); i++)
	{
		if (strncmp(answer, wrong[i], strlen(wrong[i])) == 0)
			return true;
	}
	return false;
}

/* Returns how many answers that look like this one there were before, and remembers it. */
static int
looks_like(const char *answer)
{
	int			nalike = 0;
	int			len = 0;

	if (nlooks == KEPT)
		return KEPT;
	/* names and numbers differ from one input to the next */
	for (; *answer != '\0' && *answer != '"' && len < LOOKS_LEN; answer++)
	{
		if (*answer < '0' || *answer > '9')
			looks[nlooks][len++] = *answer;
	}
	looks[nlooks][len] = '\0';
	for (int i = 0; i < nlooks; i++)
		nalike += strcmp(looks[i], looks[nlooks]) == 0;
	nlooks++;
	return nalike;
}

/* Leaves the input in a file. */
static void
keep(const uint8 *data, size_t size, const char *answer)
{
	char	   *path;
	FILE	   *file;

	if (looks_like(answer) >= KEPT_OF_A_KIND)
		return;
	path = psprintf("%swrong-%s-%d", findings, text_to_cstring(kind), nlooks);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0)
		ereport(FATAL, (errcode_for_file_access(), errmsg("could not write \"%s\": %m", path)));
	fprintf(stderr, "wrong: %s: %s\n", path, answer);
}

/* Calls fuzz.try().  Everything that it does is undone; an error that it did not catch is an answer as well. */
static char *
answer_to(const uint8 *data, size_t size)
{
	ResourceOwner owner = CurrentResourceOwner;
	Datum		arguments[2];
	char	   *volatile answer = NULL;

	arguments[0] = PointerGetDatum(kind);
	arguments[1] = PointerGetDatum(cstring_to_text_with_len((const char *) data, size));
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(input_context);
	PG_TRY();
	{
		char	   *value;

		if (SPI_execute_plan(plan, arguments, NULL, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
			elog(ERROR, "fuzz.try() returned nothing");
		value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		answer = MemoryContextStrdup(input_context, value != NULL ? value : "gone: no answer");
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(input_context);
		error = CopyErrorData();
		FlushErrorState();
		answer = psprintf("rejected: %s %s", unpack_sql_state(error->sqlerrcode), error->message);
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	CurrentResourceOwner = owner;
	return answer;
}

/* The same with a limit of time, and of processor time for code that does not ask whether it is cancelled. */
static char *
answer_in_time(const uint8 *data, size_t size)
{
	struct itimerval patience = {{0, 0}, {PATIENCE_SECONDS, 0}};
	char	   *answer;

	setitimer(ITIMER_PROF, &patience, NULL);
	enable_timeout_after(STATEMENT_TIMEOUT, PATIENCE_MS);
	answer = answer_to(data, size);
	disable_timeout(STATEMENT_TIMEOUT, false);
	/* it may have come too late to be noticed */
	QueryCancelPending = false;
	patience.it_value.tv_sec = 0;
	setitimer(ITIMER_PROF, &patience, NULL);
	return answer;
}

/* What an input leaves behind must not add up. */
static void
check_memory(void)
{
	static int	ninputs = 0;
	static Size warm = 0;

	if (++ninputs % WARM_AFTER != 0)
		return;
	if (warm == 0)
		warm = MemoryContextMemAllocated(TopMemoryContext, true);
	if (MemoryContextMemAllocated(TopMemoryContext, true) > warm + MAY_GROW_BY)
	{
		fprintf(stderr, "the backend grows without end\n");
		MemoryContextStats(TopMemoryContext);
		abort();
	}
}

/* libFuzzer's callback: tries an input. */
static int
try(const uint8 *data, size_t size)
{
	char	   *answer;

	if (pg_encoding_verifymbstr(PG_UTF8, (const char *) data, size) != size || memchr(data, '\0', size) != NULL)
		return 0;
	MemoryContextSwitchTo(input_context);
	sigaction(SIGALRM, &timeout_handler, NULL);
	answer = answer_in_time(data, size);
	if (is_wrong(answer))
		keep(data, size, answer);
	MemoryContextReset(input_context);
	check_memory();
	return 0;
}

static void
give_up(SIGNAL_ARGS)
{
	abort();
}

/*
 * A server with assertions warns of what was written past the end of its memory.  What else
 * there is below errors, such as what each contract does not fit, is not for the log.
 */
static void
watch_log(ErrorData *edata)
{
	if (edata->elevel == WARNING && edata->message != NULL && strncmp(edata->message, "problem in alloc set", 20) == 0)
	{
		fprintf(stderr, "%s\n", edata->message);
		abort();
	}
	if (edata->elevel < ERROR)
		edata->output_to_server = false;
	if (previous_emit_log_hook != NULL)
		previous_emit_log_hook(edata);
}

/*
 * fuzz.cover(kind text, findings text, arguments text[])
 *		Does not return: the backend ends when libFuzzer does.  "findings" is what the names of files begin with.
 */
Datum
fuzz_cover(PG_FUNCTION_ARGS)
{
	static Oid	types[] = {TEXTOID, TEXTOID};
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(2);
	Datum	   *elements;
	int			nelements;
	int			argc = 0;
	char	  **argv;

	kind = PG_GETARG_TEXT_PP(0);
	findings = text_to_cstring(PG_GETARG_TEXT_PP(1));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &nelements);
	argv = palloc0(sizeof(char *) * (nelements + 2));
	argv[argc++] = "fuzz_coverage";
	for (int i = 0; i < nelements; i++)
		argv[argc++] = TextDatumGetCString(elements[i]);

	/* libFuzzer says how much there is to reach of what is there when it starts */
	load_file("schema_guard", false);
	SPI_connect();
	plan = SPI_prepare("SELECT fuzz.try($1, $2)", lengthof(types), types);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "fuzz.try() could not be prepared");
	input_context = AllocSetContextCreate(TopTransactionContext, "fuzz input", ALLOCSET_DEFAULT_SIZES);
	sigaction(SIGALRM, NULL, &timeout_handler);
	pqsignal(SIGPROF, give_up);

	exit(LLVMFuzzerRunDriver(&argc, &argv, try));
}

void
_PG_init(void)
{
	previous_emit_log_hook = emit_log_hook;
	emit_log_hook = watch_log;
}
