/*
 * incidents/signature.c
 *		With how many arguments a function can be called.
 *
 * A call that no function would have taken does not fail because one of that name is
 * gone.  The types of the arguments are not compared: which of them the server would
 * have converted only the catalogs tell.
 */
#include "postgres.h"

#include "format/token.h"
#include "incidents/signature.h"

/* Adds an argument as the description of a function has it: [mode] [name] type [DEFAULT value]. */
static void
add_argument(SgArity *arity, const char *argument, bool is_procedure)
{
	int			count;
	SgToken    *tokens = sg_tokens(argument, strlen(argument), &count);
	bool		is_out = count > 0 && sg_token_is(&tokens[0], "OUT");
	bool		may_lack = is_out;

	/* agg(*) */
	if (count == 0 || sg_token_is(&tokens[0], "*") || (is_out && !is_procedure))
		return;
	for (int i = 0; i < count; i++)
		may_lack = may_lack || sg_token_is(&tokens[i], "DEFAULT");
	if (!may_lack)
		arity->least++;
	if (sg_token_is(&tokens[0], "VARIADIC"))
		arity->most = PG_INT32_MAX;
	else if (arity->most < PG_INT32_MAX)
		arity->most++;
}

/*
 * With how many arguments the function, procedure or aggregate can be called, by what
 * its description says of them; NULL: nothing.
 */
SgArity
sg_signature_arity(const char *type, const char *arguments)
{
	bool		is_procedure = strcmp(type, "procedure") == 0;
	SgArity		arity = {0, 0};

	while (arguments != NULL)
	{
		/* what is in front of ORDER BY is an argument of an aggregate, too */
		const char *end = sg_token_find(arguments, "ORDER BY");
		List	   *list = sg_token_split(pnstrdup(arguments, end - arguments));
		ListCell   *cell;

		foreach(cell, list)
			add_argument(&arity, lfirst(cell), is_procedure);
		arguments = *end == '\0' ? NULL : end + strlen("ORDER BY");
	}
	return arity;
}

/*
 * The same where no more than the types are known, as in an identity: each argument may
 * have a default, and an array at the end may stand for many.
 */
SgArity
sg_signature_arity_of_identity(const char *identity)
{
	const char *group = sg_token_find(identity, "(");
	SgArity		arity = {0, PG_INT32_MAX};
	size_t		len = strlen(group);
	List	   *types;
	const char *last;

	if (len < 2)
		return arity;
	types = sg_token_split(pnstrdup(group + 1, len - 2));
	last = types == NIL ? "" : llast(types);
	len = strlen(last);
	if ((len < 2 || strcmp(last + len - 2, "[]") != 0) && strcmp(last, "\"any\"") != 0)
		arity.most = list_length(types);
	return arity;
}

/* Returns how many arguments a call has, of which this is the parenthesis; -1: not to be seen. */
int
sg_signature_count(const char *call)
{
	bool		quoted = false;
	int			count = 1;

	if (call[1] == ')')
		return 0;
	for (const char *c = call + 1; *c != '\0'; c++)
	{
		if (*c == '"')
			quoted = !quoted;
		else if (!quoted && *c == ')')
			return count;
		else if (!quoted && *c == ',')
			count++;
	}
	return -1;
}

bool
sg_signature_takes(const SgArity *arity, int count)
{
	return count < 0 || (count >= arity->least && count <= arity->most);
}
