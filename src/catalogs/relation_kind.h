/*
 * catalogs/relation_kind.h
 *		Words for kinds of relations.
 */
#ifndef SG_CATALOGS_RELATION_KIND_H
#define SG_CATALOGS_RELATION_KIND_H

extern const char *sg_relation_kind_name(char relkind);

#endif							/* SG_CATALOGS_RELATION_KIND_H */
