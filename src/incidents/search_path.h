/*
 * incidents/search_path.h
 *		The search_path of a failed statement.
 *
 * For the time at which an error is about to be reported: nothing here
 * allocates, fails, or looks at a catalog.
 */
#ifndef SG_INCIDENTS_SEARCH_PATH_H
#define SG_INCIDENTS_SEARCH_PATH_H

#define SG_SEARCH_PATH_LEN 16

/* the schemas, as hashes: changes of many tenants' schemas are compared with them */
typedef struct SgSearchPath
{
	int			count;
	bool		incomplete;		/* there are more, or it is not known */
	uint32		schemas[SG_SEARCH_PATH_LEN];
} SgSearchPath;

extern void sg_search_path_read(SgSearchPath *path, const char *setting);
extern bool sg_search_path_has(const SgSearchPath *path, const char *schema);

#endif							/* SG_INCIDENTS_SEARCH_PATH_H */
