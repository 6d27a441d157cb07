-- what every class has: owner, privileges, comment
CREATE TABLE helper.annotated (object text, sql text, privilege text, granted_on text);
INSERT INTO helper.annotated VALUES
('table mut.parent', 'TABLE parent', 'SELECT', 'TABLE parent'),
('table mut.part_1', 'TABLE part_1', 'SELECT', 'TABLE part_1'),
('view mut.v', 'VIEW v', 'UPDATE', 'TABLE v'),
('materialized view mut.mv', 'MATERIALIZED VIEW mv', 'SELECT', 'TABLE mv'),
('sequence mut.seq', 'SEQUENCE seq', 'USAGE', 'SEQUENCE seq'),
('function mut.f(integer)', 'FUNCTION f(integer)', 'EXECUTE', 'FUNCTION f(integer)'),
('procedure mut.p(integer)', 'PROCEDURE p(integer)', 'EXECUTE', 'PROCEDURE p(integer)'),
('aggregate mut.agg(integer)', 'AGGREGATE agg(integer)', 'EXECUTE', 'FUNCTION agg(integer)'),
('type mut.state', 'TYPE state', 'USAGE', 'TYPE state'),
('type mut.positive', 'DOMAIN positive', 'USAGE', 'DOMAIN positive'),
('type mut.point2', 'TYPE point2', 'USAGE', 'TYPE point2'),
('type mut.span', 'TYPE span', 'USAGE', 'TYPE span'),
('schema mut', 'SCHEMA mut', 'CREATE', 'SCHEMA mut'),
('foreign table mut.foreign_t', 'FOREIGN TABLE foreign_t', 'SELECT', 'TABLE foreign_t'),
('foreign-data wrapper mut_wrapper2', 'FOREIGN DATA WRAPPER mut_wrapper2', 'USAGE', 'FOREIGN DATA WRAPPER mut_wrapper2'),
('server mut_server2', 'SERVER mut_server2', 'USAGE', 'FOREIGN SERVER mut_server2'),
('language mut_language', 'LANGUAGE mut_language', 'USAGE', 'LANGUAGE mut_language'),
('access method tree', 'ACCESS METHOD tree', NULL, NULL),
('cast (mut.pair AS integer)', 'CAST (pair AS integer)', NULL, NULL),
('collation mut.coll', 'COLLATION coll', NULL, NULL),
('conversion mut.conv', 'CONVERSION conv', NULL, NULL),
('event trigger mut_event', 'EVENT TRIGGER mut_event', NULL, NULL),
('operator mut.===(integer,bigint)', 'OPERATOR === (integer, bigint)', NULL, NULL),
('operator class mut.ops USING btree', 'OPERATOR CLASS ops USING btree', NULL, NULL),
('operator family mut.fam USING btree', 'OPERATOR FAMILY fam USING btree', NULL, NULL),
('publication mut_publication', 'PUBLICATION mut_publication', NULL, NULL),
('subscription mut_subscription', 'SUBSCRIPTION mut_subscription', NULL, NULL),
('statistics object mut.stat', 'STATISTICS stat', NULL, NULL),
('text search configuration mut.conf', 'TEXT SEARCH CONFIGURATION conf', NULL, NULL),
('text search dictionary mut.dict', 'TEXT SEARCH DICTIONARY dict', NULL, NULL),
('text search parser mut.parser', 'TEXT SEARCH PARSER parser', NULL, NULL),
('text search template mut.template', 'TEXT SEARCH TEMPLATE template', NULL, NULL),
('transform for mut.pair on language sql', 'TRANSFORM FOR pair LANGUAGE sql', NULL, NULL),
('extension pg_trgm', 'EXTENSION pg_trgm', NULL, NULL);
INSERT INTO helper.mutation (expected, alter, reverse)
SELECT format('changed %s: [access] owner', object), format('ALTER %s OWNER TO %s', sql, CASE WHEN sql LIKE 'FOREIGN DATA%' THEN 'regress_sg_super' ELSE 'regress_sg_owner' END), format('ALTER %s OWNER TO CURRENT_USER', sql)
  FROM helper.annotated
 WHERE sql !~ '^(EXTENSION|ACCESS METHOD|CAST|EVENT TRIGGER|PUBLICATION|SUBSCRIPTION|TEXT SEARCH PARSER|TEXT SEARCH TEMPLATE|TRANSFORM) '
UNION ALL
SELECT format('%s %s: [comment] comment', CASE sql WHEN 'EXTENSION pg_trgm' THEN 'changed' ELSE 'added' END, object), format('COMMENT ON %s IS %L', sql, E'said\\ \n of ''it'''),
	   CASE sql WHEN 'EXTENSION pg_trgm' THEN 'DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm VERSION ''1.4''' ELSE format('COMMENT ON %s IS NULL', sql) END
  FROM helper.annotated
