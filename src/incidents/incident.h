/*
 * incidents/incident.h
 *		Incidents: which errors were caused by which change, counted in a table.
 */
#ifndef SG_INCIDENTS_INCIDENT_H
#define SG_INCIDENTS_INCIDENT_H

#include "incidents/clue.h"

extern void sg_incident_note(const SgClue *clue, int sqlstate, const char *release, TimestampTz at);

#endif							/* SG_INCIDENTS_INCIDENT_H */
