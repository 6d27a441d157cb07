/*
 * queries/need.c
 *		What a query needs, item by item, as contracts express it.
 *
 * docs/contracts.md describes the keys.  What comes with PostgreSQL is in no
 * contract.  Names are printed under a pinned search_path, so that all but
 * pg_catalog's are qualified.
 *
 * The type of a column that is read is under "select".  How it is used is under
 * "uses", unless one of the uses requires exactly this type, as returning it to the
 * client does: then it has no "uses", and a rule compares the type itself.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "queries/need.h"

/* The type without modifier, as contracts write it. */
char *
sg_need_type_text(Oid type)
{
	return format_type_extended(type, -1, FORMAT_TYPE_TYPEMOD_GIVEN);
}

/* Returns true if the objects of the schema come with PostgreSQL. */
bool
sg_need_is_builtin(Oid schema)
{
	char	   *name;

	if (schema == PG_CATALOG_NAMESPACE || schema == PG_TOAST_NAMESPACE)
		return true;
	name = get_namespace_name(schema);
	return name == NULL || strcmp(name, "information_schema") == 0;
}

/* Raises an error if the object's schema is one of temporary objects. */
void
sg_need_permanent(Oid schema, const char *what, const char *name)
{
	if (isAnyTempNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s \"%s\" is temporary, which no contract can name", what, name)));
}

/*
 * Returns true if the contract names objects of that schema.  It does not name what
 * comes with PostgreSQL.  It cannot name temporary objects: that is an error, except
 * in a lenient contract, which leaves them out, like schema_guard itself.
 */
bool
sg_need_takes(const SgOutline *contract, Oid schema, const char *what, const char *name)
{
	if (sg_need_is_builtin(schema) || name == NULL)
		return false;
	if (contract->lenient)
		return !isAnyTempNamespace(schema) && schema != get_namespace_oid("schema_guard", true);
	sg_need_permanent(schema, what, name);
	return true;
}

/* The relation's name, as contracts write it. */
char *
sg_need_relation_text(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

/* The contract's part on a relation; NULL if that comes with PostgreSQL. */
SgOutline *
sg_need_relation(SgOutline *contract, Oid relid)
{
	if (!sg_need_takes(contract, get_rel_namespace(relid), "relation", get_rel_name(relid)))
		return NULL;
	return sg_outline_member(sg_outline_member(contract, "relations"), sg_need_relation_text(relid));
}

/*
 * The names of the schemas in the search_path, a List of Oid, that precede "last"; of all if that is InvalidOid.
 * What is temporary or comes with PostgreSQL is left out.
 */
List *
sg_need_path(const List *path, Oid last)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, path)
	{
		Oid			schema = lfirst_oid(cell);
		char	   *name = get_namespace_name(schema);

		if (schema == last)
			break;
		if (name != NULL && !isAnyTempNamespace(schema) && !sg_need_is_builtin(schema))
			names = lappend(names, name);
	}
	return names;
}

/*
 * Adds that no relation of that name may be in a schema that precedes its own in
 * the search_path, a List of Oid.
 */
void
sg_need_not_in(SgOutline *contract, Oid relid, const List *path)
{
	ListCell   *cell;

	foreach(cell, sg_need_path(path, get_rel_namespace(relid)))
	{
		SgOutline  *relation = sg_need_relation(contract, relid);

		if (relation != NULL)
			sg_outline_add_text(sg_outline_member(relation, "not_in"), lfirst(cell));
	}
}

/*
 * Notes that a column or attribute of the type is used, as JSON; NULL asks for its type as it is.  What is
 * done with it still counts if that is an enum: a domain over it, which the client does not see, has no "=".
 */
void
sg_need_use(SgOutline *owner, const char *name, Oid type, const char *use)
{
	if (use == NULL)
	{
		SgOutline  *strict = sg_outline_member(sg_outline_member(owner, "strict"), name);

		if (type_is_enum(type))
			sg_outline_set_text(strict, sg_need_type_text(type));
	}
	else
	{
		SgOutline  *uses = sg_outline_member(sg_outline_member(owner, "uses"), name);

		sg_outline_be_array(uses);
		if (use[0] != '\0')
			sg_outline_add_json(uses, use);
	}
}

static void
need_read(SgOutline *owner, Oid relid, AttrNumber number, const char *use)
{
	char	   *name;

	if (number <= 0)
		return;
	name = get_attname(relid, number, false);
	sg_outline_set_text(sg_outline_member(sg_outline_member(owner, "select"), name),
						sg_need_type_text(get_atttype(relid, number)));
	sg_need_use(owner, name, get_atttype(relid, number), use);
}

