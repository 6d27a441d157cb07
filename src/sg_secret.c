/*
 * sg_secret.c
 *		What must not be shown: passwords and their like.
 *
 * By the name of an option, or by what its value looks like: a connection
 * string or URI with a password in it.  Too much is better than too little,
 * but yes and no are nobody's secret: password_required 'false' is shown, and
 * its change is noticed.
 */
#include "postgres.h"

#include "sg_secret.h"
#include "utils/builtins.h"

static const char *const secret_names[] = {
	"passw", "passphrase", "passcode", "passfile", "pwd", "secret", "token", "key", "credential",
	"private"
};

static const char *const secret_values[] = {
	"passw", "pwd=", "secret=", "token="
};

/* Is the word, in lower case, part of the text?  ASCII letters of any case. */
static bool
contains(const char *text, const char *word)
{
	size_t		len = strlen(word);

	for (; *text != '\0'; text++)
	{
		if (pg_strncasecmp(text, word, len) == 0)
			return true;
	}
	return false;
}

static bool
contains_one_of(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (contains(text, words[i]))
			return true;
	}
	return false;
}

/* scheme://user:password@host */
static bool
is_uri_with_password(const char *value)
{
	const char *start = strstr(value, "://");
	const char *colon;
	const char *at;

	if (start == NULL)
		return false;
	start += 3;
	colon = strchr(start, ':');
	at = strchr(start, '@');
	return colon != NULL && at != NULL && colon < at;
}

/* Must the value of the option of that name not be shown? */
bool
sg_is_secret(const char *name, const char *value)
{
	bool		boolean;

	if (parse_bool(value, &boolean))
		return false;
	return contains_one_of(name, secret_names, lengthof(secret_names)) ||
		contains_one_of(value, secret_values, lengthof(secret_values)) ||
		is_uri_with_password(value);
}

/*
 * The same of a setting.  The server's own settings that anybody can give to a
 * database, a role or a function hold no secrets, whatever they are called;
 * those of extensions and applications have a dot in their names.
 */
bool
sg_setting_is_secret(const char *name, const char *value)
{
	return strchr(name, '.') != NULL && sg_is_secret(name, value);
}
