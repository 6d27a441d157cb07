/*
 * catalogs/relation_kind.h
 *		What people call a relation of a kind.
 */
#ifndef SG_CATALOGS_RELATION_KIND_H
#define SG_CATALOGS_RELATION_KIND_H

extern const char *sg_relation_kind_name(char relkind);

#endif							/* SG_CATALOGS_RELATION_KIND_H */
