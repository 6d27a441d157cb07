-- views and materialized views
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed view mut.v: definition$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name FROM t WHERE id > 1$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name FROM t WHERE id > 0$$),
($$changed view mut.v: definition$$, $$CREATE OR REPLACE VIEW v AS SELECT DISTINCT id, name FROM t WHERE id > 0$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name FROM t WHERE id > 0$$),
($$changed view mut.v: definition$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name FROM ONLY t WHERE id > 0$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name FROM t WHERE id > 0$$),
($$changed view mut.v: definition
added view mut.v: column "one"$$, $$CREATE OR REPLACE VIEW v AS SELECT id, name, 1 AS one FROM t WHERE id > 0$$, $$DROP VIEW v; CREATE VIEW v AS SELECT id, name FROM t WHERE id > 0$$),
($$changed view mut.v: definition
renamed view mut.v: column "nom"$$, $$ALTER VIEW v RENAME COLUMN name TO nom$$, $$ALTER VIEW v RENAME COLUMN nom TO name$$),
($$changed view mut.v: column "name"$$, $$ALTER VIEW v ALTER name SET DEFAULT 'x'$$, $$ALTER VIEW v ALTER name DROP DEFAULT$$),
($$added view mut.v: check option$$, $$ALTER VIEW v SET (check_option = local)$$, $$ALTER VIEW v RESET (check_option)$$),
($$added view mut.v: check option$$, $$ALTER VIEW v SET (check_option = cascaded)$$, $$ALTER VIEW v RESET (check_option)$$),
($$added view mut.v: security barrier$$, $$ALTER VIEW v SET (security_barrier)$$, $$ALTER VIEW v RESET (security_barrier)$$),
($$added view mut.v: trigger "v_trigger"$$, $$CREATE TRIGGER v_trigger INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION trg()$$, $$DROP TRIGGER v_trigger ON v$$),
($$added view mut.v: rule "v_rule"$$, $$CREATE RULE v_rule AS ON INSERT TO v DO INSTEAD NOTHING$$, $$DROP RULE v_rule ON v$$),
($$removed view mut.v
added view mut.w$$, $$ALTER VIEW v RENAME TO w$$, $$ALTER VIEW w RENAME TO v$$),
($$changed materialized view mut.mv: definition$$, $$DROP MATERIALIZED VIEW mv; CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM parent JOIN t USING (id) WHERE id > 1; CREATE INDEX mv_index ON mv (id)$$,
 $$DROP MATERIALIZED VIEW mv; CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM parent JOIN t USING (id); CREATE INDEX mv_index ON mv (id)$$),
($$changed materialized view mut.mv: definition
renamed materialized view mut.mv: column "nom"$$, $$ALTER MATERIALIZED VIEW mv RENAME COLUMN name TO nom$$, $$ALTER MATERIALIZED VIEW mv RENAME COLUMN nom TO name$$),
($$changed materialized view mut.mv: [index] index "mv_index"$$, $$DROP INDEX mv_index; CREATE INDEX mv_index ON mv (id DESC)$$, $$DROP INDEX mv_index; CREATE INDEX mv_index ON mv (id)$$),
($$added materialized view mut.mv: index "mv_unique"$$, $$CREATE UNIQUE INDEX mv_unique ON mv (id)$$, $$DROP INDEX mv_unique$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added view mut.v: security invoker$$, $$ALTER VIEW v SET (security_invoker)$$, $$ALTER VIEW v RESET (security_invoker)$$, 150000);
