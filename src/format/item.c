/*
 * format/item.c
 *		Items: the properties of an object, and what their attributes look like.
 */
#include "postgres.h"

#include "format/item.h"

static const char *const kind_words[] = {
	[SG_ITEM_ATTRIBUTE] = "attribute",
	[SG_ITEM_COLUMN] = "column",
	[SG_ITEM_CONSTRAINT] = "constraint",
	[SG_ITEM_INCOMPLETE_INDEX] = "incomplete index",
	[SG_ITEM_INDEX] = "index",
	[SG_ITEM_INVALID_INDEX] = "invalid index",
	[SG_ITEM_LABEL] = "label",
	[SG_ITEM_POLICY] = "policy",
	[SG_ITEM_RULE] = "rule",
	[SG_ITEM_TRIGGER] = "trigger"
};

/* Returns true if the attribute is the kind's words and a quoted name. */
bool
sg_item_attribute_is(const char *attribute, SgItemKind kind)
{
	size_t		len = strlen(kind_words[kind]);

	return strncmp(attribute, kind_words[kind], len) == 0 &&
		attribute[len] == ' ' && attribute[len + 1] == '"';
}

/* Returns true if the item is of this kind. */
bool
sg_item_is(const SgItem *item, SgItemKind kind)
{
	return sg_item_attribute_is(item->attribute, kind);
}

/* Returns true if the item's place among items of its kind is part of its meaning. */
bool
sg_item_is_ordered(const SgItem *item)
{
	return item->facet == SG_FACET_STRUCTURE &&
		(sg_item_is(item, SG_ITEM_COLUMN) || sg_item_is(item, SG_ITEM_ATTRIBUTE) ||
		 sg_item_is(item, SG_ITEM_LABEL));
}

/*
 * Like initStringInfo(), but starts small, for the many texts that are mostly short:
 * an object should fit into the processor's caches.
 */
void
sg_item_text_init(StringInfo buf)
{
	buf->maxlen = 128;
	buf->data = palloc(buf->maxlen);
	resetStringInfo(buf);
}

/* Returns the attribute: the words, and the name in double quotes, with those in it doubled; palloc'd. */
char *
sg_item_attribute(const char *words, const char *name)
{
	size_t		words_len = strlen(words);
	size_t		name_len = strlen(name);
	char	   *result = palloc(words_len + 2 * name_len + 4);
	char	   *out = result;
	const char *quote;

	memcpy(out, words, words_len);
	out += words_len;
	*out++ = ' ';
	*out++ = '"';
	while ((quote = memchr(name, '"', name_len)) != NULL)
	{
		size_t		len = quote + 1 - name;

		memcpy(out, name, len);
		out += len;
		*out++ = '"';
		name += len;
		name_len -= len;
	}
	memcpy(out, name, name_len);
	out += name_len;
	*out++ = '"';
	*out = '\0';
	return result;
}
