-- types
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$added type mut.state: label "sent"$$, $$ALTER TYPE state ADD VALUE 'sent'$$, $$DROP TYPE state; CREATE TYPE state AS ENUM ('new', 'paid')$$),
($$added type mut.state: label "sent"$$, $$ALTER TYPE state ADD VALUE 'sent' BEFORE 'paid'$$, $$DROP TYPE state; CREATE TYPE state AS ENUM ('new', 'paid')$$),
($$renamed type mut.state: label "old"$$, $$ALTER TYPE state RENAME VALUE 'new' TO 'old'$$, $$ALTER TYPE state RENAME VALUE 'old' TO 'new'$$),
($$changed type mut.state: label order$$, $$DROP TYPE state; CREATE TYPE state AS ENUM ('paid', 'new')$$, $$DROP TYPE state; CREATE TYPE state AS ENUM ('new', 'paid')$$),
($$changed type mut.shell: kind$$, $$CREATE TYPE shell AS ENUM ()$$, $$DROP TYPE shell; CREATE TYPE shell$$),
($$added type mut.point2: attribute "z"$$, $$ALTER TYPE point2 ADD ATTRIBUTE z text$$, $$ALTER TYPE point2 DROP ATTRIBUTE z$$),
($$changed type mut.point2: attribute "y"$$, $$ALTER TYPE point2 ALTER ATTRIBUTE y TYPE varchar(5)$$, $$ALTER TYPE point2 ALTER ATTRIBUTE y TYPE text$$),
($$changed type mut.point2: attribute "y"$$, $$ALTER TYPE point2 ALTER ATTRIBUTE y TYPE text COLLATE "C"$$, $$ALTER TYPE point2 ALTER ATTRIBUTE y TYPE text$$),
($$renamed type mut.point2: attribute "z"$$, $$ALTER TYPE point2 RENAME ATTRIBUTE y TO z$$, $$ALTER TYPE point2 RENAME ATTRIBUTE z TO y$$),
($$changed type mut.point2: attribute order$$, $$DROP TYPE point2; CREATE TYPE point2 AS (y text, x integer)$$, $$DROP TYPE point2; CREATE TYPE point2 AS (x integer, y text)$$),
($$changed type mut.positive: default$$, $$ALTER DOMAIN positive SET DEFAULT 2$$, $$ALTER DOMAIN positive SET DEFAULT 1$$),
($$removed type mut.positive: default$$, $$ALTER DOMAIN positive DROP DEFAULT$$, $$ALTER DOMAIN positive SET DEFAULT 1$$),
($$added type mut.positive: not null$$, $$ALTER DOMAIN positive SET NOT NULL$$, $$ALTER DOMAIN positive DROP NOT NULL$$),
($$changed type mut.positive: constraint "above_zero"$$, $$ALTER DOMAIN positive DROP CONSTRAINT above_zero; ALTER DOMAIN positive ADD CONSTRAINT above_zero CHECK (VALUE > 1)$$,
 $$ALTER DOMAIN positive DROP CONSTRAINT above_zero; ALTER DOMAIN positive ADD CONSTRAINT above_zero CHECK (VALUE > 0)$$),
($$changed type mut.positive: constraint "above_zero"$$, $$ALTER DOMAIN positive DROP CONSTRAINT above_zero; ALTER DOMAIN positive ADD CONSTRAINT above_zero CHECK (VALUE > 0) NOT VALID$$,
 $$ALTER DOMAIN positive VALIDATE CONSTRAINT above_zero$$),
