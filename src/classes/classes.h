/*
 * classes/classes.h
 *		The classes of objects: the definition of a handler, and all handlers,
 *		grouped by source file.
 */
#ifndef SG_CLASSES_CLASSES_H
#define SG_CLASSES_CLASSES_H

#include "classes/describer.h"

/* an object that is one row of its catalog: classes/row.h */
typedef struct SgRow SgRow;

/* a class: it has either "describe", or "describe_row" and the fields after it */
typedef struct SgClass
{
	Oid			catalog;		/* pg_depend.classid of its objects */
	const char *name;			/* plural, for people */
	void		(*describe) (SgDescriber *describer);
	void		(*describe_row) (SgRow *row);
	Oid			index;			/* on the OID */
	AttrNumber	oid;
	AttrNumber	schema;			/* or InvalidAttrNumber */
} SgClass;

/* classes.c: all classes, NULL-terminated */
extern const SgClass *const sg_classes[];

/* access_method.c */
extern const SgClass sg_access_method_class;

/* cast.c */
extern const SgClass sg_cast_class;

/* collation.c */
extern const SgClass sg_collation_class;

/* conversion.c */
extern const SgClass sg_conversion_class;

/* database.c */
extern const SgClass sg_database_class;

/* default_acl.c */
extern const SgClass sg_default_acl_class;

/* event_trigger.c */
extern const SgClass sg_event_trigger_class;

/* extension.c */
extern const SgClass sg_extension_class;

/* foreign.c */
extern const SgClass sg_wrapper_class;
extern const SgClass sg_server_class;
extern const SgClass sg_user_mapping_class;

/* function.c */
extern const SgClass sg_function_class;

/* language.c */
extern const SgClass sg_language_class;
extern const SgClass sg_transform_class;

/* opclass.c */
extern const SgClass sg_opclass_class;
extern const SgClass sg_opfamily_class;

/* operator.c */
extern const SgClass sg_operator_class;

/* publication.c */
extern const SgClass sg_publication_class;

/* relation.c */
extern const SgClass sg_relation_class;

/* schema.c */
extern const SgClass sg_schema_class;

/* statistics.c */
extern const SgClass sg_statistics_class;

/* subscription.c */
extern const SgClass sg_subscription_class;

/* text_search.c */
extern const SgClass sg_ts_configuration_class;
extern const SgClass sg_ts_dictionary_class;
extern const SgClass sg_ts_parser_class;
extern const SgClass sg_ts_template_class;

/* type.c */
extern const SgClass sg_type_class;

#endif							/* SG_CLASSES_CLASSES_H */
