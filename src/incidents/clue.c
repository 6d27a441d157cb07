/*
 * incidents/clue.c
 *		Clues: what a journaled change did to one name, to explain the error that it
 *		causes.
 */
#include "postgres.h"

#include "format/item_text.h"
#include "format/token.h"
#include "incidents/clue.h"
#include "support/text.h"

/* what the description of a function has of them */
#define ARGUMENTS "arguments"

/* the change that clues are made from, and the clues so far */
typedef struct Maker
{
	const SgItemChange *change;
	const SgClueOrigin *origin;
	SgArity		took;			/* see SgClue */
	SgArity		takes;
	List	   *clues;
} Maker;

/* Extracts the names from an identity: schema.name, name, schema.name(arguments). */
static void
split_identity(const char *identity, char *schema, char *object)
{
	SgToken		token = {0};
	const char *end = identity + strlen(identity);

	schema[0] = object[0] = '\0';
	while (sg_token_next(&identity, end, &token))
	{
		if (token.kind == SG_TOKEN_GROUP)
			break;
		if (token.kind == SG_TOKEN_SIGN)
			continue;
		strlcpy(schema, object, NAMEDATALEN);
		sg_text_copy(object, NAMEDATALEN, sg_token_name(&token));
	}
}

/* Makes a clue about a name in the object with this identity; NULL is the object's own. */
static void
make(Maker *maker, SgErrorSet errors, const char *identity, const char *name)
{
	const SgClueOrigin *origin = maker->origin;
	SgClue	   *clue;

	if (errors == 0)
		return;
	clue = palloc0(sizeof(SgClue));
	clue->journal_id = origin->journal_id;
	clue->changed_at = origin->changed_at;
	clue->errors = errors;
	if (origin->changed_by != NULL)
		sg_text_copy(clue->changed_by, NAMEDATALEN, sg_text_escape_unmappable(origin->changed_by));
	sg_text_copy(clue->application_name, NAMEDATALEN, origin->application_name);
	split_identity(identity, clue->schema, clue->object);
	sg_text_copy(clue->name, NAMEDATALEN, name != NULL ? name : clue->object);
	clue->took = maker->took;
	clue->takes = maker->takes;
	sg_text_copy(clue->type, sizeof(clue->type), maker->change->type);
	sg_text_copy(clue->identity, sizeof(clue->identity), identity);
	sg_text_copy(clue->text, sizeof(clue->text), sg_text_escape_unmappable(sg_change_text(maker->change)));
	maker->clues = lappend(maker->clues, clue);
}

/* Returns the errors of statements that still use an object of this type that no longer exists. */
static SgErrorSet
errors_of_absence(const char *type)
{
	static const struct
	{
		const char *type;
		SgErrorSet	errors;
	}			known[] = {
		/* a relation's row type has its name */
		{"table", SG_ERROR_BIT(SG_ERROR_RELATION) | SG_ERROR_BIT(SG_ERROR_TYPE)},
		{"view", SG_ERROR_BIT(SG_ERROR_RELATION) | SG_ERROR_BIT(SG_ERROR_TYPE)},
		{"materialized view", SG_ERROR_BIT(SG_ERROR_RELATION) | SG_ERROR_BIT(SG_ERROR_TYPE)},
		{"foreign table", SG_ERROR_BIT(SG_ERROR_RELATION) | SG_ERROR_BIT(SG_ERROR_TYPE)},
		{"sequence", SG_ERROR_BIT(SG_ERROR_RELATION)},
		{"function", SG_ERROR_BIT(SG_ERROR_FUNCTION)},
		{"procedure", SG_ERROR_BIT(SG_ERROR_FUNCTION)},
		{"aggregate", SG_ERROR_BIT(SG_ERROR_FUNCTION)},
		{"type", SG_ERROR_BIT(SG_ERROR_TYPE)},
		{"schema", SG_ERROR_BIT(SG_ERROR_SCHEMA)}
	};

	for (int i = 0; i < lengthof(known); i++)
	{
		if (strcmp(known[i].type, type) == 0)
			return known[i].errors;
	}
	return 0;
}

static bool
is_routine(const char *type)
{
	return (errors_of_absence(type) & SG_ERROR_BIT(SG_ERROR_FUNCTION)) != 0;
}

/* The arity by an object's block, of which the journal may have no more than the beginning. */
static SgArity
arity_of_block(const char *type, const char *block)
{
	static const SgArity any = {0, PG_INT32_MAX};
	const char *line = strstr(block, "\n  " ARGUMENTS ":");
	const char *start = line == NULL ? NULL : line + strlen("\n  " ARGUMENTS ":");
	const char *end = start == NULL ? NULL : strchr(start, '\n');

	if (line == NULL && block[0] != '\0' && block[strlen(block) - 1] == '\n')
		return sg_signature_arity(type, NULL);
	/* cut off, or of several lines */
	if (end == NULL || *start != ' ')
		return any;
	return sg_signature_arity(type, pnstrdup(start + 1, end - start - 1));
}

static void
make_of_object(Maker *maker)
{
	const SgItemChange *change = maker->change;

	if (change->kind == SG_REMOVED)
	{
		if (is_routine(change->type) && change->before != NULL)
			maker->took = arity_of_block(change->type, change->before);
		make(maker, errors_of_absence(change->type), change->identity, NULL);
	}
	else if (change->kind == SG_RENAMED)
	{
		if (is_routine(change->type))
			maker->took = sg_signature_arity_of_identity(change->before);
		make(maker, errors_of_absence(change->type), change->before, NULL);
	}
}

