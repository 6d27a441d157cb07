/*
 * catalogs/relation_kind.c
 *		Words for kinds of relations.
 */
#include "postgres.h"

#include "catalog/pg_class.h"

#include "catalogs/relation_kind.h"

/* Returns the word for a relkind: the object type, if such relations are objects. */
const char *
sg_relation_kind_name(char relkind)
{
	switch (relkind)
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return "index";
		case RELKIND_VIEW:
			return "view";
		case RELKIND_MATVIEW:
			return "materialized view";
		case RELKIND_FOREIGN_TABLE:
			return "foreign table";
		case RELKIND_SEQUENCE:
			return "sequence";
		case RELKIND_COMPOSITE_TYPE:
			return "composite type";
		default:
			return "table";
	}
}