($$removed type mut.positive: constraint "above_zero"
added type mut.positive: constraint "other"$$, $$ALTER DOMAIN positive RENAME CONSTRAINT above_zero TO other$$, $$ALTER DOMAIN positive RENAME CONSTRAINT other TO above_zero$$),
($$changed type mut.word: type$$, $$DROP DOMAIN word; CREATE DOMAIN word AS varchar(5)$$, $$DROP DOMAIN word; CREATE DOMAIN word AS text$$),
($$added type mut.word: collation$$, $$DROP DOMAIN word; CREATE DOMAIN word AS text COLLATE "C"$$, $$DROP DOMAIN word; CREATE DOMAIN word AS text$$),
($$removed type mut.word
added type mut.term$$, $$ALTER DOMAIN word RENAME TO term$$, $$ALTER DOMAIN term RENAME TO word$$);
CALL helper.series('changed type mut.span: subtype', 'DROP TYPE span; CREATE TYPE span AS RANGE ({})', 'subtype = float8', 'subtype = float4', 'subtype = text');
CALL helper.series('added type mut.span: subtype difference', 'DROP TYPE span; CREATE TYPE span AS RANGE ({})', 'subtype = float8', 'subtype = float8, subtype_diff = float8mi');
CALL helper.series(E'changed type mut.span: subtype\nadded type mut.span: collation', 'DROP TYPE span; CREATE TYPE span AS RANGE ({})', 'subtype = float8', 'subtype = text, collation = "C"');
CALL helper.series(E'changed type mut.span: subtype\nadded type mut.span: subtype operator class', 'DROP TYPE span; CREATE TYPE span AS RANGE ({})', 'subtype = float8', 'subtype = text, subtype_opclass = text_pattern_ops');
CALL helper.series(E'added type mut.span: canonical\nadded function mut.span_canonical(mut.span)',
	'DROP TYPE span CASCADE; CREATE TYPE span; {}',
	'CREATE TYPE span AS RANGE (subtype = float8)',
	'CREATE FUNCTION span_canonical(span) RETURNS span LANGUAGE internal STRICT IMMUTABLE AS ''int4range_canonical''; CREATE TYPE span AS RANGE (subtype = float8, canonical = span_canonical)');
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added type mut.span: multirange type$$, $$ALTER TYPE span_multirange RENAME TO spans$$, $$ALTER TYPE spans RENAME TO span_multirange$$, 140000),
($$added type mut.span: multirange type$$, $$ALTER TYPE span_multirange SET SCHEMA public$$, $$ALTER TYPE public.span_multirange SET SCHEMA mut$$, 140000),
($$added type mut.span: multirange type$$, $$DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8, multirange_type_name = spans)$$, $$DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8)$$, 140000);
INSERT INTO helper.mutation (expected, alter, reverse, since)
SELECT regexp_replace(regexp_replace(items, E'^', 'mut.base: '), E'\n', E'\nmut.base: ', 'g'), format('CALL helper.make_base(%L)', ', ' || options), 'CALL helper.make_base()', since
  FROM (VALUES
	('+receive', 'RECEIVE = mut.base_recv', 0), ('+send', 'SEND = mut.base_send', 0),
	(E'+modifier input\n+modifier output', 'TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout', 0),
	('+analyze', 'ANALYZE = array_typanalyze', 0),
	('length', 'INTERNALLENGTH = 16', 0), ('alignment', 'ALIGNMENT = double', 0), ('storage', 'STORAGE = extended', 0),
	(E'length\n+passed by value', 'INTERNALLENGTH = 4, PASSEDBYVALUE', 0),
	('+category', 'CATEGORY = ''x''', 0), ('+preferred', 'PREFERRED = true', 0), ('+delimiter', 'DELIMITER = '';''', 0),
	('+collatable', 'COLLATABLE = true', 0), ('+default', 'DEFAULT = ''x''', 0),
	('+element', 'ELEMENT = integer, SUBSCRIPT = raw_array_subscript_handler', 140000),
	(E'+element\n+subscript', 'ELEMENT = integer, SUBSCRIPT = jsonb_subscript_handler', 140000),
	('+subscript', 'SUBSCRIPT = jsonb_subscript_handler', 140000)) AS c (items, options, since);
UPDATE helper.mutation SET expected = replace(regexp_replace(expected, '^mut\.base: (?!\+)', 'changed type mut.base: ', 'gn'), 'mut.base: +', 'added type mut.base: ')
 WHERE expected LIKE 'mut.base%';
INSERT INTO helper.mutation (expected, alter, reverse, until) VALUES
($$added type mut.base: element$$, $$CALL helper.make_base(', ELEMENT = integer')$$, $$CALL helper.make_base()$$, 140000);
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed type mut.base: input
changed type mut.base: output
removed function mut.base_in(cstring)
removed function mut.base_out(mut.base)
added function mut.base_read(cstring)
added function mut.base_write(mut.base)$$, $$ALTER FUNCTION base_in RENAME TO base_read; ALTER FUNCTION base_out RENAME TO base_write$$,
 $$ALTER FUNCTION base_read RENAME TO base_in; ALTER FUNCTION base_write RENAME TO base_out$$);
