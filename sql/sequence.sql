-- Sequences.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE SCHEMA se;
SET search_path = se, public;

CREATE SEQUENCE usual;
CREATE SEQUENCE small AS smallint;
CREATE SEQUENCE "un""usual" AS integer INCREMENT 5 MINVALUE -10 MAXVALUE 1000 START 7 CACHE 20 CYCLE;
CREATE SEQUENCE down INCREMENT -1;
CREATE TABLE t (id serial, "i d" int GENERATED ALWAYS AS IDENTITY (START 100), n int);
CREATE UNLOGGED TABLE unlogged (id int GENERATED ALWAYS AS IDENTITY);
CREATE SEQUENCE owned OWNED BY t."i d";

SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE object_type = 'sequence' AND attribute <> 'logged';

-- where it stands is data
SELECT schema_guard.fingerprint() AS fingerprint \gset
SELECT nextval('usual'), setval('small', 99);
SELECT schema_guard.fingerprint() = :'fingerprint';

SELECT pg_temp.seen('ALTER SEQUENCE usual ' || change, 'ALTER SEQUENCE usual ' || undo)
  FROM (VALUES ('AS integer', 'AS bigint'), ('INCREMENT 2', 'INCREMENT 1'), ('MINVALUE 0', 'MINVALUE 1'), ('MAXVALUE 9', 'NO MAXVALUE'),
		('START 5', 'START 1'), ('CACHE 2', 'CACHE 1'), ('CYCLE', 'NO CYCLE'), ('OWNED BY t.n', 'OWNED BY NONE'))
	   v(change, undo);
SELECT pg_temp.seen('ALTER SEQUENCE usual RENAME TO strange', 'ALTER SEQUENCE strange RENAME TO usual');

-- before 15, the sequence of an identity column is logged whatever its table; since then it may be
SELECT count(*) = CASE WHEN current_setting('server_version_num')::integer < 150000 THEN 1 ELSE 0 END AS as_the_table
  FROM schema_guard.describe('se.%') WHERE attribute = 'logged';
DO $$ BEGIN
	IF current_setting('server_version_num')::integer >= 150000 THEN
		ALTER SEQUENCE unlogged_id_seq SET LOGGED;
	END IF;
END $$;
SELECT object_identity, attribute, definition FROM schema_guard.describe('se.%') WHERE attribute ~ 'logged';
SELECT count(*) FROM schema_guard.verify();
ALTER TABLE unlogged SET LOGGED;
SELECT object_identity, attribute, definition FROM schema_guard.describe('se.%') WHERE attribute ~ 'logged';
SELECT count(*) FROM schema_guard.verify();
ALTER TABLE unlogged SET UNLOGGED;
SELECT count(*) FROM schema_guard.verify();
DROP SCHEMA se CASCADE;
DROP EXTENSION schema_guard;