/* Returns true if an INSERT that leaves the column out fails, because it may not be null. */
static bool
needs_value(const char *definition)
{
	SgColumnParts column;

	if (definition == NULL)
		return false;
	sg_item_column_parse(definition, &column);
	return column.not_null && column.fill == SG_FILL_NONE;
}

static bool
forbids_null(const char *definition)
{
	SgColumnParts column;

	if (definition == NULL)
		return false;
	sg_item_column_parse(definition, &column);
	return column.not_null;
}

/* Returns the errors of statements that use a column whose definition is new or has changed. */
static SgErrorSet
errors_of_definition(const char *before, const char *after)
{
	SgErrorSet	errors = 0;

	if ((forbids_null(after) && !forbids_null(before)) || (needs_value(after) && !needs_value(before)))
		errors |= SG_ERROR_BIT(SG_ERROR_NOT_NULL);
	if (before != NULL)
	{
		SgColumnParts old;
		SgColumnParts new;

		sg_item_column_parse(before, &old);
		sg_item_column_parse(after, &new);
		if (strcmp(old.type, new.type) != 0)
			errors |= SG_ERROR_BIT(SG_ERROR_PLAN);
	}
	return errors;
}

static void
make_of_column(Maker *maker)
{
	const SgItemChange *change = maker->change;
	const SgErrorSet gone = SG_ERROR_BIT(SG_ERROR_COLUMN) | SG_ERROR_BIT(SG_ERROR_PLAN);
	const SgErrorSet new = SG_ERROR_BIT(SG_ERROR_AMBIGUOUS) | SG_ERROR_BIT(SG_ERROR_PLAN);
	const char *name = sg_item_name(change->attribute);

	switch (change->kind)
	{
		case SG_ADDED:
			make(maker, new | errors_of_definition(NULL, change->after), change->identity, name);
			break;
		case SG_REMOVED:
			make(maker, gone, change->identity, name);
			break;
		case SG_RENAMED:
			make(maker, gone, change->identity, sg_item_name(change->before));
			make(maker, new, change->identity, sg_item_name(change->after));
			break;
		case SG_CHANGED:
			make(maker, errors_of_definition(change->before, change->after), change->identity, name);
			break;
	}
}

/* Returns true if the definition is a check that "before" was not. */
static bool
is_new_check(const char *attribute, const char *before, const char *after)
{
	SgItem old = { .attribute = attribute, .definition = before };
	SgItem new = { .attribute = attribute, .definition = after };
	SgCheckParts old_check;
	SgCheckParts new_check;

	if (after == NULL || !sg_item_check_parse(&new, &new_check))
		return false;
	return before == NULL || !sg_item_check_parse(&old, &old_check) ||
		strcmp(old_check.condition, new_check.condition) != 0 ||
		(new_check.enforced && !old_check.enforced);
}

static void
make_of_item(Maker *maker)
{
	const SgItemChange *change = maker->change;
	const char *attribute = change->attribute;

	if (sg_item_attribute_is(attribute, SG_ITEM_COLUMN) ||
		sg_item_attribute_is(attribute, SG_ITEM_ATTRIBUTE))
		make_of_column(maker);
	else if (change->kind == SG_RENAMED)
	{
		if (sg_item_attribute_is(attribute, SG_ITEM_LABEL))
			make(maker, SG_ERROR_BIT(SG_ERROR_LABEL), change->identity, sg_item_name(change->before));
	}
	else if (sg_item_attribute_is(attribute, SG_ITEM_CONSTRAINT))
	{
		if (is_new_check(attribute, change->before, change->after))
			make(maker, SG_ERROR_BIT(SG_ERROR_CHECK), change->identity, sg_item_name(attribute));
	}
	else if (sg_item_attribute_is(attribute, SG_ITEM_LABEL))
	{
		if (change->kind == SG_REMOVED)
			make(maker, SG_ERROR_BIT(SG_ERROR_LABEL), change->identity, sg_item_name(attribute));
	}
	else if (strcmp(attribute, ARGUMENTS) == 0 && is_routine(change->type))
	{
		/* of those calls that it took and takes no more */
		maker->took = sg_signature_arity(change->type, change->before);
		maker->takes = sg_signature_arity(change->type, change->after);
		make(maker, SG_ERROR_BIT(SG_ERROR_FUNCTION), change->identity, NULL);
	}
	else if (strcmp(attribute, "not null") == 0 && change->kind == SG_ADDED)
		make(maker, SG_ERROR_BIT(SG_ERROR_NOT_NULL), change->identity, NULL);
}

/*
 * Returns clues to the errors that the change can cause: a List of SgClue *, in the
 * current memory context.
 */
List *
sg_clues_of(const SgItemChange *change, const SgClueOrigin *origin)
{
	Maker		maker = {
		.change = change,.origin = origin,.took = {0, PG_INT32_MAX},.takes = {0, -1}
	};

	if (change->attribute == NULL)
		make_of_object(&maker);
	else
		make_of_item(&maker);
	return maker.clues;
}
