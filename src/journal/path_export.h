/*
 * journal/path_export.h
 *		A path made from the journal.
 */
#ifndef SG_JOURNAL_PATH_EXPORT_H
#define SG_JOURNAL_PATH_EXPORT_H

extern char *sg_path_export(const char *from, const char *to);

#endif							/* SG_JOURNAL_PATH_EXPORT_H */
