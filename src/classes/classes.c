/*
 * classes/classes.c
 *		The table of handlers: one row for each class that is described.
 */
#include "postgres.h"

#include "classes/classes.h"

const SgClass *const sg_classes[] = {
	&sg_relation_class,
	&sg_access_method_class,
	&sg_cast_class,
	&sg_collation_class,
	&sg_conversion_class,
	&sg_database_class,
	&sg_default_acl_class,
	&sg_event_trigger_class,
	&sg_extension_class,
	&sg_wrapper_class,
	&sg_server_class,
	&sg_user_mapping_class,
	&sg_function_class,
	&sg_language_class,
	&sg_transform_class,
	&sg_opclass_class,
	&sg_opfamily_class,
	&sg_operator_class,
	&sg_publication_class,
	&sg_schema_class,
	&sg_statistics_class,
	&sg_subscription_class,
	&sg_ts_configuration_class,
	&sg_ts_dictionary_class,
	&sg_ts_parser_class,
	&sg_ts_template_class,
	&sg_type_class,
	NULL
};
