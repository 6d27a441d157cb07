-- From the newest schema back to that of 2012 (0.8), as far as the upgrade scripts tell; where
-- they repeat what is there already, it stays.

-- 2021, 2018
DROP TABLE responses, collected_addresses, filestore;
DROP SEQUENCE responses_seq, collected_addresses_seq, filestore_seq;
ALTER TABLE users ALTER preferences DROP DEFAULT, ALTER preferences SET NOT NULL, ALTER language TYPE varchar(5);
ALTER TABLE dictionary ALTER language TYPE varchar(5);
UPDATE users SET preferences = '';

-- 2016
ALTER TABLE session ADD created timestamptz DEFAULT now() NOT NULL;
ALTER TABLE users DROP failed_login, DROP failed_login_counter;

-- 2013: caches had the time of their last change, sequences other names
DROP TABLE cache, cache_shared;
CREATE SEQUENCE cache_ids;
CREATE TABLE cache (
	cache_id integer DEFAULT nextval('cache_ids'::text) PRIMARY KEY,
	user_id integer NOT NULL REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE,
	cache_key varchar(128) DEFAULT '' NOT NULL,
	created timestamptz DEFAULT now() NOT NULL,
	data text NOT NULL
);
CREATE INDEX cache_user_id_idx ON cache (user_id, cache_key);
CREATE INDEX cache_created_idx ON cache (created);
ALTER TABLE cache_index DROP expires, ADD changed timestamptz DEFAULT now() NOT NULL;
ALTER TABLE cache_thread DROP expires, ADD changed timestamptz DEFAULT now() NOT NULL;
ALTER TABLE cache_messages DROP expires, ADD changed timestamptz DEFAULT now() NOT NULL;
CREATE INDEX cache_index_changed_idx ON cache_index (changed);
CREATE INDEX cache_thread_changed_idx ON cache_thread (changed);
CREATE INDEX cache_messages_changed_idx ON cache_messages (changed);
ALTER SEQUENCE users_seq RENAME TO user_ids;
ALTER TABLE users ALTER user_id SET DEFAULT nextval('user_ids'::text);
ALTER SEQUENCE identities_seq RENAME TO identity_ids;
ALTER TABLE identities ALTER identity_id SET DEFAULT nextval('identity_ids'::text);
ALTER SEQUENCE contacts_seq RENAME TO contact_ids;
ALTER TABLE contacts ALTER contact_id SET DEFAULT nextval('contact_ids'::text);
ALTER SEQUENCE contactgroups_seq RENAME TO contactgroups_ids;
ALTER TABLE contactgroups ALTER contactgroup_id SET DEFAULT nextval('contactgroups_ids'::text);
ALTER SEQUENCE searches_seq RENAME TO search_ids;
ALTER TABLE searches ALTER search_id SET DEFAULT nextval('search_ids'::text);
DROP TABLE system;
ALTER TABLE users ADD alias varchar(128) DEFAULT '' NOT NULL;
DROP INDEX identities_email_idx;
