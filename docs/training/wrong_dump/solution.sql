SET client_min_messages = error;
SELECT approved_snapshot AS answer FROM schema_guard.status \gset
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
\ir summer.sql
