/*
 * incidents/words.h
 *		Which words are in a text: a set of hashes of fixed size.
 *
 * For the time at which an error is about to be reported: nothing here
 * allocates, fails, or looks at a catalog.
 */
#ifndef SG_INCIDENTS_WORDS_H
#define SG_INCIDENTS_WORDS_H

#define SG_WORD_SLOTS 1024

typedef struct SgWords
{
	int			count;
	bool		incomplete;		/* there was more text, or there were more words */
	uint32		slots[SG_WORD_SLOTS];	/* 0: free */
} SgWords;

extern uint32 sg_words_hash(const char *text, size_t len);
extern bool sg_words_is_part(unsigned char c);
extern void sg_words_add_text(SgWords *words, const char *text);
extern bool sg_words_have(const SgWords *words, uint32 hash);
extern const char *sg_words_following(const char *text, const char *word, size_t *len);

#endif							/* SG_INCIDENTS_WORDS_H */
