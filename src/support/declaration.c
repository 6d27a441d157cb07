/*
 * support/declaration.c
 *		The release that this session declares.
 *
 * That is schema_guard.application; or, where this is not set and
 * schema_guard.use_application_name is on, an application_name of the form
 * name/version.  Many a program sets that name without a thought of releases, so
 * one of an application that nobody has registered declares nothing:
 * releases/session.c, which can tell, has it ignored.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "support/declaration.h"
#include "support/settings.h"

/* the application_name that declares nothing, or "" */
static char ignored_name[NAMEDATALEN] = "";

/* Returns true if the text is name/version, with neither part empty. */
static bool
is_release(const char *text)
{
	const char *slash = strrchr(text, '/');

	return slash != NULL && slash != text && slash[1] != '\0';
}

static bool
is_set(void)
{
	return sg_application != NULL && sg_application[0] != '\0';
}

/* Returns the release that this session declares, as name/version, or "". */
const char *
sg_declaration(void)
{
	if (is_set())
		return sg_application;
	if (sg_use_application_name && application_name != NULL && is_release(application_name) &&
		strcmp(application_name, ignored_name) != 0)
		return application_name;
	return "";
}

/* Returns true if it is the application_name that declares it. */
bool
sg_declaration_is_by_name(void)
{
	return !is_set() && sg_declaration()[0] != '\0';
}

/* From now on, this application_name declares nothing. */
void
sg_declaration_ignore_name(void)
{
	strlcpy(ignored_name, application_name, sizeof(ignored_name));
}

/* Every application_name is heeded again. */
void
sg_declaration_heed_name(void)
{
	ignored_name[0] = '\0';
}
