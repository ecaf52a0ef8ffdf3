-- Clients by more than addresses. `prefix` also holds `id:tablet` (a client id: DoH path, DoT server name) and
-- `name:tablet.example` (a reverse name).
ALTER TABLE client ADD COLUMN comment TEXT NOT NULL DEFAULT '';
-- JSON array of tags, for `$ctag`.
ALTER TABLE client ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

-- Every address that has ever asked, as far as the log tells: who is not here is new. The oldest go.
CREATE TABLE known_client (
  address TEXT PRIMARY KEY,
  first_seen INTEGER NOT NULL,
  -- By PTR; null: none found, or not asked yet.
  reverse_name TEXT,
  reverse_name_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX known_client_by_reverse_name ON known_client (reverse_name) WHERE reverse_name IS NOT NULL;
