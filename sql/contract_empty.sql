-- a contract that names nothing: what contract_of() gives for queries that need nothing is taken everywhere
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
\pset null '-'
CREATE TABLE t (a int);
SELECT schema_guard.contract_of('{SELECT 1}'), schema_guard.contract_of('{}');
SELECT schema_guard.register('api', '1', schema_guard.contract_of('{SELECT 1}'));
SELECT schema_guard.register('api', '1', schema_guard.contract_of('{SELECT 2,SHOW work_mem}'));
SELECT schema_guard.register('api', '2', '{"relations": {}, "functions": {}, "bare": {}, "natural": []}');
SELECT schema_guard.register('api', '3', schema_guard.contract_of('{}') || '{"recorded": {}}');
SELECT version, contract, fits, fits_objects FROM schema_guard.releases JOIN schema_guard.release USING (application, version, contract) ORDER BY version;
-- it fits everything
SELECT * FROM schema_guard.check_release('api', '1');
SELECT * FROM schema_guard.check_release('api', '1', role => current_user);
SELECT * FROM schema_guard.ready('api', '1');
SELECT schema_guard.assert_release('api', '1');
SELECT schema_guard.assert_contract('{}');
SELECT schema_guard.capture('now') IS NOT NULL AS captured;
SELECT * FROM schema_guard.can_deploy('api', '1');
SELECT * FROM schema_guard.can_deploy('api', '1', 'now');
SELECT * FROM schema_guard.contract_diff('{}', schema_guard.contract_of('{SELECT 1}'));
-- no change breaks it, nor is it looked at anew
SELECT schema_guard.approve('now', breaking => '{api/1}') IS NOT NULL AS approved;
ALTER TABLE t RENAME a TO b;
DROP TABLE t;
SELECT kind, attribute FROM schema_guard.preview('CREATE TABLE t (a int)') WHERE kind IN ('release', 'verdict');
SELECT version, fits, fits_fingerprint = schema_guard.fingerprint() AS known FROM schema_guard.releases JOIN schema_guard.release USING (application, version) ORDER BY version;
SELECT * FROM schema_guard.ready('api', '1');
-- a role's privileges are asked of nothing
SELECT schema_guard.register('api', '4', '{"role": "regress_nobody"}');
SELECT * FROM schema_guard.check_release('api', '4');
SELECT schema_guard.retire('api', '1');
SELECT * FROM schema_guard.ready('api', '1');
-- null is no contract
SELECT schema_guard.register('api', '5', 'null');
SELECT schema_guard.register('api', '5', NULL);
DROP EXTENSION schema_guard;
