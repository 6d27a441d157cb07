/*
 * support/secret.h
 *		What must not be shown: passwords and their like.
 */
#ifndef SG_SUPPORT_SECRET_H
#define SG_SUPPORT_SECRET_H

/* stands for a value that is not shown */
#define SG_HIDDEN "(hidden)"

extern bool sg_is_secret(const char *name, const char *value);
extern bool sg_text_may_hold_secret(const char *text);
extern bool sg_setting_is_secret(const char *name, const char *value);

#endif							/* SG_SUPPORT_SECRET_H */
