/*
 * queries/outline.c
 *		A JSON document that is assembled piece by piece.
 *
 * Objects have each key once, arrays each element once, so that the same
 * outline results from the same pieces in whatever order, and however often they come.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "format/name_table.h"
#include "queries/outline.h"
#include "support/text.h"

/* An outline that is nothing yet, in the current memory context. */
SgOutline *
sg_outline_new(void)
{
	return palloc0(sizeof(SgOutline));
}

/* The member of that key, which is there from now on; makes the outline an object. */
SgOutline *
sg_outline_member(SgOutline *outline, const char *key)
{
	void	  **member;

	if (outline->members == NULL)
		outline->members = sg_name_table("schema_guard members");
	member = sg_name_find(outline->members, key);
	if (member != NULL)
		return (SgOutline *) member;
	member = sg_name_enter(outline->members, pstrdup(key));
	*member = sg_outline_new();
	return *member;
}

/* The member of that key, or NULL. */
SgOutline *
sg_outline_find(const SgOutline *outline, const char *key)
{
	return outline->members == NULL ? NULL : sg_name_find(outline->members, key);
}

/* Takes the member away, if it is there. */
void
sg_outline_remove(SgOutline *outline, const char *key)
{
	if (outline->members != NULL)
		(void) hash_search(outline->members, &key, HASH_REMOVE, NULL);
}

static char *
text_as_json(const char *text)
{
	StringInfoData buf;

	initStringInfo(&buf);
	escape_json(&buf, text);
	return buf.data;
}

/* Makes the outline a string. */
void
sg_outline_set_text(SgOutline *outline, const char *text)
{
	outline->scalar = text == NULL ? "null" : text_as_json(text);
}

/* Makes the outline an array, if only an empty one. */
void
sg_outline_be_array(SgOutline *outline)
{
	if (outline->elements == NULL)
		outline->elements = sg_name_table("schema_guard elements");
}

/* Adds an element, which is JSON, to an array; it must stay where it is. */
void
sg_outline_add_json(SgOutline *outline, const char *json)
{
	sg_outline_be_array(outline);
	*sg_name_enter(outline->elements, json) = unconstify(char *, json);
}

/* Adds a string to an array. */
void
sg_outline_add_text(SgOutline *outline, const char *text)
{
	sg_outline_add_json(outline, text_as_json(text));
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static int
sorted_names(HTAB *table, const char ***names)
{
	HASH_SEQ_STATUS status;
	const char **entry;
	int			count = 0;

	*names = palloc(sizeof(char *) * Max(table == NULL ? 0 : hash_get_num_entries(table), 1));
	if (table == NULL)
		return 0;
	hash_seq_init(&status, table);
	while ((entry = hash_seq_search(&status)) != NULL)
		(*names)[count++] = *entry;
	if (count > 1)
		qsort(*names, count, sizeof(char *), compare_keys);
	return count;
}

/* Adds what another array has. */
void
sg_outline_add_all(SgOutline *outline, const SgOutline *other)
{
	const char **elements;
	int			count = sorted_names(other->elements, &elements);

	for (int i = 0; i < count; i++)
		sg_outline_add_json(outline, elements[i]);
}

/*
 * Keeps those strings of an array that are in the list as well, and returns
 * what only one of the two has.
 */
SgOutline *
sg_outline_retain_texts(SgOutline *outline, const List *texts)
{
	HTAB	   *before = outline->elements;
	SgOutline  *rest = sg_outline_new();
	const char **elements;
	int			count;
	ListCell   *cell;

	outline->elements = NULL;
	sg_outline_be_array(outline);
	foreach(cell, texts)
	{
		char	   *json = text_as_json(lfirst(cell));

		sg_outline_add_json(sg_name_find(before, json) != NULL ? outline : rest, json);
	}
	count = sorted_names(before, &elements);
	for (int i = 0; i < count; i++)
	{
		if (sg_name_find(outline->elements, elements[i]) == NULL)
			sg_outline_add_json(rest, elements[i]);
	}
	return rest;
}

/* The strings in this order as a JSON array, palloc'd. */
char *
sg_outline_texts(const List *texts)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, texts)
	{
		appendStringInfoString(&buf, buf.len == 0 ? "[" : ", ");
		escape_json(&buf, lfirst(cell));
	}
	appendStringInfoString(&buf, buf.len == 0 ? "[]" : "]");
	return buf.data;
}

