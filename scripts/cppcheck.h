/* PostgreSQL's macros as cppcheck is to see them, which does not read the server's headers: see scripts/cppcheck */
#define foreach(cell, list) for ((cell) = list_head(list); (cell) != NULL; (cell) = lnext(list, cell))
#define forboth(one, list1, two, list2) for ((one) = list_head(list1), (two) = list_head(list2); (one) != NULL && (two) != NULL; (one) = lnext(list1, one), (two) = lnext(list2, two))
#define forthree(one, list1, two, list2, three, list3) for ((one) = list_head(list1), (two) = list_head(list2), (three) = list_head(list3); (one) != NULL && (two) != NULL && (three) != NULL; (one) = lnext(list1, one), (two) = lnext(list2, two), (three) = lnext(list3, three))
#define for_each_from(cell, list, n) for ((cell) = list_nth_cell(list, n); (cell) != NULL; (cell) = lnext(list, cell))
#define PG_TRY() \
	do \
	{ \
		if (sg_cppcheck_unknown()) \
		{
#define PG_CATCH() \
	} \
	else \
	{
#define PG_FINALLY() \
	} \
	{
#define PG_END_TRY() \
	} \
	} \
	while (0)
#define pg_attribute_printf(f, a)
#define pg_attribute_noreturn() __attribute__((noreturn))
#define pg_noreturn
#define PG_FUNCTION_INFO_V1(f) extern int sg_cppcheck_info_##f
#define PG_FUNCTION_ARGS FunctionCallInfo fcinfo
#define PG_MODULE_MAGIC extern int sg_cppcheck_magic
#define ERROR 21
#define FATAL 22
#define PANIC 23
#define ereport(level, ...) \
	do \
	{ \
		if ((level) >= ERROR) \
			abort(); \
	} while (0)
#define elog(level, ...) \
	do \
	{ \
		if ((level) >= ERROR) \
			abort(); \
	} while (0)
