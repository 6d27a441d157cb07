/*
 * sg_capture.h
 *		The live schema as blocks, for snapshots and schema files.
 */
#ifndef SG_CAPTURE_H
#define SG_CAPTURE_H

#include "sg_schemafile.h"

extern SgSchema *sg_capture_live(void);

#endif							/* SG_CAPTURE_H */
