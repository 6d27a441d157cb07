/*
 * contracts/contract_parse_named.c
 *		The keys of derived contracts that name relations and constraints: sequences, and where names stand alone.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "contracts/contract_canonical.h"
#include "contracts/contract_parse_derived.h"
#include "format/token.h"

/* Appends a relation's name to a List of char *. */
static void
read_relation_name(const SgContractReader *reader)
{
	List	  **names = reader->into;
	char	   *identity = sg_contract_canonical_name(reader->path, sg_contract_read_text(reader));

	(void) sg_contract_read_mention(reader, SG_CONTRACT_RELATION, identity);
	*names = lappend(*names, identity);
}

/* Relations that are truncated together with this one, and without CASCADE. */
static void
read_truncated(const SgContractReader *reader)
{
	SgContractRelation *relation = reader->into;
	List	   *others = NIL;

	sg_contract_each_element(reader, read_relation_name, &others);
	relation->truncated = lappend(relation->truncated, others);
}

void
sg_contract_read_truncated(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_truncated, reader->into);
}

void
sg_contract_read_sequences(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_relation_name, &reader->reading->contract->sequences);
}

static void
read_sequence_call(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractSequence *sequence = palloc0(sizeof(SgContractSequence));
	ListCell   *cell;

	sequence->identity = sg_contract_canonical_name(reader->path, reader->key);
	(void) sg_contract_read_mention(reader, SG_CONTRACT_RELATION, sequence->identity);
	sequence->calls = sg_contract_read_names(reader);
	foreach(cell, sequence->calls)
	{
		const char *call = lfirst(cell);

		if (strcmp(call, "nextval") != 0 && strcmp(call, "currval") != 0 && strcmp(call, "setval") != 0)
			sg_contract_reject(reader->path, "\"%s\" is none of nextval, currval and setval", call);
	}
	contract->sequence_calls = lappend(contract->sequence_calls, sequence);
}

void
sg_contract_read_sequence_calls(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_sequence_call, NULL);
}

void
sg_contract_read_conflict_constraints(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->conflict_constraints = sg_contract_read_names(reader);
}

void
sg_contract_read_conflict_updates(const SgContractReader *reader)
{
	((SgContractRelation *) reader->into)->conflict_updates = sg_contract_read_names(reader);
}

/* --------------------------------------------------------- names in a scope */

static void
read_bare_name(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractBareName *name = palloc0(sizeof(SgContractBareName));

	name->column = reader->key;
	sg_contract_each_element(reader, read_relation_name, &name->relations);
	contract->bare = lappend(contract->bare, name);
}

void
sg_contract_read_bare(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_bare_name, NULL);
}

static void
read_left(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_relation_name, &((SgContractNatural *) reader->into)->left);
}

static void
read_right(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_relation_name, &((SgContractNatural *) reader->into)->right);
}

static void
read_common_columns(const SgContractReader *reader)
{
	((SgContractNatural *) reader->into)->columns = sg_contract_read_names(reader);
}

static const SgContractKey natural_keys[] = {
	{"left", read_left},
	{"right", read_right},
	{"columns", read_common_columns},
	{NULL, NULL}
};

static void
read_natural_key(const SgContractReader *reader)
{
	sg_contract_read_known(reader, natural_keys);
}

static void
read_natural_join(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	SgContractNatural *join = palloc0(sizeof(SgContractNatural));

	sg_contract_limit(reader, contract->natural, SG_CONTRACT_MAX_ROWS);
	sg_contract_each_member(reader, read_natural_key, join);
	contract->natural = lappend(contract->natural, join);
}

void
sg_contract_read_natural(const SgContractReader *reader)
{
	sg_contract_each_element(reader, read_natural_join, NULL);
}

/* an object that must not be in the schemas that are being read */
typedef struct Hidden
{
	SgContractKind kind;
	const char *identity;
} Hidden;

static void
read_hiding_schema(const SgContractReader *reader)
{
	SgContract *contract = reader->reading->contract;
	const Hidden *into = reader->into;
	char	   *schema = sg_contract_read_text(reader);
	SgContractHidden *hidden = palloc(sizeof(SgContractHidden));

	hidden->kind = into->kind;
	hidden->identity = into->identity;
	hidden->other = into->kind == SG_CONTRACT_OPERATOR ?
		psprintf("%s%s", quote_identifier(schema), sg_token_find(into->identity, ".")) :
		sg_contract_canonical_in_schema(schema, into->identity);
	sg_contract_read_mention(reader, into->kind, hidden->other)->unwanted = true;
	/* each relation has a type of its name */
	if (into->kind == SG_CONTRACT_TYPE)
		sg_contract_read_mention(reader, SG_CONTRACT_RELATION, hidden->other)->unwanted = true;
	contract->hidden = lappend(contract->hidden, hidden);
}

static void
read_hidden(const SgContractReader *reader)
{
	Hidden		hidden = {*(SgContractKind *) reader->into};

	hidden.identity = hidden.kind == SG_CONTRACT_OPERATOR ?
		sg_contract_canonical_operator(reader->path, reader->key) :
		sg_contract_canonical_name(reader->path, reader->key);
	sg_contract_each_element(reader, read_hiding_schema, &hidden);
}

/* By the keys that have such objects elsewhere in the contract. */
static void
read_hidden_kind(const SgContractReader *reader)
{
	static const struct
	{
		const char *key;
		SgContractKind kind;
	}			kinds[] = {
		{"types", SG_CONTRACT_TYPE},
		{"operators", SG_CONTRACT_OPERATOR},
		{"collations", SG_CONTRACT_COLLATION},
		{"text_search_configurations", SG_CONTRACT_CONFIGURATION},
		{"text_search_dictionaries", SG_CONTRACT_DICTIONARY}
	};

	for (int i = 0; i < lengthof(kinds); i++)
	{
		SgContractKind kind = kinds[i].kind;

		if (strcmp(kinds[i].key, reader->key) != 0)
			continue;
		sg_contract_each_member(reader, read_hidden, &kind);
		return;
	}
	sg_contract_reject(reader->path, "the key is unknown");
}

/* Schemas in which an object of the same name would be found first. */
void
sg_contract_read_hidden(const SgContractReader *reader)
{
	sg_contract_each_member(reader, read_hidden_kind, NULL);
}
