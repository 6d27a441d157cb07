/*
 * support/secret.h
 *		What must not be shown: passwords and the like.
 */
#ifndef SG_SUPPORT_SECRET_H
#define SG_SUPPORT_SECRET_H

/* stands for a value that is not shown */
#define SG_HIDDEN "(hidden)"

extern bool sg_secret_in_option(const char *name, const char *value);
extern bool sg_secret_in_text(const char *text);
extern bool sg_secret_in_setting(const char *name, const char *value);

#endif							/* SG_SUPPORT_SECRET_H */
