-- schemas and extensions
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$added schema mut2$$, $$CREATE SCHEMA mut2$$, $$DROP SCHEMA mut2$$),
($$changed extension pg_trgm: [storage] version$$, $$ALTER EXTENSION pg_trgm UPDATE TO '1.5'$$, $$DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm VERSION '1.4'$$),
($$changed extension pg_trgm: schema$$, $$ALTER EXTENSION pg_trgm SET SCHEMA public$$, $$ALTER EXTENSION pg_trgm SET SCHEMA mut$$),
($$removed extension pg_trgm$$, $$DROP EXTENSION pg_trgm$$, $$CREATE EXTENSION pg_trgm VERSION '1.4'$$),
($$changed extension pg_trgm: [access] owner$$, $$DROP EXTENSION pg_trgm; SET ROLE regress_sg_super; CREATE EXTENSION pg_trgm VERSION '1.4'; RESET ROLE$$,
 $$DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm VERSION '1.4'$$);

-- languages and transforms
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$removed language mut_language: trusted$$, $$DROP LANGUAGE mut_language; CREATE LANGUAGE mut_language HANDLER plpgsql_call_handler$$, $$DROP LANGUAGE mut_language; CREATE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler$$),
($$added language mut_language: inline$$, $$CREATE OR REPLACE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler$$, $$DROP LANGUAGE mut_language; CREATE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler$$),
($$added language mut_language: validator$$, $$CREATE OR REPLACE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator$$, $$DROP LANGUAGE mut_language; CREATE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler$$),
($$changed language mut_language: handler$$, $$DROP LANGUAGE mut_language; CREATE TRUSTED LANGUAGE mut_language HANDLER in_c$$, $$DROP LANGUAGE mut_language; CREATE TRUSTED LANGUAGE mut_language HANDLER plpgsql_call_handler$$),
($$removed language mut_language
added language tongue$$, $$ALTER LANGUAGE mut_language RENAME TO tongue$$, $$ALTER LANGUAGE tongue RENAME TO mut_language$$),
($$changed transform for mut.pair on language sql: from sql$$, $$CREATE OR REPLACE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION pair_from2(internal))$$, $$CREATE OR REPLACE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION pair_from(internal))$$),
($$added transform for mut.pair on language sql: to sql$$, $$CREATE OR REPLACE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION pair_from(internal), TO SQL WITH FUNCTION pair_to(internal))$$, $$CREATE OR REPLACE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION pair_from(internal))$$);

-- event triggers
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed event trigger mut_event: event$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON sql_drop EXECUTE FUNCTION on_event()$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start EXECUTE FUNCTION on_event()$$),
($$changed event trigger mut_event: function$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start EXECUTE FUNCTION on_event2()$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start EXECUTE FUNCTION on_event()$$),
($$added event trigger mut_event: tags$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION on_event()$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start EXECUTE FUNCTION on_event()$$),
($$added event trigger mut_event: state$$, $$ALTER EVENT TRIGGER mut_event DISABLE$$, $$ALTER EVENT TRIGGER mut_event ENABLE$$),
($$added event trigger mut_event: state$$, $$ALTER EVENT TRIGGER mut_event ENABLE ALWAYS$$, $$ALTER EVENT TRIGGER mut_event ENABLE$$),
($$added event trigger mut_event: state$$, $$ALTER EVENT TRIGGER mut_event ENABLE REPLICA$$, $$ALTER EVENT TRIGGER mut_event ENABLE$$),
($$changed event trigger mut_event: [access] owner$$, $$ALTER EVENT TRIGGER mut_event OWNER TO regress_sg_super$$, $$ALTER EVENT TRIGGER mut_event OWNER TO CURRENT_USER$$),
($$removed event trigger mut_event
added event trigger other_event$$, $$ALTER EVENT TRIGGER mut_event RENAME TO other_event$$, $$ALTER EVENT TRIGGER other_event RENAME TO mut_event$$);

