-- Row security policies.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE ROLE sg_policy_b;
CREATE ROLE "sg policy A";
CREATE SCHEMA po;
SET search_path = po, public;

CREATE TABLE members (name text, team int);
CREATE TABLE t (id int, "owner" name, kind varchar, team int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON t USING ("owner" = current_user);
CREATE POLICY "re strictive" ON t AS RESTRICTIVE FOR SELECT TO sg_policy_b, "sg policy A"
	USING (kind IN ('a', 'b') AND EXISTS (SELECT 1 FROM members m WHERE m.team = t.team AND m.name = current_setting('app.user')));
CREATE POLICY inserted ON t FOR INSERT TO public WITH CHECK (id > 0);
CREATE POLICY updated ON t FOR UPDATE USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY deleted ON t FOR DELETE TO current_user USING (false);
ALTER POLICY deleted ON t TO "sg policy A";

SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE attribute ~ 'policy|row security';

SELECT pg_temp.seen('ALTER POLICY inserted ON t TO sg_policy_b', 'ALTER POLICY inserted ON t TO public');
SELECT pg_temp.seen('ALTER POLICY updated ON t USING (id > 2)', 'ALTER POLICY updated ON t USING (id > 0)');
SELECT pg_temp.seen('ALTER POLICY updated ON t WITH CHECK (id > 2)', 'ALTER POLICY updated ON t WITH CHECK (id > 1)');
SELECT pg_temp.seen('ALTER POLICY updated ON t RENAME TO u', 'ALTER POLICY u ON t RENAME TO updated');
SELECT pg_temp.seen('ALTER TABLE t FORCE ROW LEVEL SECURITY', 'ALTER TABLE t NO FORCE ROW LEVEL SECURITY');
SELECT pg_temp.seen('ALTER TABLE t DISABLE ROW LEVEL SECURITY', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY');
SELECT pg_temp.seen('ALTER ROLE sg_policy_b RENAME TO sg_policy_c', 'ALTER ROLE sg_policy_c RENAME TO sg_policy_b');
ALTER ROLE sg_policy_b RENAME TO sg_policy_c;
ALTER ROLE sg_policy_c RENAME TO sg_policy_b;
SELECT statements, objects FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 2;
SELECT * FROM schema_guard.verify();
DROP SCHEMA po CASCADE;
DROP ROLE sg_policy_b;
DROP ROLE "sg policy A";
DROP EXTENSION schema_guard;
