-- When each client was seen first and last, and what it asked since then.
CREATE TABLE seen_client (
  address TEXT PRIMARY KEY,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  queries INTEGER NOT NULL,
  blocked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_client_by_last ON seen_client (last_at);
