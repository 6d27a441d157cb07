-- Secrets: a known password in every place that can hold one, and nowhere in schema_guard.
SET client_min_messages = error;
CREATE EXTENSION schema_guard;
SELECT current_database() AS db \gset
CREATE SCHEMA sec;
CREATE FOREIGN DATA WRAPPER sec_wrapper OPTIONS (password 'hunter2', "API_Key" 'hunter2');
CREATE SERVER sec_server FOREIGN DATA WRAPPER sec_wrapper
	OPTIONS (passwd 'hunter2', secret 'hunter2', "client-token" 'hunter2', sslkey 'hunter2', credentials 'hunter2',
			 pwd 'hunter2', passfile 'hunter2', dsn 'PASSWORD=hunter2', url 'http://user:hunter2@host/',
			 private_pem 'hunter2', password_required 'false', host 'db');
CREATE USER MAPPING FOR CURRENT_USER SERVER sec_server OPTIONS (anything 'hunter2');
CREATE FOREIGN TABLE sec.t (a integer OPTIONS (secret 'hunter2')) SERVER sec_server OPTIONS (token 'hunter2');
CREATE TABLE sec.p (a integer) PARTITION BY LIST (a);
CREATE FOREIGN TABLE sec.p1 PARTITION OF sec.p FOR VALUES IN (1) SERVER sec_server OPTIONS (token 'hunter2');
CREATE SUBSCRIPTION sec_subscription CONNECTION 'host=x password=hunter2' PUBLICATION p
	WITH (connect = false, slot_name = NONE);
ALTER DATABASE :"db" SET app.password = 'hunter2';
ALTER DATABASE :"db" SET app.url = 'postgres://u:hunter2@h/';
ALTER ROLE CURRENT_USER IN DATABASE :"db" SET app.token = 'hunter2';
CREATE FUNCTION sec.f() RETURNS integer LANGUAGE sql SET app.password = 'hunter2' AS 'SELECT 1';
CREATE PROCEDURE sec.p() LANGUAGE sql SET app.dsn = 'password=hunter2' AS 'SELECT 1';
-- changed to another secret: the server's command tag is all that the journal has, if anything
ALTER SERVER sec_server OPTIONS (SET secret 'hunter2 2', ADD secret2 'hunter2');
ALTER USER MAPPING FOR CURRENT_USER SERVER sec_server OPTIONS (SET anything 'hunter2 2', ADD more 'hunter2');
ALTER FOREIGN TABLE sec.t OPTIONS (SET token 'hunter2 2', ADD token2 'hunter2');
ALTER FOREIGN TABLE sec.t ALTER a OPTIONS (ADD secret2 'hunter2');
ALTER FOREIGN DATA WRAPPER sec_wrapper OPTIONS (ADD password2 'hunter2');
ALTER SUBSCRIPTION sec_subscription CONNECTION 'host=y password=hunter2';
ALTER FUNCTION sec.f() SET app.secret2 = 'hunter2';
ALTER FUNCTION sec.f() SET work_mem = '1MB';
DO $$ BEGIN CREATE SERVER sec_nested FOREIGN DATA WRAPPER sec_wrapper OPTIONS (password 'hunter2'); END $$;

SELECT object_type, attribute, definition FROM schema_guard.describe(NULL, '{structure}')
 WHERE definition = '(hidden)' OR attribute ~ 'option|setting';
SELECT statements FROM schema_guard.journal WHERE mode IS NOT NULL ORDER BY journal_id;

SELECT schema_guard.guard_facets('{all}');
SELECT count(*) AS missed FROM schema_guard.verify() WHERE before ~ 'hunter2' OR after ~ 'hunter2';
SELECT schema_guard.capture('secrets') IS NOT NULL AS captured, schema_guard.export('secrets') ~ 'hunter2' AS leaks;
SELECT count(*) AS leaks FROM schema_guard.describe(NULL, '{all}') d WHERE d::text ~ 'hunter2';
SELECT count(*) AS leaks FROM schema_guard.journal j WHERE j::text ~ 'hunter2';
SELECT count(*) AS leaks FROM schema_guard.preview($$ALTER SERVER sec_server OPTIONS (ADD secret3 'hunter2')$$) p
 WHERE p::text ~ 'hunter2';
-- no table has it
SELECT c.relname FROM pg_class c, query_to_xml('SELECT t::text FROM ' || c.oid::regclass || ' t', true, true, '') x
 WHERE c.relnamespace = 'schema_guard'::regnamespace AND c.relkind = 'r' AND x::text ~ 'hunter2';

ALTER DATABASE :"db" RESET app.password;
ALTER DATABASE :"db" RESET app.url;
ALTER ROLE CURRENT_USER IN DATABASE :"db" RESET app.token;
DROP SUBSCRIPTION sec_subscription;
DROP SCHEMA sec CASCADE;
DROP FOREIGN DATA WRAPPER sec_wrapper CASCADE;
DROP EXTENSION schema_guard;
