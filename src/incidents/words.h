/*
 * incidents/words.h
 *		The texts of a failed statement, and whether they have a word.
 *
 * For use while an error is about to be reported: nothing here allocates, fails, or
 * reads a catalog.
 */
#ifndef SG_INCIDENTS_WORDS_H
#define SG_INCIDENTS_WORDS_H

/* how much text there is room for */
#define SG_WORDS_LEN 8192

typedef struct SgWords
{
	int			len;
	bool		incomplete;		/* there was more text */
	char		text[SG_WORDS_LEN + 1];
} SgWords;

extern void sg_words_init(SgWords *words);
extern void sg_words_add(SgWords *words, const char *text);
extern void sg_words_add_beginning(SgWords *words, const char *text);
extern const char *sg_words_find(const SgWords *words, const char *from, const char *name);
extern bool sg_words_have(const SgWords *words, const char *name);
extern bool sg_words_is_part(unsigned char c);
extern const char *sg_words_following(const char *text, const char *word, size_t *len);

#endif							/* SG_INCIDENTS_WORDS_H */