-- default privileges; the database and its settings
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed default acl for role regress_sg_grantor in schema mut on tables: [access] privileges of "regress_sg_reader"$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor IN SCHEMA mut GRANT INSERT ON TABLES TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor IN SCHEMA mut REVOKE INSERT ON TABLES FROM regress_sg_reader$$),
($$removed default acl for role regress_sg_grantor in schema mut on tables$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor IN SCHEMA mut REVOKE SELECT ON TABLES FROM regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor IN SCHEMA mut GRANT SELECT ON TABLES TO regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on tables$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT SELECT ON TABLES TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE SELECT ON TABLES FROM regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on sequences$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT USAGE ON SEQUENCES TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE USAGE ON SEQUENCES FROM regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on functions$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT EXECUTE ON FUNCTIONS TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE EXECUTE ON FUNCTIONS FROM regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on types$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT USAGE ON TYPES TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE USAGE ON TYPES FROM regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on schemas$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT USAGE ON SCHEMAS TO regress_sg_reader$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE USAGE ON SCHEMAS FROM regress_sg_reader$$),
($$added default acl for role regress_sg_grantor on functions$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT EXECUTE ON FUNCTIONS TO PUBLIC$$),
($$changed database current database: [access] owner$$, $$CALL helper.alter_database('ALTER DATABASE %I OWNER TO regress_sg_owner')$$, $$CALL helper.alter_database('ALTER DATABASE %I OWNER TO CURRENT_USER')$$),
($$added database current database: [access] privileges of "regress_sg_reader"$$, $$CALL helper.alter_database('GRANT CREATE ON DATABASE %I TO regress_sg_reader')$$, $$CALL helper.alter_database('REVOKE CREATE ON DATABASE %I FROM regress_sg_reader')$$),
($$added database current database: [access] privileges of PUBLIC$$, $$CALL helper.alter_database('REVOKE CONNECT ON DATABASE %I FROM PUBLIC')$$, $$CALL helper.alter_database('GRANT CONNECT ON DATABASE %I TO PUBLIC')$$),
($$added database current database: [comment] comment$$, $$CALL helper.alter_database('COMMENT ON DATABASE %I IS ''said''')$$, $$CALL helper.alter_database('COMMENT ON DATABASE %I IS NULL')$$),
($$added database current database: [settings] connection limit$$, $$CALL helper.alter_database('ALTER DATABASE %I CONNECTION LIMIT 50')$$, $$CALL helper.alter_database('ALTER DATABASE %I CONNECTION LIMIT -1')$$),
($$added database current database: [settings] template$$, $$CALL helper.alter_database('ALTER DATABASE %I IS_TEMPLATE true')$$, $$CALL helper.alter_database('ALTER DATABASE %I IS_TEMPLATE false')$$),
($$added database current database: [settings] setting "work_mem"$$, $$CALL helper.alter_database('ALTER DATABASE %I SET work_mem = ''1MB''')$$, $$CALL helper.alter_database('ALTER DATABASE %I RESET work_mem')$$),
($$added database current database: [settings] setting "work_mem" of role "regress_sg_reader"$$, $$CALL helper.alter_database('ALTER ROLE regress_sg_reader IN DATABASE %I SET work_mem = ''1MB''')$$, $$CALL helper.alter_database('ALTER ROLE regress_sg_reader IN DATABASE %I RESET work_mem')$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$changed event trigger mut_event: event$$, $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON login EXECUTE FUNCTION on_event()$$,
 $$DROP EVENT TRIGGER mut_event; CREATE EVENT TRIGGER mut_event ON ddl_command_start EXECUTE FUNCTION on_event()$$, 170000),
($$added default acl for role regress_sg_grantor on large objects$$, $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor GRANT SELECT ON LARGE OBJECTS TO regress_sg_reader$$,
 $$ALTER DEFAULT PRIVILEGES FOR ROLE regress_sg_grantor REVOKE SELECT ON LARGE OBJECTS FROM regress_sg_reader$$, 180000);
