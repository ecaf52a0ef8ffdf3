-- Lists that can be trusted: versions that wait for somebody's word, pins, limits of a list's own, deletion with a way back.

-- No updates until it is unpinned.
ALTER TABLE list ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
-- JSON (ListGuard of contract/lists.ts): where the list's limits differ from the global ones.
ALTER TABLE list ADD COLUMN guard TEXT NOT NULL DEFAULT '{}';
-- JSON array: entries that somebody has accepted although they cover protected names.
ALTER TABLE list ADD COLUMN accepted_entries TEXT NOT NULL DEFAULT '[]';

-- JSON (ListFinding[]): why the version waits for a review. Null: it does not.
ALTER TABLE list_version ADD COLUMN findings TEXT;
-- Digest of the content that was discarded last: fetched again, it is no news.
ALTER TABLE list_fetch ADD COLUMN discarded_sha256 TEXT;

-- Deleted lists that can be brought back, with their id, until they are purged a day later (or beyond the newest twenty).
CREATE TABLE deleted_list (
  id INTEGER PRIMARY KEY,
  -- JSON: the rows of `list` and `list_fetch` as the API holds them.
  list TEXT NOT NULL,
  fetch TEXT NOT NULL,
  deleted_at INTEGER NOT NULL
) STRICT;
-- Keeps the versions of a deleted list from being swept.
ALTER TABLE list_version ADD COLUMN deleted_list_id INTEGER REFERENCES deleted_list (id) ON DELETE SET NULL;

-- How the updates of a list went, the newest 200 of each; equal ones in a row stand as one.
CREATE TABLE list_update (
  id INTEGER PRIMARY KEY,
  list_id INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  -- Of the version in effect afterwards.
  entries INTEGER NOT NULL,
  detail TEXT NOT NULL,
  times INTEGER NOT NULL
) STRICT;
CREATE INDEX list_update_by_list ON list_update (list_id, id);
