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

SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE object_type = 'sequence';

-- where it stands is data
SELECT schema_guard.fingerprint() AS fingerprint \gset
SELECT nextval('usual'), setval('small', 99);
SELECT schema_guard.fingerprint() = :'fingerprint';

SELECT pg_temp.seen('ALTER SEQUENCE usual ' || change, 'ALTER SEQUENCE usual ' || undo)
  FROM (VALUES ('AS integer', 'AS bigint'), ('INCREMENT 2', 'INCREMENT 1'), ('MINVALUE 0', 'MINVALUE 1'), ('MAXVALUE 9', 'NO MAXVALUE'),
		('START 5', 'START 1'), ('CACHE 2', 'CACHE 1'), ('CYCLE', 'NO CYCLE'), ('OWNED BY t.n', 'OWNED BY NONE'))
	   v(change, undo);
SELECT pg_temp.seen('ALTER SEQUENCE usual RENAME TO strange', 'ALTER SEQUENCE strange RENAME TO usual');
DROP SCHEMA se CASCADE;
DROP EXTENSION schema_guard;
