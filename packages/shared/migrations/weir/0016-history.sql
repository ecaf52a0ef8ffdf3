-- History: where a change came from, what it undid, comments, undoing that outlives a kill, and what undone imports removed.

-- console, api (a token) or weir itself; empty: made before this was kept.
ALTER TABLE change ADD COLUMN via TEXT NOT NULL DEFAULT '';
-- The change that this one took back.
ALTER TABLE change ADD COLUMN undoes INTEGER;
CREATE INDEX change_by_undoes ON change (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX change_by_actor ON change (actor, id);
CREATE INDEX change_by_time ON change (at);

-- Rules that come back are no longer deleted: found by their ids.
CREATE INDEX deleted_rule_by_rule ON deleted_rule (rule_id);

-- What people say about a revision, with it or afterwards.
CREATE TABLE revision_comment (
  revision INTEGER PRIMARY KEY,
  comment TEXT NOT NULL
) STRICT;

-- Undoing of so much that it is done slice by slice; the one row is gone when all is done. After a kill, the API goes on with it.
CREATE TABLE undo_job (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- JSON: who wants it (name, address, via, comment) and which changes are left, the next one first.
  author TEXT NOT NULL,
  change_ids TEXT NOT NULL,
  -- How many of them are done, and the id of the first change row that was written.
  done INTEGER NOT NULL DEFAULT 0,
  -- JSON: how far the change has come that is undone by parts.
  state TEXT,
  first_change_id INTEGER NOT NULL
) STRICT;

-- Rules that the undo of an import took out: putting them back is its undo. The oldest go beyond a bound.
CREATE TABLE removed_rules (
  id INTEGER PRIMARY KEY,
  octets INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE removed_rules_part (
  removed_id INTEGER NOT NULL REFERENCES removed_rules (id) ON DELETE CASCADE,
  first_rule_id INTEGER NOT NULL,
  last_rule_id INTEGER NOT NULL,
  -- Deflated JSON: rows of `rule`, by id.
  data BLOB NOT NULL,
  PRIMARY KEY (removed_id, first_rule_id)
) STRICT, WITHOUT ROWID;
