-- examples/migrations/declare: checksums by the tools' own rules, against values that the tools have written.
\! d=/tmp/sg_ledger_files.$PPID; rm -rf $d; mkdir -p $d/refinery $d/flyway $d/atlas $d/prisma/1_hello $d/sqlx $d/sqitch/deploy $d/drizzle/meta $d/knex $d/rails
\! cd /tmp/sg_ledger_files.$PPID && printf 'CREATE TABLE cars (\n    id int,\n    name varchar(255)\n);\n' > refinery/V2__add_cars_table.sql
\! cd /tmp/sg_ledger_files.$PPID && printf '\357\273\277alter table location_history add column\r\n valid_until timestamp with time zone;\r\n' > flyway/V1_2__x.sql
\! cd /tmp/sg_ledger_files.$PPID && printf 'CREATE VIEW v AS SELECT 1;\n' > 'flyway/R__my view.sql'
\! cd /tmp/sg_ledger_files.$PPID && printf 'CREATE TABLE t1 ( c1 int );\n' > atlas/20230727105553_init.sql
\! cd /tmp/sg_ledger_files.$PPID && printf 'hello' > prisma/1_hello/migration.sql
\! cd /tmp/sg_ledger_files.$PPID && printf 'select 1;\n' > sqlx/0005_order_notes.up.sql && printf 'x' > sqlx/0005_order_notes.down.sql && printf 'abc' > sqlx/10_b.sql
\! cd /tmp/sg_ledger_files.$PPID && printf '%%syntax-version=1.0.0\n%%project=flipr\n%%uri=https://github.com/theory/sqitch-intro/\n\nappschema 2013-12-30T23:19:45Z Marge N. O\342\200\231Vera <marge@example.com> # Add schema for all flipr objects.\n' > sqitch/sqitch.plan
\! cd /tmp/sg_ledger_files.$PPID && printf 'abc' > sqitch/deploy/appschema.sql
\! cd /tmp/sg_ledger_files.$PPID && printf 'abc' > drizzle/0000_a.sql && printf '{"entries":[{"idx":0,"version":"7","when":1723286400000,\n"tag":"0000_a","breakpoints":true}]}' > drizzle/meta/_journal.json
\! cd /tmp/sg_ledger_files.$PPID && touch knex/20240101_a.js 'knex/20240102_"b".ts' rails/20240101_create.rb rails/9_old.rb
\! "$PG_ABS_SRCDIR/examples/migrations/declare" refinery /tmp/sg_ledger_files.$PPID/refinery
\! REFINERY_INT8=1 "$PG_ABS_SRCDIR/examples/migrations/declare" refinery /tmp/sg_ledger_files.$PPID/refinery
\! "$PG_ABS_SRCDIR/examples/migrations/declare" flyway /tmp/sg_ledger_files.$PPID/flyway
\! "$PG_ABS_SRCDIR/examples/migrations/declare" atlas /tmp/sg_ledger_files.$PPID/atlas
\! "$PG_ABS_SRCDIR/examples/migrations/declare" prisma /tmp/sg_ledger_files.$PPID/prisma
\! "$PG_ABS_SRCDIR/examples/migrations/declare" sqlx /tmp/sg_ledger_files.$PPID/sqlx public._sqlx_migrations
\! "$PG_ABS_SRCDIR/examples/migrations/declare" sqitch /tmp/sg_ledger_files.$PPID/sqitch
\! "$PG_ABS_SRCDIR/examples/migrations/declare" drizzle /tmp/sg_ledger_files.$PPID/drizzle
\! "$PG_ABS_SRCDIR/examples/migrations/declare" knex /tmp/sg_ledger_files.$PPID/knex
\! "$PG_ABS_SRCDIR/examples/migrations/declare" rails /tmp/sg_ledger_files.$PPID/rails
\! "$PG_ABS_SRCDIR/examples/migrations/declare" liquibase /tmp/sg_ledger_files.$PPID 2>&1; echo "exit $?"
-- The same by SQL.
SELECT encode(sha384('abc'), 'hex') AS sqlx, encode(sha256('abc'), 'hex') AS drizzle;
\! rm -rf /tmp/sg_ledger_files.$PPID