UNION ALL
SELECT format('added %s: [access] privileges of "regress_sg_reader"', object), format('GRANT %s ON %s TO regress_sg_reader%s', privilege, granted_on, how),
	   format('REVOKE ALL ON %s FROM regress_sg_reader', granted_on)
  FROM helper.annotated, (VALUES (''), (' WITH GRANT OPTION')) AS o (how) WHERE privilege IS NOT NULL
UNION ALL
SELECT format('added %s: [access] privileges of PUBLIC', object), format('%s %s ON %s %s PUBLIC', first, privilege, granted_on, word),
	   format('%s %s ON %s %s PUBLIC', CASE first WHEN 'GRANT' THEN 'REVOKE' ELSE 'GRANT' END, privilege, granted_on, CASE word WHEN 'TO' THEN 'FROM' ELSE 'TO' END)
  FROM helper.annotated, LATERAL (SELECT CASE WHEN privilege = 'EXECUTE' OR granted_on ~ '^(TYPE|DOMAIN|LANGUAGE)' THEN 'REVOKE' ELSE 'GRANT' END AS first) AS g,
	   LATERAL (SELECT CASE first WHEN 'GRANT' THEN 'TO' ELSE 'FROM' END AS word) AS w
 WHERE privilege IS NOT NULL;
INSERT INTO helper.mutation (expected, alter, reverse)
SELECT format('added %s: [access] privileges of "regress_sg_reader" on column "%s"', object, col), format('GRANT UPDATE (%I) ON %s TO regress_sg_reader', col, relation), format('REVOKE UPDATE (%I) ON %s FROM regress_sg_reader', col, relation)
  FROM (VALUES ('table mut.t', 't', 'id'), ('view mut.v', 'v', 'id'), ('materialized view mut.mv', 'mv', 'id'), ('foreign table mut.foreign_t', 'foreign_t', 'id')) AS c (object, relation, col)
UNION ALL
SELECT format('added %s: [comment] comment on %s', object, item), format('COMMENT ON %s IS ''said''', sql), format('COMMENT ON %s IS NULL', sql)
  FROM (VALUES ('table mut.t', 'column "id"', 'COLUMN t.id'), ('table mut.t', 'constraint "t_check"', 'CONSTRAINT t_check ON t'),
	('table mut.t', 'constraint "t_pkey"', 'CONSTRAINT t_pkey ON t'), ('table mut.t', 'constraint "t_parent"', 'CONSTRAINT t_parent ON t'),
	('table mut.t', 'constraint "t_exclude"', 'CONSTRAINT t_exclude ON t'),
	('table mut.t', 'index "t_index"', 'INDEX t_index'), ('table mut.t', 'index "t_unique_index"', 'INDEX t_unique_index'), ('table mut.t', 'index "t_pkey"', 'INDEX t_pkey'),
	('table mut.part_1', 'index "part_1_b_idx"', 'INDEX part_1_b_idx'),
	('table mut.part_1', 'constraint "part_1_a_b_key"', 'CONSTRAINT part_1_a_b_key ON part_1'),
	('table mut.t', 'trigger "t_trigger"', 'TRIGGER t_trigger ON t'), ('table mut.t', 'rule "t_rule"', 'RULE t_rule ON t'), ('table mut.t', 'policy "t_policy"', 'POLICY t_policy ON t'),
	('view mut.v', 'column "id"', 'COLUMN v.id'), ('foreign table mut.foreign_t', 'column "id"', 'COLUMN foreign_t.id'),
	('foreign table mut.foreign_t', 'constraint "positive"', 'CONSTRAINT positive ON foreign_t'),
	('materialized view mut.mv', 'column "id"', 'COLUMN mv.id'), ('materialized view mut.mv', 'index "mv_index"', 'INDEX mv_index'),
	('type mut.point2', 'attribute "x"', 'COLUMN point2.x'), ('type mut.positive', 'constraint "above_zero"', 'CONSTRAINT above_zero ON DOMAIN positive')) AS c (object, item, sql);
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$added table mut.parent: [access] privileges of "regress_sg_grantor"
added table mut.parent: [access] privileges of PUBLIC granted by "regress_sg_grantor"$$,
 $$GRANT SELECT ON parent TO regress_sg_grantor WITH GRANT OPTION; SET ROLE regress_sg_grantor; GRANT SELECT ON mut.parent TO PUBLIC; RESET ROLE$$, $$REVOKE ALL ON parent FROM regress_sg_grantor CASCADE$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added table mut.t: [comment] comment on constraint "t_id_not_null"$$, $$COMMENT ON CONSTRAINT t_id_not_null ON t IS 'said'$$, $$COMMENT ON CONSTRAINT t_id_not_null ON t IS NULL$$, 180000);
