/*
 * support/compat.h
 *		The differences between PostgreSQL 13 to 19.  No other file tests
 *		PG_VERSION_NUM.  Each entry names the version and, where it helps, the
 *		commit that made the difference.
 */
#ifndef SG_SUPPORT_COMPAT_H
#define SG_SUPPORT_COMPAT_H

#include "nodes/parsenodes.h"

/* varlena macros: postgres.h had them until 16 (d952373a9) */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/*
 * PGDLLEXPORT is empty on Linux before 16 (089480c07); the library is built
 * with hidden visibility on every version, so entry points export themselves.
 */
#define SG_EXPORT __attribute__((visibility("default")))

/* declares and defines the info record of an SQL-callable function */
#define SG_FUNCTION(name) \
	SG_EXPORT extern Datum name(PG_FUNCTION_ARGS); \
	SG_EXPORT extern const Pg_finfo_record *CppConcat(pg_finfo_, name) (void); \
	PG_FUNCTION_INFO_V1(name)

/* The magic block has to be exported by hand too, for the same reason. */
#define SG_MODULE_MAGIC \
	SG_EXPORT extern const Pg_magic_struct *PG_MAGIC_FUNCTION_NAME(void); \
	PG_MODULE_MAGIC

/* 18 has pg_noreturn in its place (28f04984f) */
#ifndef pg_attribute_noreturn
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif

/* DETACH PARTITION CONCURRENTLY came with 14 (71f4c8c6f) */
#if PG_VERSION_NUM >= 140000
#define sg_compat_detach_pending(form) ((form)->inhdetachpending)
#else
#define sg_compat_detach_pending(form) false
#endif

/* Partitions have the identity of their parent's columns since 17 (699586315) */
#if PG_VERSION_NUM >= 170000
#define sg_compat_partitions_have_identity() true
#else
#define sg_compat_partitions_have_identity() false
#endif

/* the first subtransaction in which a relation got another file; renamed by 16 (b0a55e432) */
#if PG_VERSION_NUM >= 160000
#define sg_compat_first_file_subid(rel) ((rel)->rd_firstRelfilelocatorSubid)
#else
#define sg_compat_first_file_subid(rel) ((rel)->rd_firstRelfilenodeSubid)
#endif

/* ON DELETE SET NULL (columns) came with 15 (d6f96ed94) */
#if PG_VERSION_NUM >= 150000
#define sg_compat_confdelsetcols() Anum_pg_constraint_confdelsetcols
#else
#define sg_compat_confdelsetcols() InvalidAttrNumber
#endif

/* NULLS NOT DISTINCT came with 15 (94aa7cc5f) */
#if PG_VERSION_NUM >= 150000
#define sg_compat_nulls_not_distinct(form) ((form)->indnullsnotdistinct)
#else
#define sg_compat_nulls_not_distinct(form) false
#endif

/* WITHOUT OVERLAPS and PERIOD (89f908a6d), NOT ENFORCED (ca87c415e) came with 18 */
#if PG_VERSION_NUM >= 180000
#define sg_compat_constraint_period(form) ((form)->conperiod)
#define sg_compat_constraint_enforced(form) ((form)->conenforced)
#else
#define sg_compat_constraint_period(form) false
#define sg_compat_constraint_enforced(form) true
#endif

/* an int4 until 15, an int2 from 16 (90189eefc), null for the default from 17 on (4f622503d) */
#if PG_VERSION_NUM >= 160000
#define sg_compat_statistics_target(datum) ((int) DatumGetInt16(datum))
#else
#define sg_compat_statistics_target(datum) ((int) DatumGetInt32(datum))
#endif

/* column compression came with 14 (bbe0a81db); NULL: the default */
#if PG_VERSION_NUM >= 140000
#define sg_compat_compression_name(form) \
	((form)->attcompression == 'p' ? "pglz" : (form)->attcompression == 'l' ? "lz4" : NULL)
#else
#define sg_compat_compression_name(form) NULL
#endif

/* index_insert() takes "indexUnchanged" since 14 (9dc718bdf) */
#if PG_VERSION_NUM >= 140000
#define sg_compat_index_insert(index, values, nulls, tid, heap, check, info) \
	index_insert(index, values, nulls, tid, heap, check, false, info)
