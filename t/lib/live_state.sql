-- Where the live state, row by row, is not what the catalogs say: the state as it is, and computed from
-- nothing. The keys of the items tell renames apart, the mentions whose texts to write anew. No rows if the
-- state is stale.
-- 13 raises an error for what is not there
CREATE OR REPLACE FUNCTION pg_temp.identity(classid oid, objid oid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((pg_identify_object(classid, objid, 0)).identity, '');
EXCEPTION WHEN internal_error THEN
	RETURN '';
END $$;
BEGIN;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
CREATE TEMP TABLE sg_before ON COMMIT DROP AS
	SELECT classid, objid, digest, item_keys, (SELECT stale FROM schema_guard.live_state) AS stale FROM schema_guard.live_object;
CREATE TEMP TABLE sg_mentions_before ON COMMIT DROP AS SELECT * FROM schema_guard.live_mention;
DELETE FROM schema_guard.live_object;
DELETE FROM schema_guard.live_mention;
DELETE FROM schema_guard.live_state;
SELECT count(*) FROM schema_guard.verify() \g /dev/null
SELECT 'live_object: ' || coalesce(b.classid, a.classid)::regclass || ' ' || coalesce(b.objid, a.objid) || ' '
	   || pg_temp.identity(coalesce(b.classid, a.classid), coalesce(b.objid, a.objid)) || ': '
	   || CASE WHEN b.objid IS NULL THEN 'missing' WHEN a.objid IS NULL THEN 'should not be there'
			   WHEN b.digest <> a.digest THEN 'digest differs' ELSE 'item keys differ' END
  FROM sg_before b FULL JOIN schema_guard.live_object a USING (classid, objid)
 WHERE (b.digest, b.item_keys) IS DISTINCT FROM (a.digest, a.item_keys) AND NOT (SELECT coalesce(bool_or(stale), false) FROM sg_before);
SELECT 'live_mention: ' || classid::regclass || ' ' || objid || ' ' || pg_temp.identity(classid, objid)
	   || CASE WHEN a.there IS NULL THEN ' does not name ' ELSE ' names ' END || mentioned
  FROM (SELECT *, true AS known FROM sg_mentions_before) b FULL JOIN (SELECT *, true AS there FROM schema_guard.live_mention) a USING (classid, objid, mentioned)
 WHERE (b.known IS NULL OR a.there IS NULL) AND NOT (SELECT coalesce(bool_or(stale), false) FROM sg_before);
ROLLBACK;
