/*
 * classes/describer.c
 *		Services for handlers: scope, facets, and passing on described objects.
 *
 * A handler asks whether an object is in scope, begins it, adds items, and emits
 * or skips it.  The driver of the run (description/describe.c) is above the
 * handlers, so the describer has pointers to the driver's functions.
 */
#include "postgres.h"

#include "access/transam.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "catalogs/mention.h"
#include "classes/annotations.h"
#include "classes/describer.h"
#include "classes/outside.h"
#include "format/scope_rules.h"

/* Restricts the run to this object of a class from now on; InvalidOid means all objects. */
void
sg_describer_set_only(SgDescriber *describer, Oid objid)
{
	describer->only = objid;
	describer->deparser->single_object = OidIsValid(objid);
}

static bool
in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema)
{
	Oid			only_schema = describer->options->schema;

	if (describer->options->all_objects && OidIsValid(describer->only))
		return true;
	if (OidIsValid(only_schema) && schema != only_schema)
		return false;
	if (OidIsValid(schema))
	{
		if (schema == describer->own_schema || sg_names_schema(describer->names, schema)->system)
			return false;
	}
	else if (objid < FirstNormalObjectId)
		return false;
	return !sg_outside_has(describer, classid, objid);
}

/*
 * Returns true if the object is in the scope of the run.  "schema" is the schema that
 * it is in (for a schema, itself), or InvalidOid if it is in none.  Forgets failed
 * look-ups, which were not made for this object.
 */
bool
sg_describer_in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema)
{
	bool		result = in_scope(describer, classid, objid, schema);

	sg_names_forget_gaps(describer->names);
	return result;
}

/* Returns true if the facet is wanted.  Handlers skip work that would not be visible. */
bool
sg_describer_wants(const SgDescriber *describer, SgFacet facet)
{
	return (describer->options->facets & SG_FACET_BIT(facet)) != 0;
}

/* Returns true if dependencies on extensions (DEPENDS ON EXTENSION) are wanted and there may be any. */
bool
sg_describer_wants_dependencies(const SgDescriber *describer)
{
	return sg_describer_wants(describer, SG_FACET_STORAGE) && !describer->no_dependents;
}

/* Returns true if an exclusion rule matches a sub-object, named as by pg_identify_object. */
bool
sg_describer_excludes(const SgDescriber *describer, const char *identity)
{
	return sg_scope_excludes(describer->exclusions, identity);
}

/* Begins an object.  From now on, the context of errors names it. */
void
sg_describer_begin(SgDescriber *describer, const SgObject *object)
{
	SgLook	   *look = describer->look;

	describer->current = object;
	if (look != NULL)
	{
		look->type = object->type;
		look->identity = object->identity;
	}
}

/* Adds properties that objects of any class can have. */
static void
add_annotations(SgDescriber *describer, SgObject *object)
{
	if (sg_describer_wants(describer, SG_FACET_ACCESS))
		sg_access_add(describer, object);
	if (sg_describer_wants(describer, SG_FACET_COMMENT))
		sg_comment_add(describer, object);
	if (sg_describer_wants_dependencies(describer))
		sg_dependency_add(object);
}

/*
 * Adds an item, in the given facet, if a look-up for the object has failed.  That
 * may have been a momentary state, so only a second look may add the item.  If this
 * is the first, takes a second look, which deals with the object, and returns false.
 */
static bool
note_missing(SgDescriber *describer, SgObject *object, SgFacet facet)
{
	char	   *gaps = sg_names_take_gaps(describer->names);

	if (describer->look != NULL)
		describer->look->done = true;
	if (gaps == NULL)
		return true;
	if (describer->look == NULL)
	{
		describer->look_again(describer, object);
		return false;
	}
	describer->look->missing = true;
	sg_object_add(object, facet, 0, SG_CANNOT_BE_DESCRIBED, gaps);
	return true;
}

/* Passes a complete object to the receiver, unless facets or exclusion rules omit it. */
void
sg_describer_hand_on(SgDescriber *describer, SgObject *object)
{
	describer->current = NULL;
	describer->last = object->objid;
	if (!sg_object_in_facets(object, describer->options->facets) ||
		sg_scope_excludes(describer->exclusions, object->identity))
		return;
	sg_object_sort(object);
	describer->receive(object, describer->arg);
}

static void
end_object(SgDescriber *describer)
{
	sg_mentions_forget(describer->names, 0);
	MemoryContextReset(describer->object_context);
}

/*
 * Ends an object whose own items are complete: adds properties that objects of any
 * class can have, and passes it on.  Resets the object context.
 */
void
sg_describer_emit(SgDescriber *describer, SgObject *object)
{
	sg_outside_add_membership(describer, object);
	if (note_missing(describer, object, SG_FACET_STRUCTURE))
	{
		add_annotations(describer, object);
		if (note_missing(describer, object, SG_FACET_ACCESS))
		{
			/* leave out the object's own name, which is in its header */
			object->mentions = sg_mentions_take(describer->names, object->objid,
												&object->nmentions);
			sg_describer_hand_on(describer, object);
		}
	}
	end_object(describer);
	CHECK_FOR_INTERRUPTS();
}

/* Ends something that is not an object after all, or an object that was reported as locked. */
void
sg_describer_skip(SgDescriber *describer)
{
	describer->current = NULL;
	end_object(describer);
}

/* Reports an object that cannot be described without waiting for a lock (options->locked_callback). */
void
sg_describer_report_locked(SgDescriber *describer, const SgObject *object)
{
	describer->last = object->objid;
	if (describer->look != NULL)
		describer->look->locked = true;
	else
		describer->options->locked_callback(object->type, object->identity, object->classid, object->objid,
								 describer->arg);
}
