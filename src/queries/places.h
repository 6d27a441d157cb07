/*
 * queries/places.h
 *		What the analysed tree no longer shows, noted by its place in the text.
 */
#ifndef SG_QUERIES_PLACES_H
#define SG_QUERIES_PLACES_H

#include "queries/analysis.h"

extern bool sg_places_is_positional(Node *statement);
extern bool sg_places_note(Node *node, SgPlaces *places);

#endif							/* SG_QUERIES_PLACES_H */
