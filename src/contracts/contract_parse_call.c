/*
 * contracts/contract_parse_call.c
 *		The keys of calls in contracts that are derived from queries.
 */
#include "postgres.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_parse_derived.h"

/* in a search_path, and how many of these a call may have */
#define MAX_SCHEMAS 100

static void
read_returns(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->result =
		sg_contract_canonical_result(reader->path, sg_contract_read_text(reader));
}

static void
read_calls(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->calls =
		sg_contract_canonical_function(reader->path, sg_contract_read_text(reader));
}

/* The kind of function that takes the call. */
static void
read_kind(const SgContractReader *reader)
{
	char	   *kind = sg_contract_read_text(reader);

	if (strcmp(kind, "function") != 0 && strcmp(kind, "procedure") != 0 && strcmp(kind, "aggregate") != 0)
		sg_contract_reject(reader->path, "\"%s\" is none of function, procedure and aggregate", kind);
	((SgContractFunction *) reader->into)->kind = kind;
}

static void
read_result_columns(const SgContractReader *reader)
{
	sg_contract_each_member(reader, sg_contract_read_typed_column, &((SgContractFunction *) reader->into)->columns);
}

/* How a function in FROM returns its rows. */
static void
read_rows(const SgContractReader *reader)
{
	char	   *rows = sg_contract_read_text(reader);

	if (strcmp(rows, "set") != 0 && strcmp(rows, "one") != 0)
		sg_contract_reject(reader->path, "\"%s\" is neither set nor one", rows);
	((SgContractFunction *) reader->into)->rows = rows;
}

static void
read_result_uses(const SgContractReader *reader)
{
	sg_contract_read_all_uses(reader, &((SgContractFunction *) reader->into)->uses);
}

/* What is done with the value that it returns. */
static void
read_used(const SgContractReader *reader)
{
	SgContractUses used = {0};

	sg_contract_each_element(reader, sg_contract_read_one_use, &used);
	((SgContractFunction *) reader->into)->used = used.uses;
}

static void
read_result_bare(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->bare = sg_contract_read_names(reader);
}

/* The schemas of a search_path, in which other functions of the name are looked for. */
static void
read_path(const SgContractReader *reader)
{
	SgContractFunction *function = reader->into;
	List	   *schemas = sg_contract_read_names(reader);
	ListCell   *cell;

	if (list_length(schemas) > MAX_SCHEMAS)
		sg_contract_reject(reader->path, "there are more than %d", MAX_SCHEMAS);
	sg_contract_limit(reader, function->paths, MAX_SCHEMAS);
	foreach(cell, schemas)
	{
		char	   *name = sg_contract_canonical_in_schema(lfirst(cell), sg_contract_function_called(function->identity));

		sg_contract_read_mention(reader, SG_CONTRACT_FUNCTION, psprintf("%s()", name))->unwanted = true;
		lfirst(cell) = name;
	}
	function->paths = lappend(function->paths, schemas);
}

static void
read_paths(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_path, reader->into);
}

static void
read_result_row_used(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->row_used = sg_contract_read_names(reader);
}

static void
read_aliases(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->aliases = sg_contract_read_names(reader);
}

static void
read_record(const SgContractReader *reader)
{
	sg_contract_read_true(reader);
	((SgContractFunction *) reader->into)->record = true;
}

static void
read_result_star(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->star = sg_contract_read_names(reader);
}

static void
read_result_first(const SgContractReader *reader)
{
	((SgContractFunction *) reader->into)->first = sg_contract_read_names(reader);
}

static const SgContractKey call_keys[] = {
	{"returns", read_returns},
	{"calls", read_calls},
	{"kind", read_kind},
	{"columns", read_result_columns},
	{"star", read_result_star},
	{"first", read_result_first},
	{"record", read_record},
	{"rows", read_rows},
	{"uses", read_result_uses},
	{"used", read_used},
	{"bare", read_result_bare},
	{"row_used", read_result_row_used},
	{"aliases", read_aliases},
	{"paths", read_paths},
	{NULL, NULL}
};

static void
read_call_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, call_keys);
}

/* A call of which more is told than the result. */
void
sg_contract_read_call(const SgContractReader *reader, SgContractFunction *function)
{
	sg_contract_each_member(reader, read_call_key, function);
}