#else
#define sg_compat_index_insert(index, values, nulls, tid, heap, check, info) \
	index_insert(index, values, nulls, tid, heap, check, info)
#endif

/* pg_constraint.contype of NOT NULL constraints, which only 18 stores (14e87ffa5) */
#define SG_CONSTRAINT_NOTNULL 'n'

/* ProcessUtility_hook: 14 added readOnlyTree */
#if PG_VERSION_NUM >= 140000
#define SG_PROCESS_UTILITY_PARAMETERS \
	PlannedStmt *pstmt, const char *query_string, bool read_only_tree, \
		ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment, \
		DestReceiver *dest, QueryCompletion *completion
#define SG_PROCESS_UTILITY_ARGUMENTS \
	pstmt, query_string, read_only_tree, context, params, environment, dest, completion
#else
#define SG_PROCESS_UTILITY_PARAMETERS \
	PlannedStmt *pstmt, const char *query_string, \
		ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment, \
		DestReceiver *dest, QueryCompletion *completion
#define SG_PROCESS_UTILITY_ARGUMENTS \
	pstmt, query_string, context, params, environment, dest, completion
#endif

/*
 * post_parse_analyze_hook gets the jumble state since 14 (5fd9dfa5f), and since 19 it is
 * const
 */
#if PG_VERSION_NUM >= 190000
#define SG_POST_PARSE_PARAMETERS ParseState *pstate, Query *query, const JumbleState *jumble
#define SG_POST_PARSE_ARGUMENTS pstate, query, jumble
#elif PG_VERSION_NUM >= 140000
#define SG_POST_PARSE_PARAMETERS ParseState *pstate, Query *query, JumbleState *jumble
#define SG_POST_PARSE_ARGUMENTS pstate, query, jumble
#else
#define SG_POST_PARSE_PARAMETERS ParseState *pstate, Query *query
#define SG_POST_PARSE_ARGUMENTS pstate, query
#endif

/* 14 remembers that a function call was written in SQL's own syntax (40c24bfef) */
#if PG_VERSION_NUM >= 140000
#define sg_compat_is_sql_syntax(funcformat) ((funcformat) == COERCE_SQL_SYNTAX)
#else
#define sg_compat_is_sql_syntax(funcformat) false
#endif

/* REINDEX fires event triggers from 17 on (f21848de2) */
#if PG_VERSION_NUM >= 170000
#define sg_compat_reindex_is_announced() true
#else
#define sg_compat_reindex_is_announced() false
#endif

/*
 * CLUSTER is a kind of REPACK since 19.  True if the statement marks an index as
 * the one that its table is clustered by.
 */
#if PG_VERSION_NUM >= 190000
#define SG_COMPAT_CLUSTER_TAG T_RepackStmt
#define sg_compat_marks_clustered(parsetree) \
	(((const RepackStmt *) (parsetree))->relation != NULL && \
	 ((const RepackStmt *) (parsetree))->usingindex)
#else
#define SG_COMPAT_CLUSTER_TAG T_ClusterStmt
#define sg_compat_marks_clustered(parsetree) \
	(((const ClusterStmt *) (parsetree))->relation != NULL)
#endif

/* log_min_messages, an lvalue: each kind of process has its own from 19 on */
#if PG_VERSION_NUM >= 190000
#define sg_compat_log_min_messages() (log_min_messages[MyBackendType])
#else
#define sg_compat_log_min_messages() log_min_messages
#endif

/* LockHeldByMe() takes a third argument from 17 on */
#if PG_VERSION_NUM >= 170000
#define sg_compat_lock_held(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define sg_compat_lock_held(tag, mode) LockHeldByMe(tag, mode)
#endif

/* takes a session-level lock if it is free; since 18 a failure can be logged (6d376c3b0) */
#if PG_VERSION_NUM >= 180000
#define sg_compat_lock_for_session(tag, mode) \
	((void) LockAcquireExtended(tag, mode, true, true, false, NULL, false))
#else
#define sg_compat_lock_for_session(tag, mode) \
	((void) LockAcquireExtended(tag, mode, true, true, false, NULL))
#endif

/*
 * Before 15 every trigger that a partition has from its parent is internal;
 * since then only those of constraints are.
 */
