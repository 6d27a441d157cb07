-- contract_of_sqlx(): from the files that "cargo sqlx prepare" writes
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE shop."Odd ""t" AS (a integer);
CREATE DOMAIN shop.price AS numeric(12,2);
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, name varchar(40) NOT NULL);
CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, customer_id bigint, total shop.price, state shop.status, tags text[], day date, words tsvector, odd shop."Odd ""t");
SET search_path = shop, public;

-- as 0.7 and 0.8 write them: an outer join, whose nullability is guessed; all labels are listed, one is used
CREATE TEMP TABLE files (n int GENERATED ALWAYS AS IDENTITY, file jsonb);
INSERT INTO files (file) VALUES
('{"db_name": "PostgreSQL", "query": "SELECT o.order_id, c.name FROM orders o LEFT JOIN customers c USING (customer_id) WHERE o.order_id = $1",
  "describe": {"columns": [{"ordinal": 0, "name": "order_id", "type_info": "Int8"}, {"ordinal": 1, "name": "name", "type_info": "Varchar"}],
	"parameters": {"Left": ["Int8"]}, "nullable": [false, false]}, "hash": "0a1b"}'),
('{"db_name": "PostgreSQL", "query": "SELECT state AS \"state: Status\" FROM orders WHERE state = $1 OR state = ''paid''",
  "describe": {"columns": [{"ordinal": 0, "name": "state: Status", "type_info": {"Custom": {"name": "status", "kind": {"Enum": ["new", "paid", "sent"]}}}}],
	"parameters": {"Left": [{"Custom": {"name": "status", "kind": {"Enum": ["new", "paid", "sent"]}}}]}, "nullable": [true]}, "hash": "0c2d"}'),
('{"db_name": "PostgreSQL", "query": "INSERT INTO orders (order_id, total, tags, day, words, odd) VALUES ($1, $2, $3, $4, $5, $6)",
  "describe": {"columns": [], "parameters": {"Left": ["Int8", {"Custom": {"name": "shop.price", "kind": {"Domain": "Numeric"}}}, "TextArray", "Date",
	{"Custom": {"name": "tsvector", "kind": "Simple"}}, {"Custom": {"name": "\"Odd \"\"t\"", "kind": {"Composite": [["a", "Int4"]]}}}]}, "nullable": []}, "hash": "0e3f"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE order_id = ANY($1) AND state = ANY($2)",
  "describe": {"columns": [], "parameters": {"Left": ["Int8Array", {"Custom": {"name": "_status", "kind": {"Array": {"Custom": {"name": "status", "kind": "Simple"}}}}}]}, "nullable": []}, "hash": "1a"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE state = ANY($1) AND state = $2",
  "describe": {"columns": [], "parameters": {"Left": [{"Custom": {"name": "status[]", "kind": {"Array": {"DeclareWithName": "status"}}}}, {"DeclareWithOid": 99999}]}, "nullable": []}, "hash": "1b"}'),
('{"db_name": "PostgreSQL", "query": "DELETE FROM customers", "describe": {"columns": [], "parameters": {"Right": 0}, "nullable": []}, "hash": "1c"}'),
('{"query": "SELECT 2"}');
SELECT schema_guard.contract_of_sqlx(jsonb_agg(file ORDER BY n)) FROM files;
-- the same as of the texts
SELECT schema_guard.contract_of_sqlx(jsonb_agg(file), 'shop') = schema_guard.contract_of(array_agg(file ->> 'query'), 'shop') FROM files;
-- sqlx-data.json, as up to 0.6; also within the array; one file by itself; none
SELECT schema_guard.contract_of_sqlx(data) = schema_guard.contract_of_sqlx(jsonb_build_array(data)),
	   schema_guard.contract_of_sqlx(data) = (SELECT schema_guard.contract_of_sqlx(jsonb_agg(file)) FROM files)
  FROM (SELECT jsonb_object_agg('hash' || n, file - 'hash' - 'db_name') || '{"db": "PostgreSQL"}' FROM files) AS d (data);
SELECT schema_guard.contract_of_sqlx(file) FROM files WHERE n = 1;
SELECT schema_guard.contract_of_sqlx('[]');

-- everything that is wrong, at once
INSERT INTO files (file) VALUES
('{"db_name": "PostgreSQL", "query": "SELECT total FROM orders WHERE order_id = $1", "describe": {"parameters": {"Left": ["Int4"]}}, "hash": "2a"}'),
('{"db_name": "PostgreSQL", "query": "SELECT total FROM orders WHERE order_id = $1 AND day = $2", "describe": {"parameters": {"Left": ["Int8"]}}, "hash": "2b"}'),
('{"db_name": "PostgreSQL", "query": "SELECT gone FROM orders", "describe": {"parameters": {"Left": []}}, "hash": "2c"}'),
('{"db_name": "MySQL", "query": "SELECT 1", "describe": {"parameters": {"Right": 0}}, "hash": "2d"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE state = $1", "describe": {"parameters": {"Left": [{"Custom": {"name": "status", "kind": "Simple"}}, "Int8"]}}, "hash": "2e"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE state = $1", "describe": {"parameters": {"Left": [{"Custom": {"name": "stage", "kind": "Simple"}}]}}, "hash": "2f"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE state = $1", "describe": {"parameters": {"Left": [{"Custom": 1}]}}, "hash": "3a"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE order_id = $1", "describe": {"parameters": {"Left": [{"DeclareWithOid": 23}]}}, "hash": "3b"}'),
('{"db_name": "PostgreSQL", "query": "SELECT 1 FROM orders WHERE order_id = $1", "describe": {"parameters": {"Left": [null]}}, "hash": "3c"}'),
('{"db_name": "PostgreSQL", "query": "DROP TABLE orders", "describe": {}, "hash": "3d"}'),
('{"db_name": "PostgreSQL", "hash": "3e"}'), ('[]'), ('null'), ('"SELECT 1"'), ('{"query": 1}');
SELECT schema_guard.contract_of_sqlx(jsonb_agg(file ORDER BY n)) FROM files;
SELECT schema_guard.contract_of_sqlx('{"db": "PostgreSQL", "5f": {"query": "SELECT gone FROM orders", "describe": {}}, "4e": {"describe": {}}}');
SELECT schema_guard.contract_of_sqlx('{"db": "SQLite"}');
SELECT schema_guard.contract_of_sqlx('{"db": 1}');
SELECT schema_guard.contract_of_sqlx('{}');
SELECT schema_guard.contract_of_sqlx('"text"');
SELECT schema_guard.contract_of_sqlx('1');
SELECT schema_guard.contract_of_sqlx(NULL);
-- deep, and of a megabyte
SELECT schema_guard.contract_of_sqlx((repeat('[', 1000) || repeat(']', 1000))::jsonb);
SELECT schema_guard.contract_of_sqlx(jsonb_build_array(jsonb_build_object('query', 'SELECT 1 FROM orders WHERE order_id IN (' || repeat('1,', 500000) || '1)')));
SHOW search_path;
DROP SCHEMA shop CASCADE;
DROP EXTENSION schema_guard;
