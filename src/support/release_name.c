/*
 * support/release_name.c
 *		Names of releases: application/version.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "support/release_name.h"

/* longest name of an application or a version, in bytes */
#define MAX_NAME_LEN 200

/* Returns why this cannot name an application (or a version, which has no slashes), or NULL if it can. */
const char *
sg_release_name_fault(const char *name, bool slash_allowed)
{
	if (name[0] == '\0')
		return "it is empty";
	if (strlen(name) > MAX_NAME_LEN)
		return "it is longer than 200 bytes";
	if (!slash_allowed && strchr(name, '/') != NULL)
		return "it contains a slash, which separates it from the application's name";
	if (name[0] == ' ' || name[strlen(name) - 1] == ' ')
		return "it begins or ends with a blank";
	for (const char *in = name; *in != '\0'; in++)
	{
		if ((unsigned char) *in < 0x20 || *in == 0x7f)
			return "it contains a control character";
	}
	return NULL;
}

/*
 * Splits application/version at the last slash, in the current memory context.  Returns NULL, or
 * in a sentence why the text is not of that form: a setting can be any bytes.
 */
const char *
sg_release_name_split(const char *declared, char **application, char **version)
{
	const char *slash = strrchr(declared, '/');
	const char *fault;

	if (slash == NULL)
		return "There is no slash between application and version.";
	if (!pg_verifymbstr(declared, (int) strlen(declared), true))
		return "It is not valid in the encoding of the database.";
	*application = pnstrdup(declared, slash - declared);
	*version = pstrdup(slash + 1);
	fault = sg_release_name_fault(*application, true);
	if (fault != NULL)
		return psprintf("The application: %s.", fault);
	fault = sg_release_name_fault(*version, false);
	return fault == NULL ? NULL : psprintf("The version: %s.", fault);
}
