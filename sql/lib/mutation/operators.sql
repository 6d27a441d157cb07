-- operators and what belongs to them
CALL helper.series('changed operator mut.===(integer,bigint): function', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = unequal');
CALL helper.series('added operator mut.===(integer,bigint): commutator', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, COMMUTATOR = OPERATOR(mut.<->)');
CALL helper.series('added operator mut.===(integer,bigint): negator', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, NEGATOR = OPERATOR(mut.<>)');
CALL helper.series('added operator mut.===(integer,bigint): restrict', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, RESTRICT = eqsel');
CALL helper.series('added operator mut.===(integer,bigint): join', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, JOIN = eqjoinsel');
CALL helper.series('added operator mut.===(integer,bigint): hashes', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, HASHES');
CALL helper.series('added operator mut.===(integer,bigint): merges', 'DROP OPERATOR ===(integer, bigint); CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = bigint, {})', 'FUNCTION = equal',
	'FUNCTION = equal, MERGES');
CALL helper.series('changed operator class mut.ops USING btree: family', 'DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops {}', 'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
	'FOR TYPE integer USING btree FAMILY fam AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)');
CALL helper.series('removed operator class mut.ops USING btree: operator 3', 'DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops {}', 'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
	'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer)');
CALL helper.series('changed operator class mut.ops USING btree: operator 3', 'DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops {}', 'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
	'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 <>, FUNCTION 1 btint4cmp(integer, integer)');
CREATE FUNCTION other_cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CALL helper.series('changed operator class mut.ops USING btree: function 1', 'DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops {}', 'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
	'FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 other_cmp(integer, integer)');
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed operator class mut.ops USING btree: type
changed operator class mut.ops USING btree: operator 1
removed operator class mut.ops USING btree: operator 3
changed operator class mut.ops USING btree: function 1$$, $$DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops FOR TYPE bigint USING btree FAMILY fam2 AS OPERATOR 1 <, FUNCTION 1 btint8cmp(bigint, bigint)$$, $$DROP OPERATOR CLASS ops USING btree; CREATE OPERATOR CLASS ops FOR TYPE integer USING btree FAMILY fam2 AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)$$),
($$added operator class mut.of_pair USING hash
added operator family mut.of_pair USING hash$$, $$CREATE OPERATOR CLASS of_pair FOR TYPE integer[] USING hash AS FUNCTION 1 hash_array(anyarray)$$, $$DROP OPERATOR FAMILY of_pair USING hash$$),
($$added operator family mut.fam USING btree: operator 1 (integer,bigint)$$, $$ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (integer, bigint)$$, $$ALTER OPERATOR FAMILY fam USING btree DROP OPERATOR 1 (integer, bigint)$$),
($$added operator family mut.fam USING btree: function 1 (integer,bigint)$$, $$ALTER OPERATOR FAMILY fam USING btree ADD FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint)$$, $$ALTER OPERATOR FAMILY fam USING btree DROP FUNCTION 1 (integer, bigint)$$),
($$removed operator family mut.fam USING btree
added operator family mut.family USING btree$$, $$ALTER OPERATOR FAMILY fam USING btree RENAME TO family$$, $$ALTER OPERATOR FAMILY family USING btree RENAME TO fam$$),
($$changed access method tree: handler$$, $$DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE INDEX HANDLER hashhandler$$, $$DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler$$),
($$changed access method tree: handler
changed access method tree: type$$, $$DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE TABLE HANDLER heap_tableam_handler$$, $$DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler$$),
($$changed cast (mut.pair AS integer): context$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair) AS ASSIGNMENT$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair)$$),
($$changed cast (mut.pair AS integer): context$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair) AS IMPLICIT$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair)$$),
($$changed cast (mut.pair AS integer): function$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int2(pair)$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair)$$),
($$removed cast (mut.pair AS integer): function
added cast (mut.pair AS integer): method$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH INOUT$$, $$DROP CAST (pair AS integer); CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair)$$),
($$removed cast (mut.pair AS integer)$$, $$DROP CAST (pair AS integer)$$, $$CREATE CAST (pair AS integer) WITH FUNCTION coin_to_int(pair)$$),
($$changed collation mut.coll: locale$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'POSIX')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$),
($$removed collation mut.coll: locale
added collation mut.coll: lc_collate
added collation mut.coll: lc_ctype$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$),
($$removed collation mut.coll: locale
added collation mut.coll: lc_collate
added collation mut.coll: lc_ctype$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, lc_collate = 'POSIX', lc_ctype = 'C')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$),
($$changed collation mut.coll: locale
changed collation mut.coll: provider$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = icu, locale = 'de')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$),
($$changed collation mut.coll: locale
changed collation mut.coll: provider
added collation mut.coll: not deterministic$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = icu, locale = 'de', deterministic = false)$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$),
($$removed collation mut.coll
added collation mut.colla$$, $$ALTER COLLATION coll RENAME TO colla$$, $$ALTER COLLATION colla RENAME TO coll$$),
($$added conversion mut.conv: default$$, $$DROP CONVERSION conv; CREATE DEFAULT CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8$$, $$DROP CONVERSION conv; CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8$$),
($$changed conversion mut.conv: from
changed conversion mut.conv: function$$, $$DROP CONVERSION conv; CREATE CONVERSION conv FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8$$, $$DROP CONVERSION conv; CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8$$),
($$changed conversion mut.conv: from
changed conversion mut.conv: to
changed conversion mut.conv: function$$, $$DROP CONVERSION conv; CREATE CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1$$, $$DROP CONVERSION conv; CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$changed collation mut.coll: locale
changed collation mut.coll: provider
added collation mut.coll: rules$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = icu, locale = 'de', rules = '&a < g')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$, 160000),
($$changed collation mut.coll: provider$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = builtin, locale = 'C')$$, $$DROP COLLATION coll; CREATE COLLATION coll (provider = libc, locale = 'C')$$, 170000);
CALL helper.series('added operator class mut.coin_ops USING hash: default', 'DROP OPERATOR CLASS coin_ops USING hash; CREATE OPERATOR CLASS coin_ops {} FOR TYPE coin USING hash FAMILY coins AS FUNCTION 1 (coin, coin) hashenum(anyenum)', '', 'DEFAULT');
CALL helper.series('removed operator class mut.point_ops USING gist: storage', 'DROP OPERATOR CLASS point_ops USING gist; CREATE OPERATOR CLASS point_ops FOR TYPE point USING gist FAMILY points AS FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal){}', ', STORAGE box', '');
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$added operator class mut.point_ops USING gist: operator 15$$, $$ALTER OPERATOR FAMILY points USING gist ADD OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops$$, $$ALTER OPERATOR FAMILY points USING gist DROP OPERATOR 15 (point, point)$$);
