-- Services that are blocked, and search engines that are held to safe results (packages/shared/src/services).
-- A set without a row is off; a row whose id is not known (any more) means nothing.
CREATE TABLE rule_set (
  kind TEXT NOT NULL CHECK (kind IN ('service', 'safe-search')),
  id TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  -- JSON array of group ids; empty: all.
  groups TEXT NOT NULL DEFAULT '[]',
  -- Block answer of contract/rules.ts; services only.
  answer TEXT,
  revision INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- A group's own block answer; null: that of "Everyone", which may say nothing: then the global one.
ALTER TABLE client_group ADD COLUMN answer TEXT;
