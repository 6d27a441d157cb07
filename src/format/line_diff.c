/*
 * format/line_diff.c
 *		Merges two texts, line by line, into one that shows their difference.
 *
 * Both texts can be read from the result, and the result is determined by them: a
 * path file that shows their difference in another way is not valid.  So the
 * algorithm is part of the file format.  Common lines at the beginning and end are
 * set aside, and the rest is compared by the longest common subsequence; if that
 * would take too much memory, all old lines precede all new ones.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/line_diff.h"

/* limit for the cells of the table, 4 bytes each */
#define MAX_CELLS (4 * 1024 * 1024)

/* a line with its line end */
typedef struct Line
{
	const char *text;
	size_t		len;
} Line;

/* Returns the lines of a text, each of which ends with a newline; palloc'd. */
static Line *
split(const char *text, size_t len, int *count)
{
	const char *end = text + len;
	Line	   *lines;
	int			capacity = 1;

	for (const char *c = text; c < end; c++)
		capacity += *c == '\n';
	lines = palloc_extended(sizeof(Line) * capacity, MCXT_ALLOC_HUGE);
	*count = 0;
	while (text < end)
	{
		const char *newline = memchr(text, '\n', end - text);

		lines[*count].text = text;
		lines[*count].len = (newline != NULL ? newline + 1 : end) - text;
		text += lines[(*count)++].len;
	}
	return lines;
}

static bool
same_line(const Line *a, const Line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void
append(StringInfo buf, char mark, const Line *lines, int count)
{
	for (int i = 0; i < count; i++)
	{
		appendStringInfoChar(buf, mark);
		appendBinaryStringInfo(buf, lines[i].text, (int) lines[i].len);
	}
}

/*
 * Appends the lines between the common ones at the beginning and end.  length[i][j]
 * is the length of the longest common subsequence of a from i on and b from j on.
 */
static void
append_middle(StringInfo buf, const Line *a, int na, const Line *b, int nb)
{
	int			width = nb + 1;
	uint32	   *length = palloc0(sizeof(uint32) * (na + 1) * width);
	int			i;
	int			j;

	for (i = na - 1; i >= 0; i--)
	{
		CHECK_FOR_INTERRUPTS();
		for (j = nb - 1; j >= 0; j--)
			length[i * width + j] = same_line(&a[i], &b[j]) ?
				length[(i + 1) * width + j + 1] + 1 :
				Max(length[(i + 1) * width + j], length[i * width + j + 1]);
	}
	i = j = 0;
	while (i < na || j < nb)
	{
		if (i < na && j < nb && same_line(&a[i], &b[j]))
		{
			append(buf, ' ', &a[i++], 1);
			j++;
		}
		else if (j == nb ||
				 (i < na && length[(i + 1) * width + j] >= length[i * width + j + 1]))
			append(buf, '-', &a[i++], 1);
		else
			append(buf, '+', &b[j++], 1);
	}
	pfree(length);
}

/*
 * Appends both texts, all of whose lines end with a newline, as one: each line
 * behind a space if it is in both, a minus if it is in "before" only, a plus if it
 * is in "after" only.
 */
void
sg_line_diff(StringInfo buf, const char *before, size_t before_len,
			 const char *after, size_t after_len)
{
	int			na;
	int			nb;
	Line	   *a = split(before, before_len, &na);
	Line	   *b = split(after, after_len, &nb);
	int			head = 0;
	int			tail = 0;

	while (head < na && head < nb && same_line(&a[head], &b[head]))
		head++;
	while (tail < na - head && tail < nb - head &&
		   same_line(&a[na - tail - 1], &b[nb - tail - 1]))
		tail++;
	append(buf, ' ', a, head);
	if ((int64) (na - head - tail + 1) * (nb - head - tail + 1) <= MAX_CELLS)
		append_middle(buf, a + head, na - head - tail, b + head, nb - head - tail);
	else
	{
		append(buf, '-', a + head, na - head - tail);
		append(buf, '+', b + head, nb - head - tail);
	}
	append(buf, ' ', a + na - tail, tail);
	pfree(a);
	pfree(b);
}
