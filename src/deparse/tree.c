/*
 * deparse/tree.c
 *		Reads and prints stored trees, which may be damaged.
 *
 * The server trusts what is stored: if a tree is truncated, it reads beyond its
 * end.  So we count brackets before we read a tree, and code that takes something
 * from a tree checks that it is there.
 *
 * A damaged tree is an error, unless the deparser is careful, as it is for an
 * object whose description raised an error (description/describe_class.c).  Then
 * the text becomes SG_MISSING, and the damage is noted.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"

#include "deparse/tree.h"
#include "support/attempt.h"

#define DAMAGED "damaged expression"
#define TOO_DEEP "expression that is nested too deeply"

/* fields that a node lacks are read from this padding, which gives an error or zeros */
#define PADDING_8 " } } } } } } } }"
#define PADDING_64 \
	PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8 PADDING_8
#define PADDING PADDING_64 PADDING_64

/* what to read ("text") or print (the other fields), and the result */
typedef struct TreeWork
{
	const char *text;
	SgDeparser *deparser;
	SgTreePrinter printer;
	Node	   *tree;
	void	   *arg;
	char	   *printed;
} TreeWork;

/* Returns true if all brackets match.  A backslash makes the next character part of a name. */
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

/* Does the work.  With a careful deparser, notes a failure, which leaves no result. */
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

/* Returns the stored tree; raises an error if it is damaged. */
Node *
sg_tree_required(const char *text)
{
	TreeWork	work = {.text = text};

	read_tree(&work);
	return work.tree;
}

/* Returns the stored tree; NULL if it is damaged and the deparser is careful. */
Node *
sg_tree_read(SgDeparser *deparser, const char *text)
{
	TreeWork	work = {.text = text};

	do_work(deparser, read_tree, &work);
	return work.tree;
}

/* Returns the stored list of trees; NIL if it is not one and the deparser is careful. */
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

/* Returns the list's tree number "n", from 0; NULL if there is none. */
Node *
sg_tree_nth(const List *trees, int n)
{
	return n >= 0 && n < list_length(trees) ? list_nth(trees, n) : NULL;
}

/* Returns the printer's text of the tree; SG_MISSING if that fails and the deparser is careful. */
char *
sg_tree_print(SgDeparser *deparser, SgTreePrinter printer, Node *tree, void *arg)
{
	TreeWork	work = {.deparser = deparser, .printer = printer, .tree = tree, .arg = arg};

	do_work(deparser, print_tree, &work);
	return work.printed != NULL ? work.printed : pstrdup(SG_MISSING);
}