/*
 * A column is read.  "use" is what is done with it, as JSON; "" if nothing is
 * that depends on its type; NULL if all does.
 */
void
sg_need_column(SgOutline *contract, Oid relid, AttrNumber number, const char *use)
{
	SgOutline  *relation = sg_need_relation(contract, relid);

	if (relation != NULL && number < 0)
		sg_outline_add_text(sg_outline_member(relation, "commands"), "system columns");
	else if (relation != NULL)
		need_read(relation, relid, number, use);
}

/* The same of a column that is found by its place: sg_need_first() tells it. */
void
sg_need_placed(SgOutline *contract, Oid relid, AttrNumber number, const char *use)
{
	SgOutline  *relation = sg_need_relation(contract, relid);

	if (relation != NULL)
		need_read(sg_outline_member(relation, "placed"), relid, number, use);
}

static Oid
type_schema(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
		ReleaseSysCache(tuple);
	}
	return schema;
}

/* The contract's part on a type; NULL if that comes with PostgreSQL. */
SgOutline *
sg_need_type_part(SgOutline *contract, Oid type)
{
	if (!sg_need_takes(contract, type_schema(type), "type", format_type_be(type)))
		return NULL;
	return sg_outline_member(sg_outline_member(contract, "types"), sg_need_type_text(type));
}

/* The type is named: of an array that of its elements, of a row its relation. */
void
sg_need_type(SgOutline *contract, Oid type)
{
	Oid			element = get_element_type(type);
	Oid			relid = get_typ_typrelid(OidIsValid(element) ? element : type);

	if (OidIsValid(element))
		type = element;
	if (OidIsValid(relid) && get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		(void) sg_need_relation(contract, relid);
	else
		(void) sg_need_type_part(contract, type);
}

/* An attribute of a composite type is used, or a column by way of its table's type. */
void
sg_need_attribute(SgOutline *contract, Oid type, AttrNumber number, const char *use)
{
	Oid			relid = get_typ_typrelid(getBaseType(type));
	SgOutline  *composite;

	if (!OidIsValid(relid) || number <= 0)
		return;
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
	{
		sg_need_column(contract, relid, number, use);
		return;
	}
	composite = sg_need_type_part(contract, getBaseType(type));
	if (composite != NULL)
		sg_outline_set_text(sg_outline_member(sg_outline_member(composite, "attributes"),
											  get_attname(relid, number, false)),
							sg_need_type_text(get_atttype(relid, number)));
}

/* The first "count" live columns of a relation, in order, as a JSON array; all of them if 0. */
char *
sg_need_columns(Oid relid, int count)
{
	Relation	relation = relation_open(relid, AccessShareLock);
	TupleDesc	columns = RelationGetDescr(relation);
	List	   *names = NIL;

	for (int i = 0; i < columns->natts; i++)
	{
		if (!TupleDescAttr(columns, i)->attisdropped &&
			(count == 0 || list_length(names) < count))
			names = lappend(names, pstrdup(NameStr(TupleDescAttr(columns, i)->attname)));
	}
	relation_close(relation, NoLock);
	return sg_outline_texts(names);
}

/* The first "count" columns of the relation are found by their places; all of them if 0. */
void
sg_need_first(SgOutline *contract, Oid relid, int count)
{
	SgOutline  *relation = sg_need_relation(contract, relid);

	if (relation != NULL)
		(void) sg_outline_member(sg_outline_member(relation, "first"), sg_need_columns(relid, count));
}

/* All columns of the relation are taken, in order; "key" says how. */
void
sg_need_row(SgOutline *contract, Oid relid, const char *key)
{
	SgOutline  *relation = sg_need_relation(contract, relid);

	if (relation != NULL)
		sg_outline_member(relation, key)->scalar = sg_need_columns(relid, 0);
}

/* The same of a composite type. */
void
sg_need_row_type(SgOutline *contract, Oid type, const char *key)
{
	Oid			relid = get_typ_typrelid(getBaseType(type));
	SgOutline  *composite;

	if (!OidIsValid(relid))
		return;
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
	{
		sg_need_row(contract, relid, key);
		return;
	}
	composite = sg_need_type_part(contract, getBaseType(type));
	if (composite != NULL)
		sg_outline_member(composite, "row")->scalar = sg_need_columns(relid, 0);
}

/* A value is returned: of a composite type with all its attributes, and those of their types. */
void
sg_need_returned(SgOutline *contract, Oid type)
{
	Oid			element = get_element_type(type);
	Oid			relid = get_typ_typrelid(getBaseType(OidIsValid(element) ? element : type));
	Relation	composite;

	check_stack_depth();
	if (!OidIsValid(relid))
		return;
	sg_need_row_type(contract, OidIsValid(element) ? element : type, "row");
	if (get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return;
	composite = relation_open(relid, AccessShareLock);
	for (int i = 0; i < RelationGetDescr(composite)->natts; i++)
	{
		if (!TupleDescAttr(RelationGetDescr(composite), i)->attisdropped)
			sg_need_returned(contract, TupleDescAttr(RelationGetDescr(composite), i)->atttypid);
	}
	relation_close(composite, NoLock);
}

/* An INSERT gives these columns, a List of char *. */
void
sg_need_insert(SgOutline *relation, const List *names)
{
	SgOutline  *insert = sg_outline_member(sg_outline_member(relation, "inserts"),
										   sg_outline_texts(names));
	ListCell   *cell;

	foreach(cell, names)
		(void) sg_outline_member(insert, lfirst(cell));
}

/* An INSERT gives the column a value, with OVERRIDING even if it is an identity column: that is of a kind of integer. */
void
sg_need_given(SgOutline *relation, Oid relid, AttrNumber number, bool overriding)
{
	Oid			type = get_atttype(relid, number);

	if (type == INT2OID || type == INT4OID || type == INT8OID)
		(void) sg_outline_member(sg_outline_member(relation, overriding ? "overriding" : "not overriding"),
								 get_attname(relid, number, false));
}

static void
need_label(SgOutline *contract, Oid type, Oid label)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));

	if (!HeapTupleIsValid(tuple))
		return;
	if (sg_need_takes(contract, type_schema(type), "type", format_type_be(type)))
		sg_outline_add_text(sg_outline_member(sg_outline_member(contract, "enums"),
											  sg_need_type_text(type)),
							NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel));
	ReleaseSysCache(tuple);
}

