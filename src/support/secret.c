/*
 * support/secret.c
 *		What must not be shown: passwords and their like.
 *
 * By the name of an option, or by what its value looks like: a connection
 * string or URI with a password in it.  Too much is better than too little,
 * but yes and no are nobody's secret: password_required 'false' is shown, and
 * its change is noticed.
 */
#include "postgres.h"

#include <ctype.h>

#include "parser/scansup.h"
#include "utils/builtins.h"

#include "support/secret.h"

static const char *const secret_names[] = {
	"pass", "pwd", "secret", "token", "key", "credential", "private", "authoriz", "bearer"
};

static const char *const secret_texts[] = {
	"passw", "pass=", "pwd=", "secret=", "token="
};

/* Where the word, in lower case, is in the text, or NULL.  ASCII letters of any case. */
static const char *
find_word(const char *text, const char *word)
{
	size_t		len = strlen(word);

	for (; *text != '\0'; text++)
	{
		if (pg_strncasecmp(text, word, len) == 0)
			return text;
	}
	return NULL;
}

static bool
contains_one_of(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (find_word(text, words[i]) != NULL)
			return true;
	}
	return false;
}

/* after a secret's name: sslkey = x, AccountKey=x, {"token": "x"} */
static bool
is_given_value(const char *text)
{
	bool		quoted;

	while (isalnum((unsigned char) *text) || *text == '_' || *text == '-')
		text++;
	quoted = *text == '"' || *text == '\'';
	if (quoted)
		text++;
	while (scanner_isspace(*text))
		text++;
	return *text == '=' || (quoted && *text == ':');
}

/* Does one of the words, or one that it is part of, stand before a value? */
static bool
gives_value_to_one_of(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		const char *found = text;

		while ((found = find_word(found, words[i])) != NULL)
		{
			found += strlen(words[i]);
			if (is_given_value(found))
				return true;
		}
	}
	return false;
}

/* scheme://user:password@host */
static bool
has_uri_with_password(const char *text)
{
	while ((text = strstr(text, "://")) != NULL)
	{
		const char *colon;
		const char *at;

		text += 3;
		colon = strchr(text, ':');
		at = strchr(text, '@');
		if (colon != NULL && at != NULL && colon < at)
			return true;
	}
	return false;
}

/*
 * May there be a secret in a text of any kind, such as a query?  There "key ="
 * means nothing.
 */
bool
sg_secret_in_text(const char *text)
{
	return contains_one_of(text, secret_texts, lengthof(secret_texts)) ||
		has_uri_with_password(text);
}

/* Must the value of the option of that name not be shown? */
bool
sg_secret_in_option(const char *name, const char *value)
{
	bool		boolean;

	if (parse_bool(value, &boolean))
		return false;
	return contains_one_of(name, secret_names, lengthof(secret_names)) ||
		gives_value_to_one_of(value, secret_names, lengthof(secret_names)) ||
		sg_secret_in_text(value);
}

/*
 * The same of a setting.  The server's own settings that anybody can give to a
 * database, a role or a function hold no secrets, whatever they are called;
 * those of extensions and applications have a dot in their names.
 */
bool
sg_secret_in_setting(const char *name, const char *value)
{
	return strchr(name, '.') != NULL && sg_secret_in_option(name, value);
}
