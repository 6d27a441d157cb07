/*
 * queries/sqlx.c
 *		Contracts from the files that "cargo sqlx prepare" writes.
 *
 * From 0.7 on it writes a file for each query,
 *
 *		{"db_name": "PostgreSQL", "query": "SELECT ...", "hash": "...",
 *		 "describe": {"columns": [...], "nullable": [...],
 *		              "parameters": {"Left": ["Int8", {"Custom": {"name": "status", "kind": ...}}]}}}
 *
 * before, one for all of them, sqlx-data.json, an object of such by hash with
 * {"db": "PostgreSQL"} among them.  We take an array of files of either kind, or
 * one of them by itself.
 *
 * The query is analysed again.  Of what is recorded, only the types of parameters
 * count, which sqlx itself has from the server: they are compared.  What it says
 * about columns and nulls is partly guessed, and it lists all labels of an enum,
 * whether used or not.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"

#include "queries/derive.h"
#include "queries/faults.h"
#include "queries/finish.h"
#include "queries/need.h"
#include "queries/sqlx.h"
#include "support/attempt.h"
#include "support/text.h"

/* the types that sqlx knows by itself have lower OIDs than those that somebody has made */
#define MAX_BUILTIN_OID 16383

/* all files, while they are read */
typedef struct Files
{
	SgOutline  *contract;
	SgFaults	faults;
	int			nqueries;
} Files;

/* one query */
typedef struct Prepared
{
	SgOutline  *contract;
	const JsonbValue *value;
	const char *hash;			/* or NULL */
	const char *text;			/* or NULL, as long as it is not known */
} Prepared;

/* The member of that key, or NULL. */
static JsonbValue *
member(const JsonbValue *object, const char *key)
{
	JsonbValue	name;

	if (object == NULL || object->type != jbvBinary || !JsonContainerIsObject(object->val.binary.data))
		return NULL;
	name.type = jbvString;
	name.val.string.val = unconstify(char *, key);
	name.val.string.len = strlen(key);
	return findJsonbValueFromContainer(object->val.binary.data, JB_FOBJECT, &name);
}

/* Returns the string, palloc'd, or NULL if the value is not a string. */
static char *
string_of(const JsonbValue *value)
{
	if (value == NULL || value->type != jbvString)
		return NULL;
	return pnstrdup(value->val.string.val, value->val.string.len);
}

static bool
is_array(const JsonbValue *value)
{
	return value != NULL && value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) &&
		!JsonContainerIsScalar(value->val.binary.data);
}

/* The type that sqlx calls Int8 or TextArray, or InvalidOid. */
static Oid
known_type(const char *name)
{
	char	   *folded = asc_tolower(name, strlen(name));
	size_t		len = strlen(folded);

	if (len > 5 && strcmp(folded + len - 5, "array") == 0)
		folded = psprintf("_%.*s", (int) len - 5, folded);
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(folded),
						   ObjectIdGetDatum(PG_CATALOG_NAMESPACE));
}

/* Returns true if this is a name of the type: unqualified, or qualified if needed or always. */
static bool
is_called(Oid type, const char *name)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool		found;

	if (!HeapTupleIsValid(tuple))
		return false;
	found = strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), name) == 0;
	ReleaseSysCache(tuple);
	return found || strcmp(format_type_be(type), name) == 0 ||
		strcmp(format_type_be_qualified(type), name) == 0;
}

/* What is recorded of a type, for people: Int8, or the name of one that sqlx does not know. */
static char *
recorded_name(const JsonbValue *info)
{
	static const char *const paths[][2] = {
		{"Custom", "name"}, {"DeclareWithName", NULL}, {"DeclareArrayOf", "name"}
	};
	const JsonbValue *oid = member(info, "DeclareWithOid");
	char	   *name = string_of(info);

	if (oid != NULL && oid->type == jbvNumeric)
		return psprintf("the type of OID %s", numeric_normalize(oid->val.numeric));
	for (int i = 0; name == NULL && i < lengthof(paths); i++)
	{
		JsonbValue *value = member(info, paths[i][0]);

		name = string_of(paths[i][1] == NULL ? value : member(value, paths[i][1]));
	}
	return name;
}

/* Returns true if the recorded type is the one that the server infers. */
static bool
is_recorded(const JsonbValue *info, Oid type)
{
	JsonbValue *oid = member(info, "DeclareWithOid");
	char	   *name;

	if (oid != NULL && oid->type == jbvNumeric)
	{
		Oid			number = (Oid) DatumGetInt64(DirectFunctionCall1(numeric_int8,
																	 NumericGetDatum(oid->val.numeric)));

		/* others differ from database to database */
		return number > MAX_BUILTIN_OID || number == type;
	}
	name = recorded_name(info);
	if (name == NULL)
		return false;
	return info->type == jbvString ? known_type(name) == type : is_called(type, name);
}

