/*
 * incidents/board.h
 *		The board: the newest clues, where an error can be compared with them.
 */
#ifndef SG_INCIDENTS_BOARD_H
#define SG_INCIDENTS_BOARD_H

#include "incidents/meant.h"

/* how an error is compared with the clues */
typedef struct SgBoardQuery
{
	SgNamedList names;
	SgMeaning	meaning;		/* begun */
	TimestampTz since;			/* older changes explain nothing */
} SgBoardQuery;

typedef enum SgBoardAnswer
{
	SG_BOARD_FOUND,
	SG_BOARD_NOT_FOUND,
	SG_BOARD_BUSY				/* it is being written, or there is too much on it to be looked at now */
} SgBoardAnswer;

extern void sg_board_init(void);
extern bool sg_board_is_shared(void);
extern SgBoardAnswer sg_board_find(SgBoardQuery *query, SgClue *clue, bool *log);
extern void sg_board_post(const List *clues);
extern void sg_board_forget(void);

#endif							/* SG_INCIDENTS_BOARD_H */
