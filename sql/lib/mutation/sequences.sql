-- sequences
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed sequence mut.seq: type$$, $$ALTER SEQUENCE seq AS integer$$, $$ALTER SEQUENCE seq AS bigint$$),
($$added sequence mut.seq: increment$$, $$ALTER SEQUENCE seq INCREMENT 2$$, $$ALTER SEQUENCE seq INCREMENT 1$$),
($$added sequence mut.seq: minimum
added sequence mut.seq: start$$, $$ALTER SEQUENCE seq MINVALUE -5$$, $$ALTER SEQUENCE seq NO MINVALUE$$),
($$added sequence mut.seq: maximum$$, $$ALTER SEQUENCE seq MAXVALUE 100$$, $$ALTER SEQUENCE seq NO MAXVALUE$$),
($$added sequence mut.seq: start$$, $$ALTER SEQUENCE seq START 5$$, $$ALTER SEQUENCE seq START 1$$),
($$added sequence mut.seq: cache$$, $$ALTER SEQUENCE seq CACHE 5$$, $$ALTER SEQUENCE seq CACHE 1$$),
($$added sequence mut.seq: cycle$$, $$ALTER SEQUENCE seq CYCLE$$, $$ALTER SEQUENCE seq NO CYCLE$$),
($$added sequence mut.seq: owned by$$, $$ALTER SEQUENCE seq OWNED BY t.id$$, $$ALTER SEQUENCE seq OWNED BY NONE$$),
($$added sequence mut.t_ident_seq: increment$$, $$ALTER TABLE t ALTER ident SET INCREMENT 3$$, $$ALTER TABLE t ALTER ident SET INCREMENT 1$$),
($$removed sequence mut.seq
added sequence mut.numbers$$, $$ALTER SEQUENCE seq RENAME TO numbers$$, $$ALTER SEQUENCE numbers RENAME TO seq$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added sequence mut.seq: unlogged$$, $$ALTER SEQUENCE seq SET UNLOGGED$$, $$ALTER SEQUENCE seq SET LOGGED$$, 150000);
