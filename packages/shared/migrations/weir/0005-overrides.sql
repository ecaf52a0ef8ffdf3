-- Timed overrides (design section 3, step 2): what holds for a while and then is over by itself.
-- Ended ones are removed when the next is made; the change rows remember them.

CREATE TABLE override (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('pause', 'allow', 'block', 'offline')),
  -- The name and what is below it, for allow and block.
  name TEXT,
  -- For whom: an address or prefix, a group, or, without both, everyone.
  client TEXT,
  group_id INTEGER REFERENCES client_group (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  comment TEXT NOT NULL DEFAULT '',
  CHECK (client IS NULL OR group_id IS NULL),
  CHECK ((name IS NOT NULL) = (kind IN ('allow', 'block')))
) STRICT;
