/*
 * classes/function_arguments.c
 *		Arguments and results of functions, procedures and aggregates.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "classes/function.h"
#include "deparse/deparse.h"
#include "deparse/tree.h"
#include "format/sql.h"

/* Fills in the routine's arguments.  Checks the row first, because get_func_arg_info() trusts it. */
void
sg_function_load_arguments(SgRoutine *routine)
{
	if (routine->form->pronargs != routine->form->proargtypes.dim1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg_internal("function %u has %d arguments and %d types of arguments",
								 routine->form->oid, routine->form->pronargs,
								 routine->form->proargtypes.dim1)));
	routine->nargs = get_func_arg_info(routine->tuple, &routine->types, &routine->names,
									   &routine->modes);
}

/* Returns schema.name(input types), such as public.f(integer,text); palloc'd. */
char *
sg_function_identity(SgNames *names, Form_pg_proc form)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s(", sg_names_qualify(names, form->pronamespace,
													NameStr(form->proname)));
	for (int i = 0; i < form->proargtypes.dim1; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? "," : "",
						 sg_names_type(names, form->proargtypes.values[i], -1));
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

static char
argument_mode(const SgRoutine *routine, int i)
{
	return routine->modes != NULL ? routine->modes[i] : PROARGMODE_IN;
}

static const char *
mode_word(char mode)
{
	switch (mode)
	{
		case PROARGMODE_INOUT:
			return "INOUT ";
		case PROARGMODE_OUT:
			return "OUT ";
		case PROARGMODE_VARIADIC:
			return "VARIADIC ";
		default:
			return "";
	}
}

static void
append_argument(StringInfo buf, SgRoutine *routine, int i)
{
	const char *name = routine->names != NULL ? routine->names[i] : "";

	appendStringInfoString(buf, mode_word(argument_mode(routine, i)));
	if (name[0] != '\0')
		appendStringInfo(buf, "%s ", sg_sql_identifier(name));
	appendStringInfoString(buf, sg_names_type(routine->describer->names, routine->types[i], -1));
}

static List *
load_defaults(SgRoutine *routine)
{
	bool		isnull;
	Datum		tree = sg_scan_attribute(routine->scan, routine->tuple,
										   Anum_pg_proc_proargdefaults, &isnull);

	return isnull ? NIL : sg_tree_read_list(routine->describer->deparser, TextDatumGetCString(tree));
}

/*
 * Returns the arguments, without result columns, with modes, names, types and
 * defaults; palloc'd.  "order_by_at" is the number of direct arguments of an
 * ordered-set aggregate, or -1.
 */
char *
sg_function_arguments(SgRoutine *routine, int order_by_at)
{
	List	   *defaults = load_defaults(routine);
	int			inputs_without = routine->form->pronargs - routine->form->pronargdefaults;
	int			input = 0;
	int			printed = 0;
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < routine->nargs; i++)
	{
		char		mode = argument_mode(routine, i);

		if (mode == PROARGMODE_TABLE)
			continue;
		if (printed == order_by_at)
			appendStringInfo(&buf, "%sORDER BY ", printed > 0 ? " " : "");
		else if (printed > 0)
			appendStringInfoString(&buf, ", ");
		append_argument(&buf, routine, i);
		printed++;
		if (mode != PROARGMODE_OUT && ++input > inputs_without)
			appendStringInfo(&buf, " DEFAULT %s",
							 sg_deparse_node(routine->describer->deparser,
											 sg_tree_nth(defaults, input - inputs_without - 1), NULL));
	}
	/* one VARIADIC argument is both the last direct and the only aggregated one */
	if (printed == order_by_at && printed > 0)
	{
		appendStringInfoString(&buf, " ORDER BY ");
		append_argument(&buf, routine, routine->nargs - 1);
	}
	return buf.data;
}

/* Returns the result type or the result columns; NULL for a procedure. */
char *
sg_function_result(SgRoutine *routine)
{
	Form_pg_proc form = routine->form;
	StringInfoData buf;
	int			columns = 0;

	if (form->prokind == PROKIND_PROCEDURE)
		return NULL;
	initStringInfo(&buf);
	for (int i = 0; i < routine->nargs; i++)
	{
		if (argument_mode(routine, i) != PROARGMODE_TABLE)
			continue;
		appendStringInfoString(&buf, columns++ > 0 ? ", " : "TABLE(");
		append_argument(&buf, routine, i);
	}
	if (columns > 0)
		appendStringInfoChar(&buf, ')');
	else
		appendStringInfo(&buf, "%s%s", form->proretset ? "SETOF " : "",
						 sg_names_type(routine->describer->names, form->prorettype, -1));
	return buf.data;
}
