-- weir.db: configuration. The API is its only writer (whoever starts first runs the migrations).
-- Times are milliseconds since the Unix epoch. JSON columns hold what packages/shared/src/contract describes.

CREATE TABLE config_revision (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO config_revision (id, revision) VALUES (1, 1);

-- One row per change of what the resolver does, and of who may change it.
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'delete', 'import')),
  summary TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX change_by_entity ON change (entity, id);

-- The settings document of contract/settings.ts, by its sections. A missing section means its defaults.
CREATE TABLE setting (
  section TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every client belongs to one group; group 1 is "Everyone", the default.
CREATE TABLE client_group (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  is_default INTEGER NOT NULL DEFAULT 0,
  comment TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO client_group (id, name, is_default, revision) VALUES (1, 'Everyone', 1, 1);

-- Addresses and prefixes of clients; the longest prefix wins.
CREATE TABLE client (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL DEFAULT '',
  prefix TEXT NOT NULL UNIQUE,
  group_id INTEGER NOT NULL REFERENCES client_group (id),
  revision INTEGER NOT NULL
) STRICT;

-- Own rules. `identity` is what makes two rules the same: everything but enabled, expiry, comment and owner.
CREATE TABLE rule (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action TEXT NOT NULL,
  match TEXT NOT NULL,
  pattern TEXT NOT NULL,
  identity TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL DEFAULT 1,
  important INTEGER NOT NULL DEFAULT 0,
  ttl_seconds INTEGER,
  expires_at INTEGER,
  -- What else the action has: {"answer", "servers", "ipv4", "ipv6", "target", "queryTypes", "groups"}; absent keys are absent.
  details TEXT NOT NULL DEFAULT '{}',
  comment TEXT NOT NULL DEFAULT '',
  owner TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The config_revision of its last change: the resolver reads only what is newer than what it has.
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_by_revision ON rule (revision);
CREATE INDEX rule_by_pattern ON rule (pattern, id);
CREATE INDEX rule_by_action ON rule (action, id);
CREATE INDEX rule_by_updated ON rule (updated_at, id);

-- Deleted rules, for the same purpose. Rows older than the newest 100,000 are pruned with `pruned_before` raised,
-- and a resolver that is further behind reads all rules again.
CREATE TABLE deleted_rule (
  revision INTEGER NOT NULL,
  rule_id INTEGER NOT NULL,
  PRIMARY KEY (revision, rule_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE deleted_rule_horizon (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pruned_before INTEGER NOT NULL
) STRICT;
INSERT INTO deleted_rule_horizon (id, pruned_before) VALUES (1, 0);

CREATE TABLE list (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  kind TEXT NOT NULL CHECK (kind IN ('block', 'allow')),
  source TEXT NOT NULL CHECK (source IN ('url', 'content')),
  url TEXT,
  format TEXT NOT NULL DEFAULT 'auto',
  enabled INTEGER NOT NULL DEFAULT 1,
  comment TEXT NOT NULL DEFAULT '',
  groups TEXT NOT NULL DEFAULT '[]',
  answer TEXT,
  refresh_interval_seconds INTEGER NOT NULL DEFAULT 86400,
  allow_private_addresses INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  active_version_id INTEGER REFERENCES list_version (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

-- How fetching goes. Apart from `list`, since it changes without changing what the resolver does.
CREATE TABLE list_fetch (
  list_id INTEGER PRIMARY KEY REFERENCES list (id) ON DELETE CASCADE,
  last_fetch_at INTEGER,
  last_success_at INTEGER,
  next_fetch_at INTEGER,
  last_error TEXT,
  -- Since the last success.
  failures INTEGER NOT NULL DEFAULT 0,
  etag TEXT,
  last_modified TEXT,
  -- Kind or format have changed since the active version was read: the same content is imported again.
  is_stale INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One immutable content of a list. Without a list it is being stored, was left behind by an import that was killed, or
-- its list is deleted: in the last two cases it is removed a slice at a time, since it may hold a million names.
CREATE TABLE list_version (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list_id INTEGER REFERENCES list (id) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  size_octets INTEGER NOT NULL,
  stored_octets INTEGER NOT NULL,
  names INTEGER NOT NULL,
  complex_rules INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  ignored INTEGER NOT NULL,
  rejected_count INTEGER NOT NULL
) STRICT;
CREATE INDEX list_version_by_list ON list_version (list_id, id);

-- The names of a version, by class (packages/shared/src/lists/name-class.ts), sorted with their labels reversed,
-- front-coded and deflated, 4,096 names a chunk (packages/shared/src/lists/name-chunk.ts).
CREATE TABLE list_chunk (
  version_id INTEGER NOT NULL REFERENCES list_version (id) ON DELETE CASCADE,
  class INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  names INTEGER NOT NULL,
  raw_octets INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (version_id, class, sequence)
) STRICT;

-- The few lines of a version that are not a plain name: the rule as JSON (RuleInput of contract/rules.ts).
CREATE TABLE list_rule (
  version_id INTEGER NOT NULL REFERENCES list_version (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (version_id, line, rule)
) STRICT, WITHOUT ROWID;

-- The first 1,000 lines that were not understood.
CREATE TABLE list_rejection (
  version_id INTEGER NOT NULL REFERENCES list_version (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX list_rejection_by_version ON list_rejection (version_id, line);

CREATE TABLE user (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER
) STRICT;

-- Only digests of session ids and tokens are kept: the database alone lets nobody in.
CREATE TABLE session (
  id_digest TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  created_by TEXT NOT NULL
) STRICT;

-- First-run set-up code (its digest), until an administrator exists.
CREATE TABLE set_up (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  code_digest TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Replies to creates with an Idempotency-Key, kept a day.
CREATE TABLE idempotency (
  key TEXT NOT NULL,
  actor TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  database TEXT NOT NULL,
  mode TEXT NOT NULL,
  busy INTEGER NOT NULL,
  log_frames INTEGER NOT NULL,
  checkpointed_frames INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  by TEXT NOT NULL
) STRICT;
