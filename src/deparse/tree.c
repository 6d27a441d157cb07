/*
 * deparse/tree.c
 *		Stored trees: how they are read and printed, and what becomes of damaged ones.
 *
 * The server takes for granted what is stored: of a tree that is cut off it reads
 * on behind the end.  So brackets are counted before a tree is read, and whoever
 * takes something out of one looks whether it is there.
 *
 * A damaged tree is an error.  But where an object is described with care, as one
 * is from which an error came (description/describe_class.c), only the text at hand
 * becomes SG_MISSING, and that is noted.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"

#include "deparse/tree.h"
#include "support/attempt.h"

#define DAMAGED "damaged expression"
#define TOO_DEEP "expression that is nested too deeply"

/* fields that a node lacks are read from here, which gives an error or zeros */
#define PADDING_8 " } } } } } } } }"
#define PADDING_64 \
	PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8
#define PADDING PADDING_64 PADDING_64

/* what to read ("text") or to print (the rest), and what comes of it */
typedef struct TreeWork
{
	const char *text;
	SgDeparser *deparser;
	SgTreePrinter printer;
	Node	   *tree;
	void	   *arg;
	char	   *printed;
} TreeWork;

/* Has each bracket its counterpart?  A backslash makes what follows part of a name. */
static bool
is_whole(const char *text)
{
	int			braces = 0;
	int			parentheses = 0;

	for (; *text != '\0'; text++)
	{
		if (*text == '{')
			braces++;
		else if (*text == '}')
			braces--;
		else if (*text == '(')
			parentheses++;
		else if (*text == ')')
			parentheses--;
		else if (*text == '\\' && *++text == '\0')
			return false;
	}
	return braces == 0 && parentheses == 0;
}

static void
raise_damaged(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("a stored expression is damaged")));
}

static void
read_tree(void *arg)
{
	TreeWork   *work = arg;

	if (is_whole(work->text))
		work->tree = stringToNode(psprintf("%s" PADDING, work->text));
	if (work->tree == NULL)
		raise_damaged();
}

static void
print_tree(void *arg)
{
	TreeWork   *work = arg;

	if (work->tree == NULL)
		raise_damaged();
	work->printed = work->printer(work->deparser, work->tree, work->arg);
}

/* Does the work.  With care, what fails is noted, and leaves no result. */
static void
do_work(SgDeparser *deparser, void (*function) (void *arg), TreeWork *work)
{
	ErrorData  *error;

	if (!deparser->careful)
	{
		function(work);
		return;
	}
	error = sg_attempt_object(function, work);
	if (error == NULL)
		return;
	ereport(DEBUG1,
			(errmsg_internal("an expression cannot be described: %s", error->message)));
	(void) sg_names_note_gap(deparser->names,
					   error->sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX ? TOO_DEEP : DAMAGED);
	work->tree = NULL;
	FreeErrorData(error);
}

/* The stored tree; NULL if it is damaged (with care). */
Node *
sg_tree_read(SgDeparser *deparser, const char *text)
{
	TreeWork	work = {.text = text};

	do_work(deparser, read_tree, &work);
	return work.tree;
}

/* The stored list of trees; NIL if it is none (with care). */
List *
sg_tree_read_list(SgDeparser *deparser, const char *text)
{
	Node	   *tree = sg_tree_read(deparser, text);

	if (tree == NULL || IsA(tree, List))
		return (List *) tree;
	if (!deparser->careful)
		raise_damaged();
	(void) sg_names_note_gap(deparser->names, DAMAGED);
	return NIL;
}

/* The tree of that number in the list, from 0 on; NULL if there is none. */
Node *
sg_tree_nth(const List *trees, int n)
{
	return n >= 0 && n < list_length(trees) ? list_nth(trees, n) : NULL;
}

/* The text that the printer makes of the tree; SG_MISSING if it fails, or the tree is NULL (with care). */
char *
sg_tree_print(SgDeparser *deparser, SgTreePrinter printer, Node *tree, void *arg)
{
	TreeWork	work = {.deparser = deparser, .printer = printer, .tree = tree, .arg = arg};

	do_work(deparser, print_tree, &work);
	return work.printed != NULL ? work.printed : pstrdup(SG_MISSING);
}
