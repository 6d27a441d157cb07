/*
 * gate/statement_text.c
 *		The text of a DDL statement as the journal keeps it.
 *
 * An event trigger gets the parse tree and the command tag, but not the text.  The
 * text is cut out of the client's query string: the string is parsed once more
 * (raw: no catalog is looked at) and the statement whose tree is equal is the one
 * that runs.  A statement that is not found there runs inside something else: a
 * function, a DO block, an extension's script.  Of that the command tag is kept,
 * and what it ran inside.
 *
 * No secrets: statements whose options may hold a password are kept as their
 * command tag alone; the changes beside it say what they did.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "parser/scansup.h"
#include "tcop/cmdtag.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "gate/statement_text.h"
#include "support/compat.h"
#include "support/secret.h"
#include "support/text.h"

/*
 * The client's query string, parsed.  The statements of a string are looked for in
 * their order, so that equal ones are told apart.
 */
static struct
{
	MemoryContext context;		/* NULL: nothing parsed */
	const char *source;
	TimestampTz started;
	List	   *statements;		/* of RawStmt; NIL if it cannot be parsed again */
	int			next;
}			parsed;

static void
forget(void)
{
	if (parsed.context != NULL)
		MemoryContextDelete(parsed.context);
	memset(&parsed, 0, sizeof(parsed));
}

/*
 * Returns true if what is parsed is the string that runs.  Its address alone does not tell: the
 * next string may have the same one, but then the client has sent it later.
 */
static bool
is_parsed(void)
{
	return parsed.context != NULL && debug_query_string != NULL && parsed.source == debug_query_string &&
		parsed.started == GetCurrentStatementStartTimestamp();
}

/* Returns true if the string has more than transaction control after the statement that was found last. */
static bool
has_more(void)
{
	for (int n = parsed.next; n < list_length(parsed.statements); n++)
	{
		if (!IsA(list_nth_node(RawStmt, parsed.statements, n)->stmt, TransactionStmt))
			return true;
	}
	return false;
}

/*
 * Forgets the parsed string, at the end of a transaction; unless others follow in the same string,
 * which may have thousands.  After an error, the server has no string.
 */
void
sg_statement_transaction_end(void)
{
	if (!is_parsed() || !has_more())
		forget();
}

/*
 * Parses the string.  The server has parsed it before, but settings may have changed
 * since, by a SET earlier in the string: so errors are ignored, and warnings would
 * only be repeated.
 */
static List *
parse_again(const char *source)
{
	List	   *statements = NIL;
	int		   *log_level = &sg_compat_log_min_messages();
	int			saved_client = client_min_messages;
	int			saved_log = *log_level;
	MemoryContext context = CurrentMemoryContext;

	client_min_messages = Max(client_min_messages, ERROR);
	*log_level = Max(*log_level, ERROR);
	PG_TRY();
	{
		statements = pg_parse_query(source);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
		statements = NIL;
	}
	PG_END_TRY();
	client_min_messages = saved_client;
	*log_level = saved_log;
	return statements;
}

static void
parse_source(void)
{
	MemoryContext old;

	if (is_parsed())
		return;
	forget();
	parsed.context = AllocSetContextCreate(TopMemoryContext, "schema_guard query string",
										   ALLOCSET_DEFAULT_SIZES);
	parsed.source = debug_query_string;
	parsed.started = GetCurrentStatementStartTimestamp();
	old = MemoryContextSwitchTo(parsed.context);
	parsed.statements = parse_again(parsed.source);
	MemoryContextSwitchTo(old);
}

/*
 * Parse analysis replaces the query inside CREATE TABLE AS and its kin, and CREATE
 * INDEX CONCURRENTLY has scribbled on its tree by the time that it is looked for.
 * Those trees cannot be compared, so the kind of statement has to do.
 */
static bool
is_same_statement(const Node *raw, const Node *parsetree)
{
	if (IsA(parsetree, CreateTableAsStmt))
		return IsA(raw, CreateTableAsStmt) ||
			(IsA(raw, SelectStmt) && ((const SelectStmt *) raw)->intoClause != NULL);
	if (IsA(parsetree, ExplainStmt))
		return IsA(raw, ExplainStmt);
	if (IsA(parsetree, IndexStmt) && ((const IndexStmt *) parsetree)->concurrent)
		return IsA(raw, IndexStmt) && ((const IndexStmt *) raw)->concurrent;
	return nodeTag(raw) == nodeTag(parsetree) && equal(raw, parsetree);
}

