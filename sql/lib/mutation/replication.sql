-- publications, subscriptions, statistics
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$added publication mut_publication: table mut.plain$$, $$ALTER PUBLICATION mut_publication ADD TABLE plain$$, $$ALTER PUBLICATION mut_publication DROP TABLE plain$$),
($$removed publication mut_publication: table mut.t$$, $$ALTER PUBLICATION mut_publication DROP TABLE t$$, $$ALTER PUBLICATION mut_publication ADD TABLE t$$),
($$added publication mut_publication: publish$$, $$ALTER PUBLICATION mut_publication SET (publish = 'insert')$$, $$ALTER PUBLICATION mut_publication SET (publish = 'insert, update, delete, truncate')$$),
($$added publication mut_publication: publish via partition root$$, $$ALTER PUBLICATION mut_publication SET (publish_via_partition_root)$$, $$ALTER PUBLICATION mut_publication SET (publish_via_partition_root = off)$$),
($$removed publication mut_publication
added publication another$$, $$ALTER PUBLICATION mut_publication RENAME TO another$$, $$ALTER PUBLICATION another RENAME TO mut_publication$$),
($$removed publication mut_publication: table mut.t
added publication mut_publication: all tables$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR ALL TABLES$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR TABLE t$$),
($$changed publication mut_publication: [access] owner$$, $$ALTER PUBLICATION mut_publication OWNER TO regress_sg_super$$, $$ALTER PUBLICATION mut_publication OWNER TO CURRENT_USER$$),
($$removed subscription mut_subscription: publication "a"
added subscription mut_subscription: publication "b"$$, $$ALTER SUBSCRIPTION mut_subscription SET PUBLICATION b WITH (refresh = false)$$, $$ALTER SUBSCRIPTION mut_subscription SET PUBLICATION a WITH (refresh = false)$$),
($$changed subscription mut_subscription: slot name$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = other)$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = mut_slot)$$),
($$changed subscription mut_subscription: slot name$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE)$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = mut_slot)$$),
($$added subscription mut_subscription: synchronous commit$$, $$ALTER SUBSCRIPTION mut_subscription SET (synchronous_commit = local)$$, $$ALTER SUBSCRIPTION mut_subscription SET (synchronous_commit = off)$$),
($$added subscription mut_subscription: [settings] enabled$$, $$ALTER SUBSCRIPTION mut_subscription ENABLE$$, $$ALTER SUBSCRIPTION mut_subscription DISABLE$$),
($$changed subscription mut_subscription: [access] owner$$, $$ALTER SUBSCRIPTION mut_subscription OWNER TO regress_sg_super$$, $$ALTER SUBSCRIPTION mut_subscription OWNER TO CURRENT_USER$$),
($$removed subscription mut_subscription
added subscription sub2$$, $$ALTER SUBSCRIPTION mut_subscription RENAME TO sub2$$, $$ALTER SUBSCRIPTION sub2 RENAME TO mut_subscription$$),
($$added statistics object mut.stat: [index] column "amount"$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name, amount FROM t$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name FROM t$$),
($$changed statistics object mut.stat: [index] kinds$$, $$DROP STATISTICS stat; CREATE STATISTICS stat (mcv) ON id, name FROM t$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name FROM t$$),
($$changed statistics object mut.stat: [index] table
added statistics object mut.stat: [index] column "a"
added statistics object mut.stat: [index] column "b"
removed statistics object mut.stat: [index] column "id"
removed statistics object mut.stat: [index] column "name"$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON a, b FROM plain$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name FROM t$$),
($$added statistics object mut.stat: [storage] statistics target$$, $$ALTER STATISTICS stat SET STATISTICS 7$$, $$ALTER STATISTICS stat SET STATISTICS -1$$),
($$added statistics object mut.stat: [storage] statistics target$$, $$ALTER STATISTICS stat SET STATISTICS 0$$, $$ALTER STATISTICS stat SET STATISTICS -1$$),
($$removed statistics object mut.stat
added statistics object mut.stat2$$, $$ALTER STATISTICS stat RENAME TO stat2$$, $$ALTER STATISTICS stat2 RENAME TO stat$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added statistics object mut.stat: [index] expressions$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name, lower(name) FROM t$$, $$DROP STATISTICS stat; CREATE STATISTICS stat ON id, name FROM t$$, 140000),
($$changed publication mut_publication: table mut.t$$, $$ALTER PUBLICATION mut_publication SET TABLE t WHERE (id > 0)$$, $$ALTER PUBLICATION mut_publication SET TABLE t$$, 150000),
($$changed publication mut_publication: table mut.t$$, $$ALTER PUBLICATION mut_publication SET TABLE t (id, name)$$, $$ALTER PUBLICATION mut_publication SET TABLE t$$, 150000),
($$added publication mut_publication: tables in schema public$$, $$ALTER PUBLICATION mut_publication ADD TABLES IN SCHEMA public$$, $$ALTER PUBLICATION mut_publication DROP TABLES IN SCHEMA public$$, 150000),
($$added publication mut_publication: publish generated columns$$, $$ALTER PUBLICATION mut_publication SET (publish_generated_columns = stored)$$, $$ALTER PUBLICATION mut_publication SET (publish_generated_columns = none)$$, 180000),
($$added subscription mut_subscription: binary$$, $$ALTER SUBSCRIPTION mut_subscription SET (binary)$$, $$ALTER SUBSCRIPTION mut_subscription SET (binary = off)$$, 140000),
($$added subscription mut_subscription: disable on error$$, $$ALTER SUBSCRIPTION mut_subscription SET (disable_on_error)$$, $$ALTER SUBSCRIPTION mut_subscription SET (disable_on_error = off)$$, 150000),
($$added subscription mut_subscription: no password required$$, $$ALTER SUBSCRIPTION mut_subscription SET (password_required = off)$$, $$ALTER SUBSCRIPTION mut_subscription SET (password_required)$$, 160000),
($$added subscription mut_subscription: run as owner$$, $$ALTER SUBSCRIPTION mut_subscription SET (run_as_owner)$$, $$ALTER SUBSCRIPTION mut_subscription SET (run_as_owner = off)$$, 160000),
($$added subscription mut_subscription: origin$$, $$ALTER SUBSCRIPTION mut_subscription SET (origin = none)$$, $$ALTER SUBSCRIPTION mut_subscription SET (origin = any)$$, 160000),
($$added subscription mut_subscription: two phase$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot, two_phase)$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot)$$, 150000),
($$added subscription mut_subscription: failover$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot, failover)$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot)$$, 170000);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added type mut.filled: [comment] comment on constraint "filled_not_null"$$, $$COMMENT ON CONSTRAINT filled_not_null ON DOMAIN filled IS 'said'$$, $$COMMENT ON CONSTRAINT filled_not_null ON DOMAIN filled IS NULL$$, 170000),
($$added type mut.filled: [storage] constraint "full"$$, $$ALTER DOMAIN filled RENAME CONSTRAINT filled_not_null TO "full"$$, $$ALTER DOMAIN filled RENAME CONSTRAINT "full" TO filled_not_null$$, 170000),
($$added type mut.filled: [comment] comment on constraint "full"
added type mut.filled: [storage] constraint "full"$$, $$ALTER DOMAIN filled RENAME CONSTRAINT filled_not_null TO "full"; COMMENT ON CONSTRAINT "full" ON DOMAIN filled IS 'said'$$, $$COMMENT ON CONSTRAINT "full" ON DOMAIN filled IS NULL; ALTER DOMAIN filled RENAME CONSTRAINT "full" TO filled_not_null$$, 170000),
($$added foreign-data wrapper mut_wrapper: connection$$, $$ALTER FOREIGN DATA WRAPPER mut_wrapper CONNECTION helper.connection$$, $$ALTER FOREIGN DATA WRAPPER mut_wrapper NO CONNECTION$$, 190000),
($$removed publication mut_publication: table mut.t
added publication mut_publication: all sequences$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR ALL SEQUENCES$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR TABLE t$$, 190000),
($$removed publication mut_publication: table mut.t
added publication mut_publication: all tables
added publication mut_publication: except table mut.plain$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR ALL TABLES EXCEPT (TABLE plain)$$, $$DROP PUBLICATION mut_publication; CREATE PUBLICATION mut_publication FOR TABLE t$$, 190000),
($$added subscription mut_subscription: server$$, $$ALTER SUBSCRIPTION mut_subscription SERVER mut_publisher$$, $$ALTER SUBSCRIPTION mut_subscription CONNECTION 'dbname=x'$$, 190000),
($$added subscription mut_subscription: WAL receiver timeout$$, $$ALTER SUBSCRIPTION mut_subscription SET (wal_receiver_timeout = '5s')$$, $$ALTER SUBSCRIPTION mut_subscription SET (wal_receiver_timeout = '-1')$$, 190000),
($$added subscription mut_subscription: retain dead tuples$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot, retain_dead_tuples)$$, $$ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE); DROP SUBSCRIPTION mut_subscription; CREATE SUBSCRIPTION mut_subscription CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = mut_slot)$$, 190000),
($$added subscription mut_subscription: maximum retention$$, $$ALTER SUBSCRIPTION mut_subscription SET (max_retention_duration = 1000)$$, $$ALTER SUBSCRIPTION mut_subscription SET (max_retention_duration = 0)$$, 190000);
INSERT INTO helper.mutation (expected, alter, reverse, since, until) VALUES
($$added foreign table mut.foreign_t: inherited column "id"
added foreign table mut.foreign_t: inherits
changed foreign table mut.foreign_t: column "id"$$, $$ALTER FOREIGN TABLE foreign_t ALTER id SET NOT NULL, INHERIT other_parent$$, $$ALTER FOREIGN TABLE foreign_t NO INHERIT other_parent; ALTER FOREIGN TABLE foreign_t ALTER id DROP NOT NULL$$, 0, 180000),
($$added foreign table mut.foreign_t: inherited column "id"
added foreign table mut.foreign_t: inherited not null of column "id"
added foreign table mut.foreign_t: inherits
changed foreign table mut.foreign_t: column "id"$$, $$ALTER FOREIGN TABLE foreign_t ALTER id SET NOT NULL, INHERIT other_parent$$, $$ALTER FOREIGN TABLE foreign_t NO INHERIT other_parent; ALTER FOREIGN TABLE foreign_t ALTER id DROP NOT NULL$$, 180000, 999999),
($$added subscription mut_subscription: streaming$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming)$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming = off)$$, 140000, 180000),
($$changed subscription mut_subscription: streaming$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming = on)$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming = parallel)$$, 180000, 999999),
($$removed subscription mut_subscription: streaming$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming = off)$$, $$ALTER SUBSCRIPTION mut_subscription SET (streaming = parallel)$$, 180000, 999999);
