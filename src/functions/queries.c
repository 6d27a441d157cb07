/*
 * functions/queries.c
 *		SQL functions that derive contracts.
 *
 * They run as the caller and in the caller's search_path, because they analyse
 * queries as the caller's session would.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "functions/arguments.h"
#include "queries/derive.h"
#include "queries/sqlx.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_contract_of);
SG_FUNCTION(schema_guard_contract_of_sqlx);

/* contract_of(queries, search_path): what the queries need of the schema */
Datum
schema_guard_contract_of(PG_FUNCTION_ARGS)
{
	int			level = NewGUCNestLevel();
	List	   *texts = sg_argument_texts(fcinfo, 0, "queries");
	SgOutline  *contract;

	sg_extension_require_version();
	sg_argument_search_path(fcinfo, 1);
	contract = sg_derive_queries(texts);
	AtEOXact_GUC(true, level);
	return sg_outline_jsonb(contract);
}

/*
 * contract_of_sqlx(files, search_path): the same for the queries that "cargo sqlx
 * prepare" has saved
 */
Datum
schema_guard_contract_of_sqlx(PG_FUNCTION_ARGS)
{
	int			level = NewGUCNestLevel();
	SgOutline  *contract;

	sg_argument_require(fcinfo, 0, "files");
	sg_extension_require_version();
	sg_argument_search_path(fcinfo, 1);
	contract = sg_sqlx_derive(PG_GETARG_JSONB_P(0));
	AtEOXact_GUC(true, level);
	return sg_outline_jsonb(contract);
}
