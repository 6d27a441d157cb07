-- The decision table of gate/judge.c, row by row.
CREATE EXTENSION schema_guard;
CREATE TABLE t (a int NOT NULL, b text);
\set VERBOSITY terse

-- last entry of the journal, if it is about this row's table
CREATE FUNCTION pg_temp.entry(identity text) RETURNS text LANGUAGE sql AS
$$ SELECT coalesce((SELECT mode || ' ' || verdict || coalesce(': ' || reason, '') FROM schema_guard.journal
	WHERE objects @> ARRAY['table public.' || identity] ORDER BY journal_id DESC LIMIT 1), 'no entry') $$;
-- a schema is approved by making it once, capturing it, and undoing it
CREATE PROCEDURE pg_temp.approve(ddl text, name text) LANGUAGE plpgsql AS $$
DECLARE
	file text;
BEGIN
	BEGIN
		EXECUTE ddl;
		file := schema_guard.export();
		RAISE EXCEPTION 'undo';
	EXCEPTION WHEN raise_exception THEN
	END;
	PERFORM schema_guard.import(file, name);
	PERFORM schema_guard.approve(name);
END $$;

-- 1: off
SET schema_guard.mode = off;
CREATE TABLE row1 ();
SELECT pg_temp.entry('row1');

-- 2: unchanged; in enforce, though nothing is approved
SET schema_guard.mode = enforce;
BEGIN;
CREATE TABLE row2 ();
DROP TABLE row2;
COMMIT;
SELECT pg_temp.entry('row2');

-- nothing was ever approved: a superuser is let through and told once, nobody else
CREATE TABLE unarmed ();
SELECT pg_temp.entry('unarmed');
DROP TABLE unarmed;
CREATE ROLE regress_sg_judged;
GRANT CREATE ON SCHEMA public TO regress_sg_judged;
SET SESSION AUTHORIZATION regress_sg_judged;
CREATE TABLE unarmed ();	-- who has logged in counts
DROP TABLE unarmed;
RESET SESSION AUTHORIZATION;
DROP OWNED BY regress_sg_judged;
DROP ROLE regress_sg_judged;
SELECT phase FROM schema_guard.status;
CALL pg_temp.approve('CREATE TABLE row0 ()', 'row 0');
SELECT phase FROM schema_guard.status;

-- 11, 10, 9: not approved, no window
CREATE TABLE row11 ();
SELECT pg_temp.entry('row11');
SET schema_guard.mode = warn;
CREATE TABLE row10 ();
SELECT pg_temp.entry('row10');
SET schema_guard.mode = observe;
CREATE TABLE row9 ();
SELECT pg_temp.entry('row9');

-- 7 and 8: approved, and a window, in each mode
SET schema_guard.mode = enforce;
CALL pg_temp.approve('CREATE TABLE row7 ()', 'row 7');
CREATE TABLE row7 ();
SELECT pg_temp.entry('row7');
SET schema_guard.mode = warn;
CALL pg_temp.approve('CREATE TABLE row7w ()', 'row 7w');
CREATE TABLE row7w ();
SELECT pg_temp.entry('row7w');
SET schema_guard.mode = observe;
CALL pg_temp.approve('CREATE TABLE row7o ()', 'row 7o');
CREATE TABLE row7o ();
SELECT pg_temp.entry('row7o');

SELECT schema_guard.open_window('row 8', '1 hour') > 0 AS opened;
SET schema_guard.mode = enforce;
CREATE TABLE row8 ();
SELECT pg_temp.entry('row8');
SET schema_guard.mode = warn;
CREATE TABLE row8w ();
SELECT pg_temp.entry('row8w');
SET schema_guard.mode = observe;
CREATE TABLE row8o ();
SELECT pg_temp.entry('row8o');
-- approved within a window is approved
CALL pg_temp.approve('CREATE TABLE row7in8 ()', 'row 7 in 8');
CREATE TABLE row7in8 ();
SELECT pg_temp.entry('row7in8');

-- 4, 5, 6: a live release would break; neither approval nor window helps
SELECT schema_guard.register('api', '1', '{"relations": {"public.t": {"select": {"b": "text"}}}}');
CALL pg_temp.approve('ALTER TABLE t DROP COLUMN b', 'without b');
SET schema_guard.mode = enforce;
ALTER TABLE t DROP COLUMN b;
SELECT pg_temp.entry('t');
SET schema_guard.mode = warn;
ALTER TABLE t DROP COLUMN b;
SELECT pg_temp.entry('t');
SET schema_guard.bypass = 'undo';
ALTER TABLE t ADD COLUMN b text;
RESET schema_guard.bypass;
SET schema_guard.mode = observe;
ALTER TABLE t DROP COLUMN b;
SELECT pg_temp.entry('t');
-- what is broken already is not broken again
SET schema_guard.mode = enforce;
ALTER TABLE t ADD COLUMN c int;
SELECT pg_temp.entry('t');

-- 3: bypass, over everything
SET schema_guard.bypass = 'row 3 repairs';
ALTER TABLE t ADD COLUMN b text;
SELECT pg_temp.entry('t');
SELECT schema_guard.close_window();
SET schema_guard.bypass = 'row 3';
ALTER TABLE t DROP COLUMN b;
SELECT pg_temp.entry('t');
SET schema_guard.mode = warn;
ALTER TABLE t ADD COLUMN b text;
SELECT pg_temp.entry('t');
SET schema_guard.mode = observe;
ALTER TABLE t DROP COLUMN b;
SELECT pg_temp.entry('t');
RESET schema_guard.bypass;

-- what cannot be told without a domain that is out of scope is no news where the release fitted
CREATE SCHEMA apart;
CREATE DOMAIN apart.level AS int DEFAULT 1;
CREATE TABLE leveled (id int, level apart.level NOT NULL);
SELECT schema_guard.exclude('apart%', 'not ours');
SELECT schema_guard.register('levels', '1', '{"relations": {"public.leveled": {"insert": ["id"]}}}');
SELECT fits_fingerprint IS NOT NULL AS fits, fits_objects FROM schema_guard.release WHERE application = 'levels';
SELECT schema_guard.open_window('levels', '1 hour') IS NOT NULL AS open;
SET schema_guard.mode = enforce;
ALTER TABLE leveled ADD COLUMN note text;
SELECT pg_temp.entry('leveled');
SELECT schema_guard.close_window();
SET schema_guard.mode = observe;

SELECT * FROM schema_guard.verify();
DROP EXTENSION schema_guard;
DROP TABLE t, row1, row10, row9, row7, row7w, row7o, row8, row8w, row8o, row7in8, leveled;
DROP SCHEMA apart CASCADE;
