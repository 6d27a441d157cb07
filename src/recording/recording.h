/*
 * recording/recording.h
 *		What this session records for a release.
 */
#ifndef SG_RECORDING_RECORDING_H
#define SG_RECORDING_RECORDING_H

#include "queries/outline.h"
#include "recording/recorded.h"

typedef struct SgRecording SgRecording;

extern SgRecording *sg_recording_of(const char *declared);
extern bool sg_recording_is_usable(const SgRecording *recording);
extern bool sg_recording_warns(SgRecording *recording);
extern bool sg_recording_knows(SgRecording *recording, uint64 key);
extern void sg_recording_add(SgRecording *recording, const uint64 *key, const SgOutline *needs,
							 bool is_late);
extern bool sg_recording_is_pending(const SgRecording *recording);
extern void sg_recording_write(void);
extern void sg_recording_written(void);
extern bool sg_recording_read(const char *application, const char *version,
							  SgRecordedCounts *counts, SgOutline *contract);
extern void sg_recording_forget_statements(void);
extern void sg_recording_forget_items(void);

#endif							/* SG_RECORDING_RECORDING_H */
