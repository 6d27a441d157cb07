/*
 * sg_preview.h
 *		What DDL would change, found out by running and undoing it.
 */
#ifndef SG_PREVIEW_H
#define SG_PREVIEW_H

#include "sg_live.h"

extern SgLiveDelta *sg_preview(const char *ddl);

#endif							/* SG_PREVIEW_H */
