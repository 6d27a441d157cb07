SELECT journal_id AS answer FROM schema_guard.drift() WHERE attribute = 'column "note"' \gset
ALTER TABLE orders RENAME COLUMN note TO customer_note;
