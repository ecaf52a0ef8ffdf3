-- What a list's health is told by: since when its fetches fail, and what each update came from, brought and took.

-- Of the first failure since the last success.
ALTER TABLE list_fetch ADD COLUMN failing_since INTEGER;

-- The URL, `upload` or `paste`; empty in rows of before.
ALTER TABLE list_update ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE list_update ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE list_update ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE list_update ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0;
-- Until it was stored; null in rows of before.
ALTER TABLE list_update ADD COLUMN duration_ms INTEGER;
-- Of the first one, where several in a row were alike; null in rows of before.
ALTER TABLE list_update ADD COLUMN since INTEGER;
