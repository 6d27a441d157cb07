/*
 * contracts/migrations_parse.c
 *		Reads what a release says about its migrations.
 *
 * That is the key "migrations" of a contract, or the argument of
 * assert_migrations(): an object for a tool, or an array of them.  It is read as
 * strictly as the rest of a contract.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "contracts/contract_canonical.h"
#include "contracts/migrations.h"
#include "contracts/migrations_parse.h"
#include "ledgers/ledger_layout.h"

/* everybody may ask, so there is a limit */
#define MAX_MIGRATIONS 100000

/* Versions and checksums may be numbers. */
static char *
read_text_or_number(const SgContractReader *reader)
{
	if (reader->value->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out,
												   NumericGetDatum(reader->value->val.numeric)));
	return sg_contract_read_text(reader);
}

static void
read_version(const SgContractReader *reader)
{
	((SgMigration *) reader->into)->version = read_text_or_number(reader);
}

static void
read_one_checksum(const SgContractReader *reader)
{
	SgMigration *migration = reader->into;

	migration->checksums = lappend(migration->checksums, read_text_or_number(reader));
}

/* one, several that are as good, or null for none */
static void
read_checksum(const SgContractReader *reader)
{
	if (reader->value->type == jbvBinary)
		sg_contract_each_element(reader, read_one_checksum, reader->into);
	else if (reader->value->type != jbvNull)
		read_one_checksum(reader);
}

static void
read_replaces(const SgContractReader *reader)
{
	((SgMigration *) reader->into)->replaces = sg_contract_read_names(reader);
}

static const SgContractKey migration_keys[] = {
	{"version", read_version},
	{"checksum", read_checksum},
	{"replaces", read_replaces},
	{NULL, NULL}
};

static void
read_migration_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, migration_keys);
}

static void
read_migration(const SgContractReader *reader)
{
	SgMigrationList *list = reader->into;
	SgMigration *migration = palloc0(sizeof(SgMigration));

	sg_contract_each_member(reader, read_migration_key, migration);
	if (migration->version == NULL)
		sg_contract_reject(reader->path, "the key version is missing");
	if (list_length(list->applied) == MAX_MIGRATIONS)
		sg_contract_reject(reader->path, "there are more than %d migrations", MAX_MIGRATIONS);
	list->applied = lappend(list->applied, migration);
}

static void
read_applied(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_migration, reader->into);
}

static void
read_tool(const SgContractReader *reader)
{
	SgMigrationList *list = reader->into;
	const SgLedgerLayout *layout;

	list->tool = sg_contract_read_text(reader);
	for (int i = 0; (layout = sg_ledger_layout_at(i)) != NULL; i++)
	{
		if (sg_ledger_layout_is_tool(layout, list->tool))
		{
			list->tool = layout->tool_name;
			return;
		}
	}
	sg_contract_reject(reader->path, "the ledger of \"%s\" is unknown; known are those of %s",
					   list->tool, sg_ledger_layout_tools());
}

static void
read_table(const SgContractReader *reader)
{
	((SgMigrationList *) reader->into)->table = sg_contract_read_text(reader);
}

static void
read_one_pruned_below(const SgContractReader *reader)
{
	SgMigrationList *list = reader->into;

	list->pruned_below = lappend(list->pruned_below, read_text_or_number(reader));
}

static void
read_pruned_below(const SgContractReader *reader)
{
	if (reader->value->type == jbvBinary)
		sg_contract_each_element(reader, read_one_pruned_below, reader->into);
	else if (reader->value->type != jbvNull)
		read_one_pruned_below(reader);
}

static const SgContractKey list_keys[] = {
	{"tool", read_tool},
	{"table", read_table},
	{"applied", read_applied},
	{"pruned_below", read_pruned_below},
	{NULL, NULL}
};

static void
read_list_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, list_keys);
}

static void
read_list(const SgContractReader *reader)
{
	List	  **lists = reader->into;
	SgMigrationList *list = palloc0(sizeof(SgMigrationList));

	sg_contract_each_member(reader, read_list_key, list);
	if (list->tool == NULL)
		sg_contract_reject(reader->path, "the key tool is missing");
	*lists = lappend(*lists, list);
}

/* Reads the key "migrations" of a contract into the contract. */
void
sg_migrations_read(const SgContractReader *reader)
{
	SgContractReader lists = *reader;

	lists.into = &reader->reading->contract->migrations;
	if (reader->value->type == jbvBinary && JsonContainerIsArray(reader->value->val.binary.data))
		sg_contract_each_element(&lists, read_list, lists.into);
	else
		read_list(&lists);
}

/* Reads the same that stands alone: a List of SgMigrationList *, in the current memory context. */
List *
sg_migrations_parse(Jsonb *json)
{
	SgContract	contract = {0};
	SgContractReading reading = {.contract = &contract};
	JsonbValue	root;
	SgContractReader reader = {.reading = &reading,.path = "$",.value = &root};

	if (JB_ROOT_IS_SCALAR(json))
		sg_contract_reject("$", "an object is expected, or an array of objects");
	root.type = jbvBinary;
	root.val.binary.data = &json->root;
	root.val.binary.len = VARSIZE(json) - VARHDRSZ;
	sg_migrations_read(&reader);
	return contract.migrations;
}
