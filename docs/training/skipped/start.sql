SELECT current_database() AS production, current_database() || '_ci' AS ci \gset
CREATE DATABASE :"ci";
\connect :"ci"
\ir ../shop.sql
SELECT schema_guard.exclude('public.migrations%', 'ledger');
SET SESSION AUTHORIZATION migrator;
\ir migrations/2_coupons.sql
\ir migrations/3_order_dates.sql
RESET SESSION AUTHORIZATION;
SELECT schema_guard.export() AS schema_file \gset

\connect :"production"
DROP DATABASE :"ci";
\ir ../shop.sql
SELECT schema_guard.exclude('public.migrations%', 'ledger');
SET SESSION AUTHORIZATION migrator;
CREATE TABLE migrations (version integer PRIMARY KEY);
\ir migrations/3_order_dates.sql
INSERT INTO migrations VALUES (1), (3);
RESET SESSION AUTHORIZATION;
SELECT schema_guard.import(:'schema_file', 'ci'), schema_guard.approve('ci');
