-- Foreign-data wrappers, servers, user mappings, foreign tables; no secrets.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA fdw;
CREATE ROLE "regress_sg Fdw";

CREATE FOREIGN DATA WRAPPER fdw_plain;
CREATE FOREIGN DATA WRAPPER "fdw Pg" VALIDATOR postgresql_fdw_validator;
CREATE FOREIGN DATA WRAPPER fdw_options OPTIONS (debug 'true', "api_key" 'hunter2-fdw');
CREATE SERVER fdw_server TYPE 'oracle' VERSION '11' FOREIGN DATA WRAPPER fdw_plain
	OPTIONS (host 'db.internal', "Port" '5432', password 'hunter2-server', "sslkey" '/hunter2/key',
			 password_required 'false', dsn 'host=x password=hunter2-dsn', url 'http://u:hunter2-url@h/');
CREATE SERVER "fdw Server" FOREIGN DATA WRAPPER "fdw Pg";
CREATE USER MAPPING FOR "regress_sg Fdw" SERVER fdw_server OPTIONS ("user" 'bob', password 'hunter2-map');
CREATE USER MAPPING FOR PUBLIC SERVER fdw_server;
CREATE FOREIGN TABLE fdw.sales (
	id integer OPTIONS (key 'true') NOT NULL,
	note text OPTIONS (column_name 'No''te', secret 'hunter2-column')
) SERVER fdw_server OPTIONS (table_name 'SALES', auth_token 'hunter2-table');
CREATE FOREIGN TABLE fdw.plain (a integer) SERVER "fdw Server";
CREATE TABLE fdw.p (a integer) PARTITION BY LIST (a);
CREATE FOREIGN TABLE fdw.p1 PARTITION OF fdw.p FOR VALUES IN (1) SERVER fdw_server OPTIONS (table_name 'P1');
COMMENT ON SERVER fdw_server IS 'a server';
COMMENT ON FOREIGN DATA WRAPPER fdw_plain IS 'a wrapper';
COMMENT ON COLUMN fdw.sales.note IS 'a column';

SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe(NULL, '{structure,partitions,comment}')
 WHERE object_type IN ('foreign-data wrapper', 'server', 'user mapping', 'foreign table');

-- changes are noticed
SELECT schema_guard.fingerprint() AS before \gset
ALTER SERVER fdw_server OPTIONS (SET host 'db2.internal', DROP "Port");
ALTER FOREIGN TABLE fdw.sales ALTER note OPTIONS (SET column_name 'x');
ALTER USER MAPPING FOR PUBLIC SERVER fdw_server OPTIONS (ADD "user" 'eve');
ALTER FOREIGN TABLE fdw.sales OPTIONS (ADD "schema" 's');
SELECT schema_guard.fingerprint() = :'before' AS same;
SELECT j.statements, c ->> 'object_type' AS type, c ->> 'attribute' AS attribute,
	   c ->> 'before' AS before, c ->> 'after' AS after
  FROM schema_guard.journal j, jsonb_array_elements(j.changes) c
 WHERE j.journal_id > (SELECT max(journal_id) - 4 FROM schema_guard.journal)
 ORDER BY j.journal_id, 3;
ALTER SERVER fdw_server OPTIONS (SET host 'db.internal', ADD "Port" '5432');
ALTER FOREIGN TABLE fdw.sales ALTER note OPTIONS (SET column_name 'No''te');
ALTER USER MAPPING FOR PUBLIC SERVER fdw_server OPTIONS (DROP "user");
ALTER FOREIGN TABLE fdw.sales OPTIONS (DROP "schema");
SELECT schema_guard.fingerprint() = :'before' AS same;

GRANT USAGE ON FOREIGN SERVER fdw_server TO "regress_sg Fdw";
GRANT USAGE ON FOREIGN DATA WRAPPER fdw_plain TO "regress_sg Fdw" WITH GRANT OPTION;
GRANT SELECT ON fdw.sales TO "regress_sg Fdw";
SELECT object_type, object_identity, attribute, definition
  FROM schema_guard.describe(NULL, '{access}')
 WHERE attribute <> 'owner' AND object_type <> 'schema';

-- an empty version, which a dump leaves out
ALTER SERVER fdw_server VERSION '';
SELECT attribute, definition FROM schema_guard.describe('fdw\_server') WHERE attribute = 'version';

-- a schema alone
SELECT schema_guard.fingerprint('{structure}', 'fdw') AS before \gset
ALTER SCHEMA fdw RENAME TO fdw2;
SELECT schema_guard.fingerprint('{structure}', 'fdw2') = :'before' AS same;

SELECT * FROM schema_guard.not_covered();
DROP SCHEMA fdw2 CASCADE;
DROP FOREIGN DATA WRAPPER fdw_plain, "fdw Pg", fdw_options CASCADE;
DROP ROLE "regress_sg Fdw";
DROP EXTENSION schema_guard;
