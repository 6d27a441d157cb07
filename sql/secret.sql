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
-- names and values of other products
CREATE SERVER sec_foreign FOREIGN DATA WRAPPER sec_wrapper
	OPTIONS ("PASS" 'hunter2', authorization 'hunter2', header 'bearer="hunter2"', odbc 'Uid=sa;Pwd = hunter2',
			 jdbc 'jdbc:mysql://h/db?user=u&pass=hunter2', conninfo 'service=s sslkey = hunter2',
			 storage 'AccountName=n;AccountKey=hunter2', json '{"token": "hunter2"}', query 'http://h/?api_key=hunter2',
			 hosts 'http://a@h:1/ http://u:hunter2@h/', table_name 'keys', keepalive 'primary key: id', href 'http://h:80/x');
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
-- long values: the time to search them for words is linear
BEGIN;
DO $$ BEGIN EXECUTE format('CREATE SERVER sec_long FOREIGN DATA WRAPPER sec_wrapper OPTIONS (a %L, b %L)',
	repeat('key', 100000), repeat('://', 300000)); END $$;
SET LOCAL statement_timeout = '20s';
SELECT attribute, length(definition) FROM schema_guard.describe('sec_long') WHERE definition <> '(hidden)';
ROLLBACK;
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
-- these change settings only, which are journaled from now on
SELECT max(journal_id) AS before FROM schema_guard.journal \gset
ALTER DATABASE :"db" SET app.password2 = 'hunter2';
ALTER DATABASE :"db" SET app.url2 = 'postgres://u:hunter2@h/';
ALTER ROLE CURRENT_USER IN DATABASE :"db" SET app.secret = 'hunter2';
ALTER DATABASE :"db" SET work_mem = '5MB';
ALTER DATABASE :"db" RESET work_mem;
ALTER FOREIGN TABLE sec.t ADD b integer OPTIONS (secret 'hunter2');
ALTER FOREIGN TABLE sec.t ADD c integer;
CREATE TABLE sec.uri AS SELECT 'postgres://u:hunter2@h/' AS a;
SELECT 'token=hunter2' AS a INTO sec.word;
EXPLAIN ANALYZE CREATE TABLE sec.explained AS SELECT 'pwd=hunter2' AS a \g /dev/null
CREATE TABLE sec.plain AS SELECT 1 AS key WHERE 1 = 1;
SELECT replace(statements::text, current_database(), 'db') AS statements FROM schema_guard.journal WHERE journal_id > :before ORDER BY journal_id;
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
ALTER DATABASE :"db" RESET app.password2;
ALTER DATABASE :"db" RESET app.url2;
ALTER ROLE CURRENT_USER IN DATABASE :"db" RESET app.token;
ALTER ROLE CURRENT_USER IN DATABASE :"db" RESET app.secret;
DROP SUBSCRIPTION sec_subscription;
DROP SCHEMA sec CASCADE;
DROP FOREIGN DATA WRAPPER sec_wrapper CASCADE;
DROP EXTENSION schema_guard;