static List *
add_leaf(List *leaves, const List *path, SgOutlineKind kind, const char *json)
{
	SgOutlineLeaf *leaf = palloc(sizeof(SgOutlineLeaf));

	leaf->path = list_copy(path);
	leaf->kind = kind;
	leaf->json = json;
	return lappend(leaves, leaf);
}

static List *
add_leaves(List *leaves, const SgOutline *outline, List *path)
{
	const char **names;
	int			count;

	if (outline->scalar != NULL)
		leaves = add_leaf(leaves, path, SG_OUTLINE_SCALAR, outline->scalar);
	count = sorted_names(outline->elements, &names);
	if (count == 0 && outline->elements != NULL)
		leaves = add_leaf(leaves, path, SG_OUTLINE_ARRAY, NULL);
	for (int i = 0; i < count; i++)
		leaves = add_leaf(leaves, path, SG_OUTLINE_ELEMENT, names[i]);
	if (outline->scalar == NULL && outline->elements == NULL && outline->members == NULL)
		leaves = add_leaf(leaves, path, SG_OUTLINE_OBJECT, NULL);
	count = sorted_names(outline->members, &names);
	for (int i = 0; i < count; i++)
		leaves = add_leaves(leaves, sg_name_find(outline->members, names[i]),
							lappend(list_copy(path), unconstify(char *, names[i])));
	return leaves;
}

/*
 * What the outline is made of, a List of SgOutlineLeaf *: outlines with the same leaves are
 * the same, and the leaves of two outlines together make up both.
 */
List *
sg_outline_leaves(const SgOutline *outline)
{
	return add_leaves(NIL, outline, NIL);
}

/* Adds a leaf; what it says must stay where it is. */
void
sg_outline_add_leaf(SgOutline *outline, const SgOutlineLeaf *leaf)
{
	ListCell   *cell;

	foreach(cell, leaf->path)
		outline = sg_outline_member(outline, lfirst(cell));
	if (leaf->kind == SG_OUTLINE_SCALAR)
		outline->scalar = leaf->json;
	else if (leaf->kind == SG_OUTLINE_ELEMENT)
		sg_outline_add_json(outline, leaf->json);
	else if (leaf->kind == SG_OUTLINE_ARRAY)
		sg_outline_be_array(outline);
}

/* An object's keys, sorted by their bytes. */
int
sg_outline_keys(const SgOutline *outline, const char ***keys)
{
	return sorted_names(outline->members, keys);
}

/* Appends the outline as JSON; one that is nothing yet is an empty object. */
void
sg_outline_render(StringInfo buf, const SgOutline *outline)
{
	bool		is_array = outline->elements != NULL;
	const char **names;
	int			count;

	CHECK_FOR_INTERRUPTS();
	if (outline->scalar != NULL)
	{
		appendStringInfoString(buf, outline->scalar);
		return;
	}
	count = sorted_names(is_array ? outline->elements : outline->members, &names);
	appendStringInfoChar(buf, is_array ? '[' : '{');
	for (int i = 0; i < count; i++)
	{
		appendStringInfoString(buf, i == 0 ? "" : ", ");
		if (is_array)
		{
			appendStringInfoString(buf, names[i]);
			continue;
		}
		escape_json(buf, names[i]);
		appendStringInfoString(buf, ": ");
		sg_outline_render(buf, sg_name_find(outline->members, names[i]));
	}
	appendStringInfoChar(buf, is_array ? ']' : '}');
	pfree(names);
}

/* The outline as jsonb, which every client can be sent. */
Datum
sg_outline_jsonb(const SgOutline *outline)
{
	StringInfoData buf;

	initStringInfo(&buf);
	sg_outline_render(&buf, outline);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(sg_text_escape(buf.data, SG_TEXT_JSON)));
}