#if PG_VERSION_NUM >= 150000
#define sg_compat_is_cloned_trigger(form) \
	(OidIsValid((form)->tgparentid) && !(form)->tgisinternal)
#else
#define sg_compat_is_cloned_trigger(form) OidIsValid((form)->tgparentid)
#endif

/* SQL-standard function bodies came with 14 (e717a9a18) */
#if PG_VERSION_NUM >= 140000
#define sg_compat_prosqlbody() Anum_pg_proc_prosqlbody
#else
#define sg_compat_prosqlbody() InvalidAttrNumber
#endif

/*
 * Multiranges (6df7a9698) and subscripting handlers (c7aba7c14) came with 14.
 * The handler that a type gets by ELEMENT alone counts as none, because it does what
 * earlier servers did for such a type.
 */
#if PG_VERSION_NUM >= 140000
#define sg_compat_multirange(form) ((form)->rngmultitypid)
#define sg_compat_is_multirange(typtype) ((typtype) == TYPTYPE_MULTIRANGE)
#define sg_compat_range_of_multirange(type) get_multirange_range(type)
#define sg_compat_subscript(form) \
	(OidIsValid((form)->typelem) && (form)->typsubscript == F_RAW_ARRAY_SUBSCRIPT_HANDLER ? \
	 InvalidOid : (form)->typsubscript)
#else
#define sg_compat_multirange(form) InvalidOid
#define sg_compat_is_multirange(typtype) false
#define sg_compat_range_of_multirange(type) InvalidOid
#define sg_compat_subscript(form) InvalidOid
#endif

/*
 * The locale of a collation: ICU's has a column of its own from 15 (f2553d430),
 * renamed in 17 (f696c0cd5); before it is in collcollate, and names until then
 * were of type name (54637508f).
 */
#if PG_VERSION_NUM >= 170000
#define sg_compat_colllocale() Anum_pg_collation_colllocale
#elif PG_VERSION_NUM >= 150000
#define sg_compat_colllocale() Anum_pg_collation_colliculocale
#else
#define sg_compat_colllocale() Anum_pg_collation_collcollate
#endif
#if PG_VERSION_NUM >= 150000
#define sg_compat_locale_text(datum) TextDatumGetCString(datum)
#else
#define sg_compat_locale_text(datum) pstrdup(NameStr(*DatumGetName(datum)))
#endif

/* rules of ICU collations came with 16 (30a53b792) */
#if PG_VERSION_NUM >= 160000
#define sg_compat_collicurules() Anum_pg_collation_collicurules
#else
#define sg_compat_collicurules() InvalidAttrNumber
#endif

/* extended statistics over expressions came with 14 (a4d75c86b) */
#if PG_VERSION_NUM >= 140000
#define sg_compat_stxexprs() Anum_pg_statistic_ext_stxexprs
#else
#define sg_compat_stxexprs() InvalidAttrNumber
#endif

/* an int4 until 16, an int2, null for the default, from 17 on (012460ee9) */
#if PG_VERSION_NUM >= 170000
#define sg_compat_extended_statistics_target(datum) ((int) DatumGetInt16(datum))
#else
#define sg_compat_extended_statistics_target(datum) ((int) DatumGetInt32(datum))
#endif

/* column lists (923def9a5), row filters (52e4f0cd4) and schemas (5a2832465) of publications came with 15 */
#if PG_VERSION_NUM >= 150000
#define sg_compat_prattrs() Anum_pg_publication_rel_prattrs
#define sg_compat_prqual() Anum_pg_publication_rel_prqual
#include "catalog/pg_publication_namespace.h"
#define SG_PUBLICATION_SCHEMAS PublicationNamespaceRelationId
#else
#define sg_compat_prattrs() InvalidAttrNumber
#define sg_compat_prqual() InvalidAttrNumber
#endif

/* publishing generated columns came with 18 (745217a05, e65dbc991) */
#if PG_VERSION_NUM >= 180000
#define sg_compat_publishes_generated(form) ((form)->pubgencols == 's')
#else
#define sg_compat_publishes_generated(form) false
#endif

