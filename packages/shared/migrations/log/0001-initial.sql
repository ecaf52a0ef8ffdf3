-- log.db: queries and statistics. The resolver's log writer is its only writer. Disposable: Weir answers without it.
-- Times are milliseconds since the Unix epoch. No foreign keys: rows go in slices, and every reader tolerates a missing one.

-- Names and clients stand once; rows of `query` hold their ids, which are never used again (a writer keeps some in memory).
CREATE TABLE name (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Canonical text (packages/shared/src/dns/domain-name.ts).
  name TEXT NOT NULL,
  -- Labels from right to left, each followed by a dot: `org.example.www.`. A subtree is a range of it.
  reversed TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE client (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- An address, a prefix where privacy cuts them, or empty where it drops them.
  address TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE upstream (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL UNIQUE
) STRICT;

-- One row per query kept; ids rise in the order of writing, nearly the order of time.
CREATE TABLE query (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  name_id INTEGER NOT NULL,
  client_id INTEGER NOT NULL,
  qtype INTEGER NOT NULL,
  qclass INTEGER NOT NULL,
  -- Null: nothing was sent.
  rcode INTEGER,
  -- Positions in OUTCOMES, REASONS and TRANSPORTS of packages/shared/src/contract/queries.ts.
  outcome INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  transport INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  rule_id INTEGER,
  list_id INTEGER,
  upstream_id INTEGER,
  -- packages/shared/src/log/answer-summary.ts; null: none.
  answer BLOB
) STRICT;

-- Rows are indexed in segments of 32,768 ids (id >> 15), once a segment is full: what a B-tree index would write at
-- random places for each row is written here once, in order (packages/shared/src/log/segment.ts has the drawing).
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;
CREATE TABLE posting (
  segment_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  key INTEGER NOT NULL,
  offsets BLOB NOT NULL,
  PRIMARY KEY (segment_id, kind, key)
) STRICT, WITHOUT ROWID;

-- What happened in each minute, hour and day (resolution in seconds). A bucket without a row is a gap, not a zero.
CREATE TABLE rollup (
  resolution INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- JSON array of counts by position in OUTCOMES.
  outcomes TEXT NOT NULL,
  -- packages/shared/src/log/latency-buckets.ts, sparse.
  latency BLOB NOT NULL,
  PRIMARY KEY (resolution, at)
) STRICT, WITHOUT ROWID;

-- The most frequent keys of each kind (TOP_KINDS of packages/shared/src/log/rollup.ts) in each bucket; the rest is not kept.
CREATE TABLE top (
  resolution INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (resolution, at, kind, key)
) STRICT, WITHOUT ROWID;