/* the statement of the string that the tree belongs to, or NULL */
static const RawStmt *
find_statement(const Node *parsetree)
{
	int			count = list_length(parsed.statements);

	for (int i = 0; i < count; i++)
	{
		int			n = (parsed.next + i) % count;
		const RawStmt *raw = list_nth_node(RawStmt, parsed.statements, n);

		if (is_same_statement(raw->stmt, parsetree))
		{
			parsed.next = n + 1;
			return raw;
		}
	}
	return NULL;
}

static bool
has_option_commands(const AlterTableStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, lc);

		if (command->subtype == AT_GenericOptions ||
			command->subtype == AT_AlterColumnGenericOptions)
			return true;
		if (command->subtype == AT_AddColumn &&
			castNode(ColumnDef, command->def)->fdwoptions != NIL)
			return true;
	}
	return false;
}

/* Returns true if the value of the setting, which is in the text, may be a secret. */
static bool
sets_secret(const VariableSetStmt *set, const char *text, int len)
{
	return set->name != NULL && sg_secret_in_setting(set->name, pnstrdup(text, len));
}

/* Returns true if the options of a function have such a setting. */
static bool
function_sets_secret(List *options, const char *text, int len)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		const DefElem *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "set") == 0 &&
			sets_secret((const VariableSetStmt *) option->arg, text, len))
			return true;
	}
	return false;
}

/* Returns true if the statement's text may contain a secret. */
static bool
may_hold_secret(const Node *parsetree, const char *text, int len)
{
	switch (nodeTag(parsetree))
	{
		case T_CreateUserMappingStmt:
		case T_AlterUserMappingStmt:
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
		case T_CreateForeignServerStmt:
		case T_AlterForeignServerStmt:
		case T_CreateFdwStmt:
		case T_AlterFdwStmt:
		case T_CreateForeignTableStmt:
		case T_ImportForeignSchemaStmt:
			return true;
		case T_AlterTableStmt:
			return has_option_commands((const AlterTableStmt *) parsetree);
		case T_CreateFunctionStmt:
			return function_sets_secret(((const CreateFunctionStmt *) parsetree)->options, text, len);
		case T_AlterFunctionStmt:
			return function_sets_secret(((const AlterFunctionStmt *) parsetree)->actions, text, len);
		case T_AlterDatabaseSetStmt:
			return sets_secret(((const AlterDatabaseSetStmt *) parsetree)->setstmt, text, len);
		case T_AlterRoleSetStmt:
			return sets_secret(((const AlterRoleSetStmt *) parsetree)->setstmt, text, len);
		case T_CreateTableAsStmt:
		case T_ExplainStmt:
			/* its query is run, but is no part of the schema: dblink('password=...') */
			return sg_secret_in_text(pnstrdup(text, len));
		default:
			return false;
	}
}

/* the text without white space around it, cut at a character where it is long */
static char *
trimmed_text(const char *text, int len)
{
	while (len > 0 && scanner_isspace(*text))
	{
		text++;
		len--;
	}
	while (len > 0 && scanner_isspace(text[len - 1]))
		len--;
	if (len > SG_MAX_STATEMENT)
	{
		int			cut = sg_text_clip_len(text, len, SG_MAX_STATEMENT);

		return psprintf("%.*s...", cut, text);
	}
	return pnstrdup(text, len);
}

/*
 * Returns the text of a statement that is not in the client's string: its tag, and
 * what it runs inside.
 */
static char *
nested_text(const char *tag)
{
	const RawStmt *outer;

	if (list_length(parsed.statements) != 1)
		return psprintf("%s, inside another statement", tag);
	outer = linitial_node(RawStmt, parsed.statements);
	return psprintf("%s, inside %s", tag, CreateCommandName((Node *) outer));
}

/*
 * The text of the statement that an event trigger is called for, in the
 * current memory context.
 */
char *
sg_statement_text(const EventTriggerData *event)
{
	const char *tag = GetCommandTagName(event->tag);
	const RawStmt *raw;
	const char *text;
	int			len;

	if (debug_query_string == NULL)
		return pstrdup(tag);
	parse_source();
	raw = find_statement(event->parsetree);
	if (raw == NULL)
		return nested_text(tag);
	text = debug_query_string + Max(raw->stmt_location, 0);
	len = raw->stmt_len > 0 ? raw->stmt_len : (int) strlen(text);
	if (may_hold_secret(event->parsetree, text, len))
		return pstrdup(tag);
	return trimmed_text(text, len);
}

