# Which object a failed statement means: an error is put down to a change of that one, never to one of another object
# that has the same name. And whatever the names look like.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('meant', "shared_preload_libraries = 'schema_guard'", "schema_guard.explain_errors = client");
make_database($node, 'shop');
make_database($node, 'other');
$node->safe_psql('postgres', 'ALTER DATABASE shop SET search_path = public');

# What the last statement's error is put down to; '' for nothing.
sub cause
{
	my ($sql, $db) = @_;
	my ($rc, $out, $err) = run_sql($node, $db // 'shop', "SET client_encoding = utf8; $sql");
	die "no error: $sql" if $err !~ /ERROR/;
	return $err =~ /The schema has changed: (.*) at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00 by role/ ? $1 : '';
}

sub explained
{
	my ($sql, $change, $db) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(cause($sql, $db), $change, substr($sql =~ s/\s+/ /gr, 0, 150));
	return;
}

sub not_explained { return explained($_[0], ''); }

$node->safe_psql('shop', q{
	CREATE SCHEMA other; CREATE SCHEMA archive; SET search_path = public;
	CREATE TABLE orders (id integer, customer_id integer, note text);
	CREATE TABLE items (id integer, quantity integer);
	CREATE TABLE other.orders (id integer);
	CREATE TABLE archive.gone (id integer);
	CREATE TYPE mood AS ENUM ('ok', 'sad');
	CREATE TYPE other.mood AS ENUM ('ok');
	CREATE TYPE namesake AS (a integer);
	CREATE FUNCTION other.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION f_orders() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders';
	CREATE SCHEMA postgres CREATE TABLE mine (id integer)});
$node->safe_psql('shop', $_) foreach 'ALTER TABLE orders RENAME customer_id TO client_id', 'DROP TABLE archive.gone', 'DROP TABLE postgres.mine',
  q{ALTER TYPE mood RENAME VALUE 'sad' TO 'bad'}, 'DROP TYPE namesake', 'DROP FUNCTION other.f(integer)';
my $renamed = 'table public.orders: column "customer_id" renamed to "client_id"';

# ------------------------------------------------------------------------------------------
# columns
# ------------------------------------------------------------------------------------------

cause('SELECT nothing FROM orders');    # the board has what the journal had
explained('SELECT customer_id FROM orders', $renamed);
explained('SET search_path = other; SELECT customer_id FROM public.orders', $renamed);
explained('SET search_path = other, public; SELECT customer_id FROM public.orders', $renamed);
explained('INSERT INTO orders (customer_id) VALUES (1)', $renamed);
explained('SELECT (f_orders()).customer_id', $renamed);
explained('SELECT (o::orders).customer_id FROM (SELECT f_orders() AS o) o', $renamed);
# of the same name, in another schema
not_explained('SET search_path = other; SELECT customer_id FROM orders');
not_explained('SET search_path = other, public; SELECT customer_id FROM orders');
not_explained('SELECT customer_id FROM other.orders');
not_explained('INSERT INTO other.orders (customer_id) VALUES (1)');
# temporary
not_explained('CREATE TEMP TABLE orders (id integer); SELECT customer_id FROM orders');
not_explained('CREATE TEMP TABLE orders (id integer); INSERT INTO orders (customer_id) VALUES (1)');
explained('CREATE TEMP TABLE orders (id integer); SELECT customer_id FROM public.orders', $renamed);
# named in a string or a comment; a long query
not_explained('SELECT customer_id FROM items -- orders');
not_explained(q{SELECT customer_id, 'orders' FROM items});
not_explained('SELECT customer_id FROM items WHERE id IN (' . join(',', 1 .. 3000) . ')');
explained('SELECT customer_id FROM orders WHERE id IN (' . join(',', 1 .. 3000) . ')', $renamed);
# a query as long as is looked at, and a longer one; the table's name in whatever letters
my $numbers = join(',', 1000 .. 2600);
not_explained("BEGIN; SELECT FROM orders; SELECT customer_id FROM items WHERE id NOT IN ($numbers)");
explained("SELECT customer_id FROM Orders WHERE id NOT IN ($numbers)", $renamed);
explained("SELECT customer_id FROM ORDERS -- $numbers", $renamed);
explained(qq{SELECT customer_id FROM items, "orders" -- $numbers}, $renamed);
explained("SELECT customer_id FROM orders -- $numbers, $numbers", $renamed);
explained("PREPARE p AS SELECT * FROM orders WHERE id NOT IN ($numbers, $numbers); ALTER TABLE orders ADD later integer; EXECUTE p",
	'table public.orders: column "later" added: integer');

# a name that many tenants had: what takes too long is explained when the transaction is over, in the log alone
my $tenants = 150;
$node->safe_psql('shop', join(';', map { "CREATE SCHEMA tenant$_ CREATE TABLE orders (code integer)" } 1 .. $tenants));
$node->safe_psql('shop', join(';', map { "ALTER TABLE tenant$_.orders RENAME code TO sku" } 1 .. $tenants));
my $log_start = -s $node->logfile;
explained("SELECT code FROM tenant$tenants.orders", qq{table tenant$tenants.orders: column "code" renamed to "sku"});
cause('SELECT code FROM tenant1.orders');
ok($node->wait_for_log(qr/error 42703 is due to a schema change: table tenant1.orders: column "code" renamed to "sku"/, $log_start),
	'the oldest of many tenants');
not_explained('SELECT code FROM public.orders');

# in functions, whoever catches what
explained(q{DO $$ BEGIN PERFORM customer_id FROM orders; END $$}, $renamed);
explained(q{DO $$ BEGIN BEGIN PERFORM customer_id FROM orders; EXCEPTION WHEN OTHERS THEN RAISE; END; END $$}, $renamed);
explained(q{DO $$ BEGIN FOR i IN 1 .. 100 LOOP BEGIN PERFORM customer_id FROM orders; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP;
	PERFORM customer_id FROM orders; END $$}, $renamed);
not_explained(q{DO $$ BEGIN BEGIN PERFORM customer_id FROM orders; EXCEPTION WHEN OTHERS THEN NULL; END; PERFORM nothing FROM items; END $$});
explained('SAVEPOINT s; ROLLBACK TO s; SELECT 1 FROM orders WHERE customer_id = 1' =~ s/^/BEGIN; /r, $renamed);

# ------------------------------------------------------------------------------------------
# relations, functions, types, labels
# ------------------------------------------------------------------------------------------

explained('SELECT * FROM archive.gone', 'table archive.gone removed');
explained('SET search_path = public, archive; SELECT * FROM gone', 'table archive.gone removed');
explained('SET search_path = "$user", public; SELECT * FROM mine', 'table postgres.mine removed');
explained('SELECT other.f(1)', 'function other.f(integer) removed');
explained(q{SET search_path = "other"; SELECT f(1)}, 'function other.f(integer) removed');
not_explained('SELECT * FROM gone');
not_explained('SELECT * FROM other.gone');
not_explained('SET search_path = archives, "Archive", "archive "; SELECT * FROM gone');
not_explained('SET search_path = public; SELECT * FROM mine');
not_explained('CREATE ROLE somebody; SET ROLE somebody; SET search_path = "$user"; SELECT * FROM mine');
not_explained('SELECT f(1)');
not_explained('SET search_path = archive; SELECT gone.id FROM public.items');
explained('SELECT NULL::namesake', 'type public.namesake removed');
not_explained('SET ROLE namesake');
not_explained('SHOW namesake');
not_explained('ALTER TABLE items DROP CONSTRAINT namesake');
not_explained('SELECT NULL::other.namesake');
explained(q{SELECT 'sad'::mood}, 'type public.mood: label "sad" renamed to "bad"');
explained(q{SET search_path = other; SELECT 'sad'::public.mood}, 'type public.mood: label "sad" renamed to "bad"');
not_explained(q{SELECT 'sad'::other.mood});
not_explained(q{SET search_path = other; SELECT 'sad'::mood, 'ok'::public.mood});
not_explained(q{SELECT 'sad'::integer, 'ok'::mood});

# ------------------------------------------------------------------------------------------
# functions that were called in another way
# ------------------------------------------------------------------------------------------

$node->safe_psql('shop', q{SET search_path = public;
	CREATE FUNCTION one(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION one(integer, integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION several(a integer, b text DEFAULT '(,', c text DEFAULT 'x') RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION many(a integer, VARIADIC b integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	DO $$ BEGIN EXECUTE format('CREATE FUNCTION long(integer) RETURNS integer LANGUAGE sql AS %L', 'SELECT 1' || repeat(E'\n-- and more', 5000)); END $$;
	CREATE FUNCTION nought() RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION gives(a integer, OUT b integer, OUT c integer) LANGUAGE sql AS 'SELECT 1, 2';
	CREATE FUNCTION moved(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION fewer(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE FUNCTION "x(,"("y,z" integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
	CREATE PROCEDURE act(a integer, INOUT b integer) LANGUAGE sql AS 'SELECT 1';
	CREATE AGGREGATE add_up(integer) (sfunc = int4pl, stype = integer);
	CREATE AGGREGATE count_up(*) (sfunc = int8inc, stype = bigint, initcond = 0);
	CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
	CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = same)});
$node->safe_psql('shop', $_) foreach 'DROP FUNCTION one(integer)', 'DROP FUNCTION several', 'DROP FUNCTION many', 'DROP FUNCTION long(integer)', 'DROP FUNCTION nought', 'DROP FUNCTION gives',
  'ALTER FUNCTION moved RENAME TO gone', 'DROP PROCEDURE act', 'DROP AGGREGATE add_up(integer)', 'DROP AGGREGATE count_up(*)', 'DROP FUNCTION "x(,"',
  'DROP OPERATOR === (integer, integer)',
  q{BEGIN; DROP FUNCTION fewer; CREATE FUNCTION fewer(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; COMMIT};
explained('SELECT one(1)', 'function public.one(integer) removed');
explained(q{SELECT public.one('1')}, 'function public.one(integer) removed');
not_explained('SELECT one(1, 2)');
not_explained('SELECT one()');
not_explained('CALL one(1)');
not_explained('DROP AGGREGATE one(integer)');
explained('SELECT several(1)', 'function public.several(integer,text,text) removed');
explained(q{SELECT several(1, '', '')}, 'function public.several(integer,text,text) removed');
explained(q{SELECT several(a => 1, c => '')}, 'function public.several(integer,text,text) removed');
not_explained('SELECT several()');
not_explained('SELECT several(1, 2, 3, 4)');
explained('SELECT many(1, 2, 3, 4)', 'function public.many(integer,integer[]) removed');
explained('SELECT many(1, VARIADIC ARRAY[2])', 'function public.many(integer,integer[]) removed');
not_explained('SELECT many(1)');
explained('SELECT long(1)', 'function public.long(integer) removed');
not_explained('SELECT long(1, 2)');
explained('SELECT nought()', 'function public.nought() removed');
not_explained('SELECT nought(NULL)');
explained('SELECT gives(1)', 'function public.gives(integer) removed');
not_explained('SELECT gives(1, 2)');
explained('SELECT moved(1)', 'function public.moved(integer,integer) renamed to public.gone(integer,integer)');
not_explained('SELECT moved(1, 2, 3)');
explained('SELECT fewer(1)', 'function public.fewer(integer,integer): arguments changed: a integer, b integer DEFAULT 1 -> a integer, b integer');
not_explained('SELECT fewer()');
not_explained(q{SELECT fewer(1, '{}'::json)});
explained('SELECT "x(,"(1)', 'function public."x(,"(integer) removed');
not_explained('SELECT "x(,"(1, 2)');
explained('CALL act(1, 2)', 'procedure public.act(integer,integer) removed');
not_explained('CALL act(1)');
not_explained('SELECT act(1, 2)');
explained('SELECT add_up(1)', 'aggregate public.add_up(integer) removed');
not_explained('SELECT add_up(1, 2)');
explained('SELECT count_up(*)', 'aggregate public.count_up() removed');
not_explained('SELECT count_up(1)');
# operators are not explained, and no function of theirs is
not_explained('SELECT 1 === 2');
not_explained(q{SELECT 1 === 'x'::text});
$node->safe_psql('shop', 'DROP FUNCTION same');
not_explained('SELECT 1 === 2');

# ------------------------------------------------------------------------------------------
# a column that another table of the statement never had
# ------------------------------------------------------------------------------------------

explained('SELECT o.customer_id FROM orders o JOIN items i ON i.id = o.id', $renamed);
explained('SELECT customer_id FROM orders o JOIN items i ON i.id = o.id', $renamed);
explained('SELECT orders.customer_id FROM items, orders', $renamed);
explained('SELECT s.customer_id FROM (SELECT * FROM orders) s JOIN items i ON i.id = s.id', $renamed);
explained('SELECT s.customer_id FROM (SELECT * FROM orders) AS s, items', $renamed);
explained('WITH s AS (SELECT * FROM orders) SELECT s.customer_id FROM s', $renamed);
explained('SELECT o.id AS i, i.customer_id FROM items o, orders AS i', $renamed);
explained('UPDATE items SET quantity = o.customer_id FROM public.orders AS o', $renamed);
explained('DELETE FROM items USING orders o WHERE o.customer_id = 1', $renamed);
explained('UPDATE orders SET customer_id = 1', $renamed);
not_explained('SELECT i.customer_id FROM orders o JOIN items i ON i.id = o.id');
not_explained('SELECT items.customer_id FROM orders JOIN items ON items.id = orders.id');
not_explained('SELECT "I".customer_id FROM orders, items "I"');
not_explained('SELECT i.customer_id FROM orders, items AS i');
not_explained('SELECT items.customer_id FROM orders, items');
not_explained('INSERT INTO items (customer_id) SELECT client_id FROM orders');
not_explained('UPDATE items SET customer_id = 1 FROM orders');
not_explained('UPDATE orders SET client_id = i.customer_id FROM items i');

# ------------------------------------------------------------------------------------------
# constraints, also of partitions and children
# ------------------------------------------------------------------------------------------

$node->safe_psql('shop', q{
	CREATE TABLE parted (a integer, b integer) PARTITION BY LIST (a);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
	CREATE TABLE alone (a integer, b integer NOT NULL CONSTRAINT positive CHECK (b > 0))});
$node->safe_psql('shop', $_) foreach 'ALTER TABLE parted ALTER b SET NOT NULL', 'ALTER TABLE parted ADD CONSTRAINT positive CHECK (b > 0)',
  'ALTER TABLE orders ADD code integer NOT NULL';
my $not_null = 'table public.parted: column "b" changed: integer -> integer NOT NULL';
my $positive = 'table public.parted: constraint "positive" added: CHECK ((b > 0))';
explained('INSERT INTO parted VALUES (1, NULL)', $not_null);
explained('PREPARE i AS INSERT INTO parted VALUES ($1, $2); EXECUTE i(1, NULL)', $not_null);
explained('INSERT INTO parted VALUES (1, -1)', $positive);
not_explained('INSERT INTO alone VALUES (1, NULL)');
# a trigger writes into a table that has a constraint of that name
$node->safe_psql('shop', q{
	CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO alone VALUES (1, -1); RETURN NEW; END';
	CREATE TRIGGER log BEFORE INSERT ON parted_1 FOR EACH ROW EXECUTE FUNCTION log()});
not_explained('INSERT INTO parted VALUES (1, 1)');
$node->safe_psql('shop', 'DROP TRIGGER log ON parted_1; DROP FUNCTION log()');
not_explained('INSERT INTO alone VALUES (1, -1)');
not_explained('BEGIN; SELECT FROM parted; INSERT INTO alone VALUES (1, NULL)');
not_explained('INSERT INTO alone SELECT 1, NULL WHERE NOT EXISTS (SELECT FROM parted)');
explained('INSERT INTO orders VALUES (1)', 'table public.orders: column "code" added: integer NOT NULL');

# ------------------------------------------------------------------------------------------
# plans, ambiguous columns
# ------------------------------------------------------------------------------------------

my $added = 'table public.items: column "price" added: integer';
explained('PREPARE p AS SELECT * FROM items; ALTER TABLE items ADD price integer; EXECUTE p', $added);
explained('PREPARE q AS SELECT * FROM items; ALTER TABLE items ADD size integer; /* was executed before */ EXECUTE q',
	'table public.items: column "size" added: integer');
not_explained('CREATE TEMP TABLE items (id integer); PREPARE p AS SELECT * FROM items; ALTER TABLE pg_temp.items ADD price integer; EXECUTE p');
explained('SELECT price FROM items, (SELECT 1 AS price) s', $added);
not_explained('CREATE TEMP TABLE items AS SELECT 1 AS price; SELECT price FROM items, (SELECT 1 AS price) s');

# ------------------------------------------------------------------------------------------
# there, gone, and there again
# ------------------------------------------------------------------------------------------

$node->safe_psql('shop', $_) foreach 'ALTER TABLE orders ADD extra integer', 'ALTER TABLE orders DROP extra',
  'CREATE TABLE anew (a integer, b integer)', 'DROP TABLE anew; CREATE TABLE anew (a integer)', 'ALTER TABLE anew ADD b integer', 'ALTER TABLE anew DROP b',
  'ALTER TABLE items RENAME TO things', 'ALTER TABLE things RENAME TO items';
explained('SELECT extra FROM orders', 'table public.orders: column "extra" removed: integer');
explained('SELECT b FROM anew', 'table public.anew: column "b" removed: integer');
explained('SELECT * FROM things', 'table public.things renamed to public.items');
not_explained('SELECT thing FROM items');

# ------------------------------------------------------------------------------------------
# names
# ------------------------------------------------------------------------------------------

my ($long, $longer) = ("\xc3\xa4" x 31 . 'y', "\xe5\x90\x8d" x 21);    # 63 bytes each
$node->safe_psql('shop', qq{CREATE SCHEMA "Größe ""ß"; CREATE TABLE "Größe ""ß"."$long" ("$longer" integer, "a""b" integer)});
my $there = qq{"Größe ""ß"."$long"};
$node->safe_psql('shop', $_) foreach qq{ALTER TABLE $there RENAME "$longer" TO "ü"}, qq{ALTER TABLE $there RENAME "a""b" TO "c""d"};
explained(qq{SELECT "$longer" FROM $there}, qq{table $there: column "$longer" renamed to "ü"});
explained(qq{SELECT x."$longer" FROM $there x}, qq{table $there: column "$longer" renamed to "ü"});
$node->safe_psql('shop', $_) foreach qq{CREATE FUNCTION "$longer"("$long" integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'}, qq{DROP FUNCTION "$longer"};
explained(qq{SELECT "$longer"(1)}, qq{function public."$longer"(integer) removed});
explained(qq{SET search_path = public, "Größe ""ß"; SELECT "a""b" FROM "$long"}, qq{table $there: column "a""b" renamed to "c""d"});
$node->safe_psql('shop', qq{ALTER TABLE $there RENAME TO "x y"});
explained(qq{SET search_path = public, "Größe ""ß"; SELECT FROM "$long"}, qq{table $there renamed to "Größe ""ß"."x y"});
not_explained(qq{SELECT FROM "$long"});

# the same when the changes are read from the journal, which has the beginning of what is long
$node->restart;
cause('SELECT nothing FROM orders');
explained('SELECT long(1)', 'function public.long(integer) removed');
not_explained('SELECT one(1, 2)');
unlike(slurp_file($node->logfile), qr/schema_guard could not explain/, 'no fault');

# another database
is(cause('SELECT customer_id FROM orders', 'other'), '', 'another database');

$node->stop;
done_testing();
