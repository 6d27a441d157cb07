-- Something in every table and counter of the guard.
CREATE EXTENSION IF NOT EXISTS hstore;
SELECT schema_guard.exclude('public.staging\_%', 'loaded every night'), schema_guard.guard_facets('{structure,index,comment}');
CREATE TABLE orders (id int PRIMARY KEY, total numeric);
CREATE TABLE by_hand (a int);
ALTER EXTENSION hstore ADD TABLE by_hand;
-- what only the texts of others show: their live_mention
CREATE FUNCTION compare(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE OPERATOR CLASS whole FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 compare(int, int);
-- a ledger of a migration tool: its row comes last
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(),
  success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
SELECT schema_guard.capture('monday', 'as it was'), schema_guard.approve('monday', 'looks good');
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "integer"}}}}');
SELECT schema_guard.open_window('a window', '1 hour');
ALTER TABLE orders ADD note text;
SELECT schema_guard.close_window();
SELECT schema_guard.import_path(schema_guard.export_path('monday'), 'to tuesday');
SELECT schema_guard.capture('tuesday'), schema_guard.approve('tuesday');
SELECT schema_guard.revoke('monday', 'past');
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1);
SELECT schema_guard.register('migrated', '1', '{"migrations": {"tool": "sqlx", "applied": [{"version": 1, "checksum": "01"}]}}');
SELECT schema_guard.retire('migrated', '1');