/* Raises an error unless the recorded types of parameters are those that the server infers. */
static void
compare_parameters(const Prepared *prepared, const Oid *types, int count)
{
	const JsonbValue *recorded = member(member(member(prepared->value, "describe"), "parameters"), "Left");
	int			nrecorded;

	if (!is_array(recorded))
		return;
	nrecorded = JsonContainerSize(recorded->val.binary.data);
	if (nrecorded != count)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%d parameters are recorded, the query has %d", nrecorded, count)));
	for (int i = 0; i < count; i++)
	{
		JsonbValue *info = getIthJsonbValueFromContainer(recorded->val.binary.data, i);

		/* the server infers none of a parameter that the query does not have */
		if (!OidIsValid(types[i]) || is_recorded(info, types[i]))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 recorded_name(info) == NULL ?
				 errmsg("parameter $%d is %s, what is recorded is no type", i + 1, format_type_be(types[i])) :
				 errmsg("parameter $%d is %s, recorded is %s", i + 1, format_type_be(types[i]),
						recorded_name(info))));
	}
}

/* SgDeriveCheck: of the statement's parameters */
static void
check_statement(const SgAnalysis *analysis, void *arg)
{
	compare_parameters(arg, analysis->parameters, analysis->nparameters);
}

/* SgWork: one query */
static void
derive_prepared(void *arg)
{
	Prepared   *prepared = arg;
	char	   *database = string_of(member(prepared->value, "db_name"));

	prepared->text = string_of(member(prepared->value, "query"));
	if (prepared->text == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("it is not what cargo sqlx prepare writes: there is no \"query\"")));
	if (database != NULL && strcmp(database, "PostgreSQL") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("it is of a query for %s", database)));
	sg_derive_text(prepared->contract, prepared->text, check_statement, prepared);
}

static void
take_query(Files *files, const JsonbValue *value, const char *hash)
{
	Prepared	prepared = {files->contract, value, hash};
	ErrorData  *error;
	char	   *element;

	files->nqueries++;
	if (hash == NULL)
		prepared.hash = string_of(member(value, "hash"));
	element = prepared.hash == NULL ? psprintf("query %d", files->nqueries) :
		psprintf("query %d (%s)", files->nqueries, prepared.hash);
	error = sg_attempt_object(derive_prepared, &prepared);
	if (error != NULL)
		sg_faults_add(&files->faults, element, error, prepared.text == NULL ? "" : prepared.text);
}

/* Returns true for sqlx-data.json, an object whose keys are the hashes of queries. */
static bool
is_collection(const JsonbValue *file)
{
	return member(file, "db") != NULL && member(file, "query") == NULL;
}

static void
take_collection(Files *files, const JsonbValue *file)
{
	JsonbIterator *iterator = JsonbIteratorInit(file->val.binary.data);
	char	   *database = string_of(member(file, "db"));
	JsonbIteratorToken token;
	JsonbValue	value;

	if (database == NULL || strcmp(database, "PostgreSQL") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sqlx-data.json is of queries for %s, not for PostgreSQL",
						database == NULL ? "an unknown database" : sg_text_escape_unmappable(database))));
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		char	   *key;

		if (token != WJB_KEY)
			continue;
		key = string_of(&value);
		(void) JsonbIteratorNext(&iterator, &value, true);
		if (strcmp(key, "db") != 0)
			take_query(files, &value, key);
	}
}

static void
take_file(Files *files, const JsonbValue *file)
{
	if (is_collection(file))
		take_collection(files, file);
	else
		take_query(files, file, NULL);
}

/*
 * Derives what the queries need, in the current memory context.  Raises one
 * error for all those that do not fit the schema, or what is recorded of them.
 */
SgOutline *
sg_sqlx_derive(Jsonb *json)
{
	Files		files = {sg_outline_new()};
	JsonbValue	root = {.type = jbvBinary};

	sg_faults_init(&files.faults, "queries");
	root.val.binary.data = &json->root;
	root.val.binary.len = VARSIZE(json) - VARHDRSZ;
	if (is_array(&root))
	{
		JsonbIterator *iterator = JsonbIteratorInit(&json->root);
		JsonbIteratorToken token;
		JsonbValue	value;

		while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
		{
			if (token == WJB_ELEM)
				take_file(&files, &value);
		}
	}
	else if (JB_ROOT_IS_OBJECT(json))
		take_file(&files, &root);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an array of the files that cargo sqlx prepare writes is expected"),
				 errhint("Make it with jq -s . .sqlx/*.json.")));
	sg_faults_raise(&files.faults, files.nqueries);
	sg_finish_contract(files.contract);
	return files.contract;
}
