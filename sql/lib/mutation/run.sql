-- Runs the rows, and says which fail.

-- what was seen, and what some row changed: object type, facet, attribute with names left out
CREATE TABLE helper.seen (property text PRIMARY KEY);
-- the snapshot to compare with: a new one after each row that did not lead back, which is told once
CREATE TABLE helper.base_number (n integer);
INSERT INTO helper.base_number VALUES (0);
CREATE FUNCTION helper.base() RETURNS text LANGUAGE sql AS $$
	SELECT 'base ' || n FROM helper.base_number
$$;
CREATE FUNCTION helper.line(change text, object_type text, object_identity text, facet text, attribute text) RETURNS text LANGUAGE sql AS $$
	SELECT concat(change || ' ', object_type, ' ', object_identity, ': ' || CASE facet WHEN 'structure' THEN '' ELSE '[' || facet || '] ' END || attribute)
$$;
CREATE FUNCTION helper.property(object_type text, facet text, attribute text) RETURNS text LANGUAGE sql AS $$
	SELECT object_type || ': [' || facet || '] ' || CASE WHEN object_type = 'publication' THEN regexp_replace(attribute, '^(table|tables in schema) .*', '\1 …')
		WHEN object_type ~ '^operator (class|family)' THEN regexp_replace(attribute, '^(operator|function) \d.*', '\1 …')
		ELSE regexp_replace(regexp_replace(regexp_replace(attribute, '("([^"]|"")*")', '"…"', 'g'), 'privileges of (PUBLIC|"…")', 'privileges of "…"'), 'column \d+', 'column N') END
$$;
CREATE FUNCTION helper.lines_of_diff() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT helper.line(change, object_type, object_identity, facet, attribute) FROM schema_guard.diff(helper.base())
$$;
-- an error's text, if there is one
CREATE FUNCTION helper.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL check_function_bodies = off;
	SET LOCAL client_min_messages = error;
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION helper.look() RETURNS void LANGUAGE sql AS $$
	INSERT INTO helper.seen SELECT DISTINCT helper.property(object_type, facet, attribute) FROM schema_guard.describe(NULL, '{all}') WHERE attribute IS NOT NULL ON CONFLICT DO NOTHING
$$;
-- what is wrong with the state of things after a row's alter, or with "same" after its reverse
CREATE FUNCTION helper.wrong(expected text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT 'not in diff(): ' || l FROM unnest(string_to_array(expected, E'\n')) l EXCEPT ALL SELECT 'not in diff(): ' || l FROM helper.lines_of_diff() l
	UNION ALL
	(SELECT 'in diff(): ' || l FROM helper.lines_of_diff() l EXCEPT ALL SELECT 'in diff(): ' || l FROM unnest(string_to_array(expected, E'\n')) l)
	UNION ALL
	SELECT 'the fingerprint stays' WHERE expected <> '' AND schema_guard.fingerprint('{all}') = (SELECT fingerprint FROM schema_guard.snapshots WHERE name = helper.base())
	UNION ALL
	SELECT 'the fingerprint changes' WHERE expected = '' AND schema_guard.fingerprint('{all}') <> (SELECT fingerprint FROM schema_guard.snapshots WHERE name = helper.base())
	UNION ALL
	SELECT 'verify() finds: ' || helper.line(change, object_type, object_identity, facet, attribute) FROM schema_guard.verify()
	 -- commands on these fire no event trigger: finding them is what verify() is for
	 WHERE object_type NOT IN ('database', 'event trigger')
$$;
CREATE TABLE helper.failure (number integer, step text, what text);

CREATE PROCEDURE helper.run() LANGUAGE plpgsql AS $$
DECLARE
	m record;
BEGIN
	PERFORM helper.look();
	FOR m IN SELECT * FROM helper.mutation
			  WHERE since <= current_setting('server_version_num')::integer AND until > current_setting('server_version_num')::integer ORDER BY number
	LOOP
		INSERT INTO helper.failure SELECT m.number, m.alter, e FROM helper.try(m.alter) e WHERE e IS NOT NULL;
		COMMIT;
		INSERT INTO helper.failure SELECT m.number, m.alter, w FROM helper.wrong(m.expected) w;
		PERFORM helper.look();
		INSERT INTO helper.failure SELECT m.number, m.reverse, e FROM helper.try(m.reverse) e WHERE e IS NOT NULL;
		COMMIT;
		INSERT INTO helper.failure SELECT m.number, m.reverse, w FROM helper.wrong('') w;
		IF FOUND THEN
			UPDATE helper.base_number SET n = n + 1;
			PERFORM schema_guard.capture(helper.base());
		END IF;
		COMMIT;
	END LOOP;
END $$;

SELECT schema_guard.capture(helper.base()) \gset
CALL helper.run();
SELECT format('row %s: %s: %s', number, step, what) FROM helper.failure ORDER BY number, step, what;
SELECT 'rows that fail: ' || count(DISTINCT number) FROM helper.failure;

-- properties that were seen and never changed
WITH lines AS (
	SELECT m[1] AS object, coalesce(m[2], 'structure') AS facet, m[3] AS attribute
	  FROM helper.mutation, unnest(string_to_array(expected, E'\n')) l, regexp_match(l, '^[a-z]+ (.*?): (?:\[([a-z]+)\] )?(.*)$') m),
changed AS (
	SELECT helper.property(t.object_type, l.facet, l.attribute) AS property
	  FROM lines l, (SELECT DISTINCT split_part(property, ':', 1) AS object_type FROM helper.seen) t
	 WHERE l.object LIKE t.object_type || ' %')
SELECT 'no row changes ' || property FROM helper.seen WHERE property NOT IN (SELECT property FROM changed) ORDER BY property COLLATE "C";

-- object types of the format without a row: import() knows an unknown type from one that is known
CREATE FUNCTION helper.is_known(object_type text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM schema_guard.import(format(E'schema_guard schema file\nformat: sg1\nfingerprint: sg1:%s\nfacets: structure\n\n%s x\n', repeat('0', 64), object_type), 'x');
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM LIKE '%disagree%';
END $$;
SELECT 'no row changes any ' || known
  FROM unnest('{access method,aggregate,cast,collation,composite type,constraint,conversion,database,default acl,domain,event trigger,extension,
	foreign table,foreign-data wrapper,function,index,language,large object,materialized view,operator,operator class,operator family,parameter ACL,policy,procedure,
	publication,role,rule,schema,sequence,server,statistics object,subscription,table,tablespace,
	text search configuration,text search dictionary,text search parser,text search template,transform,trigger,type,user mapping,view}'::text[]) AS known
 WHERE helper.is_known(known) AND NOT EXISTS (SELECT FROM helper.mutation WHERE expected ~ ('(^|\n)[a-z]+ ' || known || ' '));
