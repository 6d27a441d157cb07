/*
 * support/declaration.h
 *		The release that this session declares.
 */
#ifndef SG_SUPPORT_DECLARATION_H
#define SG_SUPPORT_DECLARATION_H

extern const char *sg_declaration(void);
extern bool sg_declaration_is_by_name(void);
extern void sg_declaration_ignore_name(void);
extern void sg_declaration_heed_name(void);

#endif							/* SG_SUPPORT_DECLARATION_H */
