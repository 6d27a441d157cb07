-- Operators, operator classes and families, casts, conversions, collations.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA ops;

CREATE FUNCTION ops.same(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION ops.same(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION ops.other(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE FUNCTION ops.minus(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT - $1';
CREATE OPERATOR ops.=== (
	LEFTARG = integer, RIGHTARG = bigint, FUNCTION = ops.same, COMMUTATOR = OPERATOR(ops.===),
	NEGATOR = OPERATOR(ops.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR ops.=== (
	LEFTARG = bigint, RIGHTARG = integer, FUNCTION = ops.same, COMMUTATOR = OPERATOR(ops.===),
	HASHES, MERGES);
CREATE OPERATOR ops.!== (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = ops.other,
	NEGATOR = OPERATOR(ops.===));
CREATE OPERATOR ops.!~! (RIGHTARG = integer, FUNCTION = ops.minus);
-- its commutator is not defined: no object
CREATE OPERATOR ops.<# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt,
	COMMUTATOR = OPERATOR(ops.#>));

-- a class with a family of its own, one in a system family, a loose family, and GiST's ordering
CREATE TYPE ops.money AS ENUM ('a', 'b');
CREATE OPERATOR CLASS ops.int_ops FOR TYPE integer USING btree AS
	OPERATOR 1 < , OPERATOR 2 <= , OPERATOR 3 = , OPERATOR 4 >= , OPERATOR 5 > ,
	FUNCTION 1 btint4cmp(integer, integer), FUNCTION 2 btint4sortsupport(internal);
CREATE OPERATOR FAMILY ops.loose USING btree;
ALTER OPERATOR FAMILY ops.loose USING btree ADD
	OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, bigint),
	FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR CLASS ops.hash_int DEFAULT FOR TYPE ops.money USING hash FAMILY enum_ops AS
	FUNCTION 1 (ops.money, ops.money) hashenum(anyenum);
CREATE OPERATOR CLASS ops.points FOR TYPE point USING gist AS
	OPERATOR 1 << (point, point),
	OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops,
	FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal),
	STORAGE box;

CREATE FUNCTION ops.to_int(ops.money) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (ops.money AS integer) WITH FUNCTION ops.to_int(ops.money) AS ASSIGNMENT;
CREATE CAST (ops.money AS bigint) WITH INOUT;
CREATE CAST (bigint AS xid8) WITHOUT FUNCTION AS IMPLICIT;
-- comes with casts of its own from 14 on
CREATE TYPE ops.span AS RANGE (subtype = integer);

CREATE CONVERSION ops.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION ops.latin_default FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

CREATE COLLATION ops.posix (provider = libc, locale = 'C');
CREATE COLLATION ops.mixed (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
CREATE COLLATION ops.loosely (provider = icu, locale = 'de-u-ks-level1', deterministic = false);
CREATE COLLATION ops."Copy" FROM "C";
COMMENT ON COLLATION ops.posix IS 'a collation';
COMMENT ON OPERATOR ops.!~! (NONE, integer) IS 'an operator';
COMMENT ON CAST (ops.money AS integer) IS 'a cast';
COMMENT ON OPERATOR CLASS ops.int_ops USING btree IS 'a class';
COMMENT ON OPERATOR FAMILY ops.loose USING btree IS 'a family';
COMMENT ON CONVERSION ops.latin IS 'a conversion';

SELECT object_type, object_identity, attribute, definition
  FROM schema_guard.describe(NULL, '{structure,comment}')
 WHERE object_type ~ '^(operator|cast|conversion|collation)';

-- a schema alone: its name is left out, and so is what is in no schema
SELECT schema_guard.fingerprint('{all}', 'ops') AS before \gset
ALTER SCHEMA ops RENAME TO ops2;
SELECT schema_guard.fingerprint('{all}', 'ops2') = :'before' AS same;
ALTER SCHEMA ops2 RENAME TO ops;

-- what a class is good for is the same, whichever way its members came
SELECT schema_guard.fingerprint() AS before \gset
ALTER OPERATOR FAMILY ops.loose USING btree DROP OPERATOR 3 (integer, bigint);
SELECT schema_guard.fingerprint() = :'before' AS same;
ALTER OPERATOR FAMILY ops.loose USING btree ADD OPERATOR 3 = (integer, bigint);
SELECT schema_guard.fingerprint() = :'before' AS same;

SELECT * FROM schema_guard.not_covered();
DROP CAST (bigint AS xid8);
DROP SCHEMA ops CASCADE;
DROP EXTENSION schema_guard;
