/*
 * incidents/search_path.c
 *		The search_path of a failed statement.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/guc.h"

#include "incidents/search_path.h"

/* the name of the current role, as "$user" in search_path */
static const char *
role_name(void)
{
	const char *role = GetConfigOption("role", true, false);

	if (role == NULL || role[0] == '\0' || strcmp(role, "none") == 0)
		role = GetConfigOption("session_authorization", true, false);
	return role == NULL ? "" : role;
}

static uint32
hash_name(const char *name)
{
	return hash_bytes((const unsigned char *) name, (int) strlen(name));
}

/*
 * Copies an element, which may be in double quotes, as a plain name; returns what
 * follows it.
 */
static const char *
read_element(const char *c, char *name)
{
	bool		quoted = *c == '"';
	int			len = 0;

	for (c += quoted; *c != '\0' && (quoted || (*c != ',' && !isspace((unsigned char) *c))); c++)
	{
		if (quoted && *c == '"' && *++c != '"')
			break;
		if (len < NAMEDATALEN - 1)
			name[len++] = quoted ? *c : (char) pg_ascii_tolower((unsigned char) *c);
	}
	name[len] = '\0';
	return c;
}

/* Reads the setting; NULL: not known. */
void
sg_search_path_read(SgSearchPath *path, const char *setting)
{
	path->count = 0;
	path->incomplete = setting == NULL;
	while (setting != NULL && *setting != '\0')
	{
		char		name[NAMEDATALEN];

		if (*setting == ',' || isspace((unsigned char) *setting))
		{
			setting++;
			continue;
		}
		if (path->count == SG_SEARCH_PATH_LEN)
		{
			path->incomplete = true;
			return;
		}
		setting = read_element(setting, name);
		path->schemas[path->count++] = hash_name(strcmp(name, "$user") == 0 ? role_name() : name);
	}
}

/* Returns true if the schema is in search_path, or may be. */
bool
sg_search_path_has(const SgSearchPath *path, const char *schema)
{
	uint32		hash = hash_name(schema);

	for (int i = 0; i < path->count; i++)
	{
		if (path->schemas[i] == hash)
			return true;
	}
	return path->incomplete;
}
