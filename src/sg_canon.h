/*
 * sg_canon.h
 *		Text that the server's deparser prints differently for the same meaning.
 */
#ifndef SG_CANON_H
#define SG_CANON_H

extern char *sg_canon_text(const char *deparsed);

#endif							/* SG_CANON_H */
