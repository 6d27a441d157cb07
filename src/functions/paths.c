/*
 * functions/paths.c
 *		export_path() and import_path().
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "approvals/path.h"
#include "format/pathfile.h"
#include "functions/arguments.h"
#include "journal/path_export.h"
#include "snapshots/snapshot.h"
#include "state/store.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_export_path);
SG_FUNCTION(schema_guard_import_path);

/* a state of a path that is being imported */
typedef struct State
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	List	   *statements;		/* of char *, that led there */
} State;

/* export_path(from text, to text) returns text */
Datum
schema_guard_export_path(PG_FUNCTION_ARGS)
{
	char	   *from = sg_argument_optional_text(fcinfo, 0);
	char	   *to = sg_argument_optional_text(fcinfo, 1);

	sg_extension_require_version();
	PG_RETURN_TEXT_P(cstring_to_text(sg_path_export(from, to)));
}

/* Stores the blocks that are new in the state that was read last from the file. */
static void
store_blocks(SgStoreWriter *writer, const SgPathReader *path)
{
	ListCell   *lc;

	if (path->step == 0)
	{
		for (int i = 0; i < path->schema->nobjects; i++)
			sg_store_writer_add_block(writer, &path->schema->blocks[i]);
	}
	foreach(lc, path->changes)
	{
		const SgBlockPair *change = lfirst(lc);

		if (change->after != NULL)
			sg_store_writer_add_block(writer, change->after);
	}
}

/* Stores that state as a snapshot. */
static State *
store_state(SgStoreWriter *writer, const SgPathReader *path, const char *name)
{
	State	   *state = palloc(sizeof(State));

	store_blocks(writer, path);
	sg_snapshot_create_of(psprintf("%s/%d", name, path->step), NULL, "import", path->schema, path->tree);
	strlcpy(state->fingerprint, path->schema->fingerprint, sizeof(state->fingerprint));
	state->statements = path->statements;
	return state;
}

static void
check_name(const char *name)
{
	sg_path_check_name(name);
	if (sg_path_exists(name))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("path \"%s\" already exists", name),
				 errhint("Choose another name; paths are never overwritten.")));
	if (sg_snapshot_exists(name))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("a snapshot has the name \"%s\"", name),
				 errhint("Choose another name for the path.")));
}

/* import_path(path_file text, name text) returns text */
Datum
schema_guard_import_path(PG_FUNCTION_ARGS)
{
	char	   *name;
	text	   *file;
	SgPathReader *path;
	SgStoreWriter *writer;
	List	   *states = NIL;
	List	   *fingerprints = NIL;
	int64		path_id;
	ListCell   *lc;

	sg_argument_require(fcinfo, 0, "path_file");
	file = PG_GETARG_TEXT_PP(0);
	name = sg_argument_text(fcinfo, 1, "name");
	sg_extension_require_version();
	check_name(name);
	path = sg_pathfile_open(VARDATA_ANY(file), VARSIZE_ANY_EXHDR(file));
	sg_snapshot_warn_of_scope(path->schema);
	writer = sg_store_writer_begin();
	do
	{
		CHECK_FOR_INTERRUPTS();
		states = lappend(states, store_state(writer, path, name));
		fingerprints = lappend(fingerprints, ((State *) llast(states))->fingerprint);
	} while (sg_pathfile_next(path));
	sg_store_writer_end(writer);

	path_id = sg_path_create(name, fingerprints);
	foreach(lc, states)
	{
		const State *state = lfirst(lc);

		sg_path_add_step(path_id, foreach_current_index(lc), state->fingerprint, state->statements);
	}
	sg_path_notice_apart(path_id, name);
	PG_RETURN_TEXT_P(cstring_to_text(llast(fingerprints)));
}
