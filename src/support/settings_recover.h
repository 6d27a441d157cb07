/*
 * support/settings_recover.h
 *		The configured values of settings that a client has tried to override.
 */
#ifndef SG_SUPPORT_SETTINGS_RECOVER_H
#define SG_SUPPORT_SETTINGS_RECOVER_H

extern void sg_settings_recover(void);

#endif							/* SG_SUPPORT_SETTINGS_RECOVER_H */