/* a publication of all sequences, or of all tables except some, came with 19 */
#if PG_VERSION_NUM >= 190000
#define sg_compat_publishes_all_sequences(form) ((form)->puballsequences)
#define sg_compat_publication_excepts(form) ((form)->prexcept)
#else
#define sg_compat_publishes_all_sequences(form) false
#define sg_compat_publication_excepts(form) false
#endif

/* the function of a foreign-data wrapper that makes connection strings came with 19 */
#if PG_VERSION_NUM >= 190000
#define sg_compat_fdw_connection(form) ((form)->fdwconnection)
#else
#define sg_compat_fdw_connection(form) InvalidOid
#endif

/*
 * Options of subscriptions: binary (9de77b545) and streaming (464824323) came
 * with 14, parallel streaming with 16 (216a78482); two_phase (a8fd13cab) and
 * disable_on_error (705e20f85) with 15; password_required (c3afe8cf5),
 * run_as_owner (482675987) and origin (366283961) with 16; failover with 17
 * (776621a5e); a server in place of a connection string, the retention of dead
 * tuples and the timeout of the WAL receiver with 19.
 */
#if PG_VERSION_NUM >= 140000
#define sg_compat_sub_binary(form) ((form)->subbinary)
#else
#define sg_compat_sub_binary(form) false
#endif
#if PG_VERSION_NUM >= 160000
#define sg_compat_sub_streaming(form) \
	((form)->substream == 'p' ? "parallel" : (form)->substream == 't' ? "on" : NULL)
#define sg_compat_sub_password_required(form) ((form)->subpasswordrequired)
#define sg_compat_sub_run_as_owner(form) ((form)->subrunasowner)
#define sg_compat_suborigin() Anum_pg_subscription_suborigin
#else
#if PG_VERSION_NUM >= 140000
#define sg_compat_sub_streaming(form) ((form)->substream ? "on" : NULL)
#else
#define sg_compat_sub_streaming(form) NULL
#endif
#define sg_compat_sub_password_required(form) true
#define sg_compat_sub_run_as_owner(form) false
#define sg_compat_suborigin() InvalidAttrNumber
#endif
#if PG_VERSION_NUM >= 150000
#define sg_compat_sub_two_phase(form) ((form)->subtwophasestate != 'd')
#define sg_compat_sub_disable_on_error(form) ((form)->subdisableonerr)
#else
#define sg_compat_sub_two_phase(form) false
#define sg_compat_sub_disable_on_error(form) false
#endif
#if PG_VERSION_NUM >= 170000
#define sg_compat_sub_failover(form) ((form)->subfailover)
#else
#define sg_compat_sub_failover(form) false
#endif
#if PG_VERSION_NUM >= 190000
#define sg_compat_sub_server(form) ((form)->subserver)
#define sg_compat_sub_retains_dead_tuples(form) ((form)->subretaindeadtuples)
#define sg_compat_sub_max_retention(form) ((form)->submaxretention)
#define sg_compat_subwalrcvtimeout() Anum_pg_subscription_subwalrcvtimeout
#else
#define sg_compat_sub_server(form) InvalidOid
#define sg_compat_sub_retains_dead_tuples(form) false
#define sg_compat_sub_max_retention(form) 0
#define sg_compat_subwalrcvtimeout() InvalidAttrNumber
#endif

/*
 * Can what a query changes be given to sg_compat_query_text() as something else
 * than a relation (deparse/relations.c)?  Servers built with assertions
 * check it, and before 15 the text form of the tree, which is the way to the
 * deparser, has the relation's OID only where it is one.
 */
#if PG_VERSION_NUM >= 150000 && !defined(USE_ASSERT_CHECKING)
#define SG_COMPAT_HIDES_TARGET true
#else
#define SG_COMPAT_HIDES_TARGET false
#endif

/* index_beginscan() takes a pointer to instrumentation since 18 (0fbceae84), and flags since 19 */
#if PG_VERSION_NUM >= 190000
#define sg_compat_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, NULL, nkeys, 0, SO_NONE)
#elif PG_VERSION_NUM >= 180000
#define sg_compat_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define sg_compat_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/* since 18 get_stack_depth_rlimit() returns ssize_t and is declared in another header */
#if PG_VERSION_NUM >= 180000
#include "miscadmin.h"
#else
#include "tcop/tcopprot.h"
#endif
#define sg_compat_stack_kilobytes() \
	((get_stack_depth_rlimit() - STACK_DEPTH_SLOP) / 1024)

