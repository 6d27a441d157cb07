/*
 * support/declaration.c
 *		The release that this session declares.
 *
 * That is schema_guard.application or, if this is not set and
 * schema_guard.use_application_name is on, an application_name of the form
 * name/version.  Many programs set application_name for other purposes, so a name
 * declares nothing if its application is not registered: releases/session.c finds
 * that out and calls sg_declaration_ignore_name().
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

/* Returns true if the release is declared by application_name. */
bool
sg_declaration_is_by_name(void)
{
	return !is_set() && sg_declaration()[0] != '\0';
}

/* Makes the current application_name declare nothing from now on. */
void
sg_declaration_ignore_name(void)
{
	strlcpy(ignored_name, application_name, sizeof(ignored_name));
}

/* Lets every application_name declare a release again. */
void
sg_declaration_heed_name(void)
{
	ignored_name[0] = '\0';
}
