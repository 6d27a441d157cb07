/*
 * snapshots/capture.h
 *		The live schema as blocks, for snapshots and schema files.
 */
#ifndef SG_SNAPSHOTS_CAPTURE_H
#define SG_SNAPSHOTS_CAPTURE_H

#include "format/schemafile.h"

extern SgDescription *sg_capture_live(void);

#endif							/* SG_SNAPSHOTS_CAPTURE_H */