/* a jsonb value under construction; 19 keeps the result in the state itself */
#include "utils/jsonb.h"
#if PG_VERSION_NUM >= 190000
typedef JsonbInState SgCompatJsonb;
#define sg_compat_jsonb_push(state, token, value) pushJsonbValue(state, token, value)
#else
typedef struct SgCompatJsonb
{
	JsonbValue *result;			/* complete after the last token */
	JsonbParseState *stack;
} SgCompatJsonb;
#define sg_compat_jsonb_push(state, token, value) \
	((void) ((state)->result = pushJsonbValue(&(state)->stack, token, value)))
#endif

/*
 * Before 15 the function that installs the parser hooks for parameters of unknown
 * type had another name (791b1b71d).
 */
#if PG_VERSION_NUM >= 150000
#define sg_compat_variable_parameters(pstate, types, count) \
	setup_parse_variable_parameters(pstate, types, count)
#else
#define sg_compat_variable_parameters(pstate, types, count) \
	parse_variable_parameters(pstate, types, count)
#endif

/* before 15 listeners are signaled after the commit, by a call that background workers must make (2e4eae87d) */
#if PG_VERSION_NUM >= 150000
#define sg_compat_notified() ((void) 0)
#else
#include "commands/async.h"
#define sg_compat_notified() ProcessCompletedNotifies()
#endif

/* stringToQualifiedNameList() takes an error-save context since 16 (858e776c8) */
#if PG_VERSION_NUM >= 160000
#define SG_COMPAT_NO_ESCONTEXT , NULL
#else
#define SG_COMPAT_NO_ESCONTEXT
#endif

struct A_Const;
struct List;
struct Node;
struct Query;
struct PlannedStmt;
struct RangeTblEntry;
struct ReindexStmt;
extern char *sg_compat_query_text(struct Query *query);

/* clears the SQL syntax of a FuncExpr, so that it is deparsed as a plain call */
#define sg_compat_forget_syntax(expr) \
	do \
	{ \
		if (sg_compat_is_sql_syntax((expr)->funcformat)) \
			(expr)->funcformat = COERCE_EXPLICIT_CALL; \
	} while (0)

typedef void (*SgCompatHook) (void);

extern SgCompatHook sg_compat_hook_shmem_request(SgCompatHook request);
extern void sg_compat_reserve_settings(const char *prefix);
extern bool sg_compat_session_is_starting(void);
extern bool sg_compat_insert_nulls_generated(void);
extern bool sg_compat_reindex_is_concurrent(const struct ReindexStmt *statement);
extern int	sg_compat_function(struct List *name, int nargs, Oid *given, Oid *result,
							   Oid **declared);
extern bool sg_compat_const_is_untyped(const struct A_Const *constant);
extern struct Node *sg_compat_group_column(const struct RangeTblEntry *entry, int number);
/* how many forms sg_compat_raw_parse() knows */
#define SG_COMPAT_RAW_FORMS 5
extern struct List *sg_compat_raw_parse(const char *text, int form);
extern struct Node *sg_compat_assigned_query(struct Node *statement);
extern bool sg_compat_makes_table(const struct Node *statement);
extern bool sg_compat_is_merge(const struct Node *statement);
extern const char *const *sg_compat_lock_privileges(const char *command);
extern AclMode sg_compat_required(const Query *query, RangeTblEntry *entry, Bitmapset **columns);
extern bool sg_compat_merges_into_views(void);
extern bool sg_compat_copies_materialized_views(void);
extern bool sg_compat_copies_partitioned_tables(void);
extern bool sg_compat_merge_is_positional(const struct Node *statement);
extern struct List *sg_compat_merge_actions(const struct Query *query);
extern struct Node *sg_compat_merge_condition(const struct Query *query);
extern void sg_compat_merge_action(struct Node *action, int *command, struct Node **condition,
								   struct List **targets);
extern void sg_compat_parse_type(const char *text, Oid *type, int32 *typmod);
extern int	sg_compat_next_result_relation(const struct PlannedStmt *plan, int *place);

#endif							/* SG_SUPPORT_COMPAT_H */