/* A text that is read as a label of the enum; what is none is refused when it is read. */
void
sg_need_label(SgOutline *contract, Oid type, const char *label)
{
	Oid			oid = strlen(label) >= NAMEDATALEN ? InvalidOid :
		GetSysCacheOid2(ENUMTYPOIDNAME, Anum_pg_enum_oid, ObjectIdGetDatum(type), CStringGetDatum(label));

	if (OidIsValid(oid))
		need_label(contract, type, oid);
}

static void
need_labels_of_array(SgOutline *contract, Oid type, ArrayType *array)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, type, sizeof(Oid), true, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			need_label(contract, type, DatumGetObjectId(elements[i]));
	}
}

/* A dictionary, or a configuration, of text search. */
static void
need_text_search(SgOutline *contract, const char *key, int cache, Oid oid)
{
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
	Oid			schema;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		return;
	if (cache == TSCONFIGOID)
	{
		schema = ((Form_pg_ts_config) GETSTRUCT(tuple))->cfgnamespace;
		name = NameStr(((Form_pg_ts_config) GETSTRUCT(tuple))->cfgname);
	}
	else
	{
		schema = ((Form_pg_ts_dict) GETSTRUCT(tuple))->dictnamespace;
		name = NameStr(((Form_pg_ts_dict) GETSTRUCT(tuple))->dictname);
	}
	if (sg_need_takes(contract, schema, "text search object", name))
		sg_outline_add_text(sg_outline_member(contract, key),
							quote_qualified_identifier(get_namespace_name(schema), name));
	ReleaseSysCache(tuple);
}

/* A relation that a constant names, as those of nextval() do. */
static void
need_named_relation(SgOutline *contract, Oid relid)
{
	char		kind = get_rel_relkind(relid);

	if (kind == '\0' || kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX)
		return;
	if (kind != RELKIND_SEQUENCE)
		(void) sg_need_relation(contract, relid);
	else if (sg_need_takes(contract, get_rel_namespace(relid), "sequence", get_rel_name(relid)))
		sg_outline_add_text(sg_outline_member(contract, "sequences"), sg_need_relation_text(relid));
}

/* A function that a constant names, whatever it returns. */
static void
need_named_function(SgOutline *contract, Oid function)
{
	if (sg_need_takes(contract, get_func_namespace(function), "function", get_func_name(function)))
		(void) sg_outline_member(sg_outline_member(contract, "functions"), format_procedure_qualified(function));
}

