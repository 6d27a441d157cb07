SET client_min_messages = error;
SELECT current_database() AS production, current_database() || '_ci' AS ci \gset
CREATE DATABASE :"ci";
\connect :"ci"
SET client_min_messages = error;
CREATE EXTENSION schema_guard;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
\ir spring.sql
SELECT schema_guard.export() AS spring \gset
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
\ir summer.sql
SELECT schema_guard.export() AS summer \gset

\connect :"production"
SET client_min_messages = error;
DROP DATABASE :"ci";
CREATE EXTENSION schema_guard;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
SELECT schema_guard.import(:'spring', 'spring'), schema_guard.approve('spring'),
	   schema_guard.import(:'summer', 'summer'), schema_guard.approve('summer');
SELECT schema_guard.register('shop', '3.0', '{"relations": {"public.orders": {"select": {"total": "numeric(12,2)", "currency": "text"}}}}');
\ir spring.sql
