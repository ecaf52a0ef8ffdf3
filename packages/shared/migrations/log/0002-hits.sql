-- How often each list and each own rule decided a query, by day (UTC), and when last.
CREATE TABLE hit (
  -- Position in HIT_KINDS of packages/shared/src/log/rollup.ts.
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id, day)
) STRICT, WITHOUT ROWID;

-- Since when hits are counted: what had none may only be young.
CREATE TABLE hit_horizon (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  since INTEGER NOT NULL
) STRICT;
INSERT INTO hit_horizon (id, since) VALUES (1, unixepoch() * 1000);