/* A constant of a type whose values are names of objects. */
static void
need_object(SgOutline *contract, Oid type, Datum value)
{
	switch (type)
	{
		case REGCLASSOID:
			need_named_relation(contract, DatumGetObjectId(value));
			break;
		case REGTYPEOID:
			/* it may be any number */
			if (SearchSysCacheExists1(TYPEOID, value))
				sg_need_type(contract, DatumGetObjectId(value));
			break;
		case REGCONFIGOID:
			need_text_search(contract, "text_search_configurations", TSCONFIGOID, DatumGetObjectId(value));
			break;
		case REGDICTIONARYOID:
			need_text_search(contract, "text_search_dictionaries", TSDICTOID, DatumGetObjectId(value));
			break;
		case REGPROCOID:
		case REGPROCEDUREOID:
			need_named_function(contract, DatumGetObjectId(value));
			break;
		case REGOPEROID:
		case REGOPERATOROID:
			(void) sg_need_operator(contract, DatumGetObjectId(value));
			break;
		case REGCOLLATIONOID:
			sg_need_collation(contract, DatumGetObjectId(value));
			break;
		default:
			break;
	}
}

/* A constant: its type if that is the user's, labels of enums, objects that it names. */
void
sg_need_value(SgOutline *contract, Oid type, Datum value)
{
	Oid			element = get_element_type(type);

	if (type_is_enum(type))
		need_label(contract, type, DatumGetObjectId(value));
	else if (OidIsValid(element) && type_is_enum(element))
	{
		ArrayType  *array = DatumGetArrayTypeP(value);

		if (ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) == 0)
			sg_need_type(contract, type);
		else
			need_labels_of_array(contract, element, array);
	}
	else
	{
		sg_need_type(contract, type);
		need_object(contract, type, value);
	}
}

/* An operator with the types that it is defined for, as contracts write it. */
char *
sg_need_operator_text(HeapTuple tuple)
{
	Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);

	return psprintf("%s.%s(%s,%s)", quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname),
					OidIsValid(form->oprleft) ? sg_need_type_text(form->oprleft) : "NONE",
					OidIsValid(form->oprright) ? sg_need_type_text(form->oprright) : "NONE");
}

/* An operator, by the types that it is defined for; false if it comes with PostgreSQL. */
bool
sg_need_operator(SgOutline *contract, Oid operator)
{
	HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;
	bool		builtin;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_operator) GETSTRUCT(tuple);
	builtin = sg_need_is_builtin(form->oprnamespace);
	if (sg_need_takes(contract, form->oprnamespace, "operator", NameStr(form->oprname)))
	{
		SgOutline  *needed = sg_outline_member(sg_outline_member(contract, "operators"), sg_need_operator_text(tuple));

		if (IsPolymorphicType(form->oprresult))
			needed->scalar = "null";
		else
			sg_outline_set_text(needed, sg_need_type_text(form->oprresult));
	}
	ReleaseSysCache(tuple);
	return !builtin;
}

/* A call of a function that comes with PostgreSQL: what is done with a sequence asks for privileges. */
void
sg_need_sequence_call(SgOutline *contract, Oid function, const List *arguments)
{
	const Const *sequence = arguments == NIL ? NULL : linitial(arguments);
	const char *name;
	Oid			relid;

	if (sequence == NULL || !IsA(sequence, Const) || sequence->consttype != REGCLASSOID || sequence->constisnull)
		return;
	name = get_func_name(function);
	relid = DatumGetObjectId(sequence->constvalue);
	if (name != NULL && (strcmp(name, "nextval") == 0 || strcmp(name, "currval") == 0 || strcmp(name, "setval") == 0) &&
		get_rel_relkind(relid) == RELKIND_SEQUENCE &&
		sg_need_takes(contract, get_rel_namespace(relid), "sequence", get_rel_name(relid)))
		sg_outline_add_text(sg_outline_member(sg_outline_member(contract, "sequence_calls"),
											  sg_need_relation_text(relid)), name);
}

void
sg_need_collation(SgOutline *contract, Oid collation)
{
	HeapTuple	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_collation) GETSTRUCT(tuple);
	if (sg_need_takes(contract, form->collnamespace, "collation", NameStr(form->collname)))
		sg_outline_add_text(sg_outline_member(contract, "collations"),
							quote_qualified_identifier(get_namespace_name(form->collnamespace),
													   NameStr(form->collname)));
	ReleaseSysCache(tuple);
}
