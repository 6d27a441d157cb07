/*
 * support/secret.c
 *		What must not be shown: passwords and the like.
 *
 * Secrets are recognized by the name of an option, or by what its value looks like:
 * a connection string or URI with a password.  Hiding too much is better than too
 * little, but Booleans are not secrets: password_required 'false' is shown, so that
 * a change is noticed.
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

/* Returns the first occurrence of a word, ignoring the case of ASCII letters, or NULL. */
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

/* Returns what follows the rest of a name. */
static const char *
skip_name(const char *text)
{
	while (isalnum((unsigned char) *text) || *text == '_' || *text == '-')
		text++;
	return text;
}

/* Returns true if a value follows the end of a name, as in sslkey = x or {"token": "x"}. */
static bool
is_given_value(const char *text)
{
	bool		quoted = *text == '"' || *text == '\'';

	if (quoted)
		text++;
	while (scanner_isspace(*text))
		text++;
	return *text == '=' || (quoted && *text == ':');
}

/* Returns true if a value follows a name that contains one of the words. */
static bool
gives_value_to_one_of(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		const char *found = text;

		/* each name is looked at once, however often it contains the word */
		while ((found = find_word(found, words[i])) != NULL)
		{
			found = skip_name(found + strlen(words[i]));
			if (is_given_value(found))
				return true;
		}
	}
	return false;
}

/* Returns true if the text contains scheme://user:password@host. */
static bool
has_uri_with_password(const char *text)
{
	const char *at = NULL;		/* the next one, unless it is before "text" */

	while ((text = strstr(text, "://")) != NULL)
	{
		const char *colon;

		text += 3;
		if (at == NULL || at < text)
			at = strchr(text, '@');
		if (at == NULL)
			return false;
		colon = memchr(text, ':', at - text);
		if (colon != NULL)
			return true;
	}
	return false;
}

/*
 * Returns true if there may be a secret in a text of any kind, such as a query, in
 * which "key =" is no sign of one.
 */
bool
sg_secret_in_text(const char *text)
{
	return contains_one_of(text, secret_texts, lengthof(secret_texts)) ||
		has_uri_with_password(text);
}

/* Returns true if the value of this option must not be shown. */
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
 * The same for a setting.  The server's own settings that can be set for databases,
 * roles and functions hold no secrets, whatever their names; the names of other
 * settings have a dot.
 */
bool
sg_secret_in_setting(const char *name, const char *value)
{
	return strchr(name, '.') != NULL && sg_secret_in_option(name, value);
}
