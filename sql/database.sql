-- Default privileges; settings, owner, privileges and comment of the database.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA dba;
CREATE ROLE regress_sg_app;
CREATE ROLE "regress_sg Owner";
SELECT current_database() AS db \gset
SELECT schema_guard.fingerprint() AS guarded, schema_guard.fingerprint('{access}') AS access \gset

ALTER DEFAULT PRIVILEGES FOR ROLE "regress_sg Owner" IN SCHEMA dba
	GRANT SELECT, INSERT ON TABLES TO regress_sg_app;
ALTER DEFAULT PRIVILEGES FOR ROLE "regress_sg Owner" IN SCHEMA dba
	GRANT USAGE ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "regress_sg Owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "regress_sg Owner"
	GRANT USAGE ON TYPES TO regress_sg_app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE "regress_sg Owner" GRANT CREATE ON SCHEMAS TO regress_sg_app;
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe(NULL, '{access}') WHERE object_type = 'default acl';
SELECT object_type, object_identity, attribute, definition
  FROM schema_guard.describe(NULL, '{structure}') WHERE object_type = 'default acl';
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same,
	   schema_guard.fingerprint('{access}') = :'access' AS access_same;
-- a schema alone has those of that schema, without its name
SELECT schema_guard.fingerprint('{access}', 'dba') AS before \gset
ALTER SCHEMA dba RENAME TO dba2;
SELECT schema_guard.fingerprint('{access}', 'dba2') = :'before' AS same;
ALTER SCHEMA dba2 RENAME TO dba;
DROP OWNED BY "regress_sg Owner";
SELECT schema_guard.fingerprint('{access}') = :'access' AS access_same;

-- settings of the database and of roles in it
SELECT schema_guard.fingerprint('{settings}') AS settings \gset
ALTER DATABASE :"db" SET work_mem = '64MB';
ALTER DATABASE :"db" SET search_path = "Strange, one", public;
ALTER DATABASE :"db" SET password_encryption = 'scram-sha-256';
ALTER DATABASE :"db" SET app.api_token = 'hunter2';
ALTER DATABASE :"db" SET app.note = E'two\nlines';
ALTER DATABASE :"db" SET schema_guard.mode = 'warn';
ALTER ROLE regress_sg_app IN DATABASE :"db" SET work_mem = '1MB';
ALTER ROLE regress_sg_app IN DATABASE :"db" SET app.dsn = 'host=x password=hunter2';
ALTER ROLE regress_sg_app SET work_mem = '2MB';
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe(NULL, '{settings}')
 WHERE object_type = 'database' AND attribute ~ 'app|work_mem|search_path|password|guard';
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same,
	   schema_guard.fingerprint('{settings}') = :'settings' AS settings_same;

-- privileges and comment of the database
GRANT TEMPORARY ON DATABASE :"db" TO regress_sg_app;
COMMENT ON DATABASE :"db" IS 'a database';
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe('current database', '{access,comment}') WHERE attribute <> 'owner';

-- guarded settings: such commands fire no event trigger, the library notices them
SELECT schema_guard.guard_facets('{structure,index,settings}');
SELECT count(*) AS missed FROM schema_guard.verify();
ALTER DATABASE :"db" SET work_mem = '65MB';
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT verdict, objects, changes->0->>'attribute' AS attribute FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER DATABASE :"db" CONNECTION LIMIT 90;
SELECT verdict, objects, changes->0->>'attribute' AS attribute FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER DATABASE :"db" CONNECTION LIMIT -1;
SELECT count(*) AS missed FROM schema_guard.verify();
-- a role takes its settings with it, whoever drops it for whatever reason
CREATE ROLE regress_sg_short_lived;
ALTER ROLE regress_sg_short_lived IN DATABASE :"db" SET work_mem = '3MB';
DROP ROLE regress_sg_short_lived;
SELECT verdict, statements, changes->0->>'change' AS change, changes->0->>'attribute' AS attribute
  FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT schema_guard.fingerprint(NULL, 'dba') = schema_guard.fingerprint('{structure,index}', 'dba') AS no_settings;

ALTER DATABASE :"db" RESET work_mem;
ALTER DATABASE :"db" RESET search_path;
ALTER DATABASE :"db" RESET password_encryption;
ALTER DATABASE :"db" RESET app.api_token;
ALTER DATABASE :"db" RESET app.note;
ALTER DATABASE :"db" RESET schema_guard.mode;
ALTER ROLE regress_sg_app IN DATABASE :"db" RESET ALL;
REVOKE ALL ON DATABASE :"db" FROM regress_sg_app;
COMMENT ON DATABASE :"db" IS NULL;
SELECT schema_guard.fingerprint('{settings}') = :'settings' AS settings_same;
SELECT * FROM schema_guard.not_covered();
DROP SCHEMA dba CASCADE;
DROP ROLE regress_sg_app, "regress_sg Owner";
DROP EXTENSION schema_guard;
