SET SESSION AUTHORIZATION migrator;
\ir migrations/2_coupons.sql
INSERT INTO migrations VALUES (2);
RESET SESSION AUTHORIZATION;
\set answer 2
