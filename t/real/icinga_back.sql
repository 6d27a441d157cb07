-- From the newest schema back to that of 2.0.1, as far as the upgrade scripts tell; where they
-- repeat what is there already (defaults, lengths), it stays.
SET client_min_messages = warning;

-- 2.6.0: times had a time zone
DROP FUNCTION unix_timestamp(timestamp);
CREATE FUNCTION unix_timestamp(timestamp with time zone) RETURNS bigint AS '
  SELECT CAST(EXTRACT(EPOCH FROM $1) AS bigint) AS result;
' LANGUAGE sql;
DO $$
DECLARE
	col record;
BEGIN
	FOR col IN
		SELECT attrelid::regclass AS rel, attname
		  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
		 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
		   AND atttypid = 'timestamp'::regtype
		 ORDER BY relname, attnum
	LOOP
		EXECUTE format('ALTER TABLE %s ALTER %I DROP DEFAULT, ALTER %2$I TYPE timestamptz', col.rel, col.attname);
	END LOOP;
END $$;

-- 2.8.0
DROP INDEX IF EXISTS
	idx_downtimehistory_remove,
	idx_scheduleddowntime_remove,
	idx_commenthistory_remove,
	idx_comments_remove;

-- 2.5.0
DROP INDEX IF EXISTS
	idx_comments_object_id,
	idx_scheduleddowntime_object_id,
	idx_endpoints_object_id,
	idx_endpointstatus_object_id,
	idx_endpoints_zone_object_id,
	idx_endpointstatus_zone_object_id,
	idx_zones_object_id,
	idx_zonestatus_object_id,
	idx_zones_parent_object_id,
	idx_zonestatus_parent_object_id,
	idx_comments_session_del,
	idx_downtimes_session_del,
	idx_statehistory_cleanup,
	idx_customvariables_object_id,
	idx_contactgroup_members_object_id,
	idx_hostgroup_members_object_id,
	idx_servicegroup_members_object_id,
	idx_servicedependencies_dependent_service_object_id,
	idx_hostdependencies_dependent_host_object_id,
	idx_service_contacts_service_id,
	idx_host_contacts_host_id;
ALTER TABLE icinga_comments DROP COLUMN IF EXISTS session_token;
ALTER TABLE icinga_scheduleddowntime DROP COLUMN IF EXISTS session_token;
ALTER TABLE icinga_commands DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_contactgroups DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_contacts DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_hostgroups DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_hosts DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_servicegroups DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_services DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_timeperiods DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_endpoints DROP COLUMN IF EXISTS config_hash;
ALTER TABLE icinga_zones DROP COLUMN IF EXISTS config_hash;

-- 2.4.0
DROP INDEX IF EXISTS
	cv_session_del_idx,
	cvs_session_del_idx;
ALTER TABLE icinga_endpoints DROP COLUMN IF EXISTS zone_object_id;
ALTER TABLE icinga_endpointstatus DROP COLUMN IF EXISTS zone_object_id;
ALTER TABLE icinga_servicestatus DROP COLUMN IF EXISTS original_attributes;
ALTER TABLE icinga_hoststatus DROP COLUMN IF EXISTS original_attributes;
ALTER TABLE icinga_customvariables DROP COLUMN IF EXISTS session_token;
ALTER TABLE icinga_customvariablestatus DROP COLUMN IF EXISTS session_token;
ALTER TABLE icinga_comments DROP COLUMN IF EXISTS name;
ALTER TABLE icinga_commenthistory DROP COLUMN IF EXISTS name;
ALTER TABLE icinga_scheduleddowntime DROP COLUMN IF EXISTS name;
ALTER TABLE icinga_downtimehistory DROP COLUMN IF EXISTS name;
DROP TABLE icinga_zones, icinga_zonestatus;

-- 2.3.0
DROP INDEX IF EXISTS
	idx_servicedependencies,
	idx_hostdependencies;
ALTER TABLE icinga_servicedependencies ADD CONSTRAINT uq_servicedependencies UNIQUE (instance_id, config_type);
ALTER TABLE icinga_hostdependencies ADD CONSTRAINT uq_hostdependencies UNIQUE (instance_id, config_type);

-- 2.2.0
ALTER TABLE icinga_programstatus DROP COLUMN IF EXISTS program_version;
ALTER TABLE icinga_customvariables DROP COLUMN IF EXISTS is_json;
ALTER TABLE icinga_customvariablestatus DROP COLUMN IF EXISTS is_json;

-- 2.1.0
ALTER TABLE icinga_programstatus DROP COLUMN IF EXISTS endpoint_name;