static bool
is_temporary(const RangeVar *relation)
{
	return relation != NULL &&
		(relation->relpersistence == RELPERSISTENCE_TEMP ||
		 (relation->schemaname != NULL && strcmp(relation->schemaname, "pg_temp") == 0));
}

/*
 * Returns true if the statement creates a temporary object and nothing else,
 * judging by its text alone: what "t" means depends on search_path, what TEMP means
 * does not.
 */
bool
sg_statement_is_temporary(const Node *parsetree)
{
	switch (nodeTag(parsetree))
	{
		case T_CreateStmt:
			return is_temporary(((const CreateStmt *) parsetree)->relation);
		case T_CreateTableAsStmt:
			return is_temporary(((const CreateTableAsStmt *) parsetree)->into->rel);
		case T_CreateSeqStmt:
			return is_temporary(((const CreateSeqStmt *) parsetree)->sequence);
		case T_ViewStmt:
			return is_temporary(((const ViewStmt *) parsetree)->view);
		default:
			return false;
	}
}

/*
 * Returns true if the statement builds an index in several transactions; at its first
 * commit the index is still invalid.
 */
bool
sg_statement_builds_index(const Node *parsetree)
{
	return IsA(parsetree, IndexStmt) && ((const IndexStmt *) parsetree)->concurrent;
}

/*
 * Returns true if the commits before the end of the statement leave at most an invalid
 * index behind.
 */
bool
sg_statement_begins_harmless(const Node *parsetree)
{
	return IsA(parsetree, ReindexStmt) &&
		sg_compat_reindex_is_concurrent((const ReindexStmt *) parsetree);
}

/* Returns true if EXPLAIN runs a command that creates a relation. */
static bool
explain_creates(const ExplainStmt *explain)
{
	const Query *query = (const Query *) explain->query;
	bool		analyze = false;
	ListCell   *lc;

	if (!IsA(query, Query) || query->commandType != CMD_UTILITY ||
		!IsA(query->utilityStmt, CreateTableAsStmt) ||
		sg_statement_is_temporary(query->utilityStmt))
		return false;
	foreach(lc, explain->options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "analyze") == 0)
			analyze = defGetBoolean(option);
	}
	return analyze;
}

/* Returns true for objects whose DDL fires no event triggers: event triggers, and shared objects. */
static bool
is_unannounced_kind(ObjectType kind)
{
	return kind == OBJECT_EVENT_TRIGGER || kind == OBJECT_DATABASE;
}

/* Returns true if the statement can change the described schema, but fires no event trigger. */
bool
sg_statement_is_unannounced(const Node *parsetree)
{
	switch (nodeTag(parsetree))
	{
		case T_ExplainStmt:
			return explain_creates((const ExplainStmt *) parsetree);
		case SG_COMPAT_CLUSTER_TAG:
			return sg_compat_marks_clustered(parsetree);
		case T_ReindexStmt:
			/* an invalid index becomes valid; with CONCURRENTLY, new indexes replace all */
			return !sg_compat_reindex_is_announced();
		case T_ReassignOwnedStmt:
		case T_CreateEventTrigStmt:
		case T_AlterEventTrigStmt:
		case T_AlterDatabaseSetStmt:
		case T_AlterRoleSetStmt:
		case T_DropRoleStmt:
			/* the settings of a role in this database are dropped with it */
			return true;
		case T_AlterDatabaseStmt:
			/* other databases are not described, and moving one commits in the middle */
			return get_database_oid(((const AlterDatabaseStmt *) parsetree)->dbname, true) == MyDatabaseId;
		case T_GrantStmt:
			return is_unannounced_kind(((const GrantStmt *) parsetree)->objtype);
		case T_DropStmt:
			return is_unannounced_kind(((const DropStmt *) parsetree)->removeType);
		case T_RenameStmt:
			/*
			 * a role's name is in policies, user mappings and privileges, a
			 * tablespace's in storage
			 */
			return is_unannounced_kind(((const RenameStmt *) parsetree)->renameType) ||
				((const RenameStmt *) parsetree)->renameType == OBJECT_ROLE ||
				((const RenameStmt *) parsetree)->renameType == OBJECT_TABLESPACE;
		case T_AlterOwnerStmt:
			return is_unannounced_kind(((const AlterOwnerStmt *) parsetree)->objectType);
		case T_CommentStmt:
			return is_unannounced_kind(((const CommentStmt *) parsetree)->objtype);
		case T_SecLabelStmt:
			return is_unannounced_kind(((const SecLabelStmt *) parsetree)->objtype);
		default:
			return false;
	}
}
