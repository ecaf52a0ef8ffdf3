-- Which configuration answered from when on: what tells of a logged query by which policy it was judged.
CREATE TABLE effect (
  at INTEGER PRIMARY KEY,
  -- config_revision of weir.db.
  revision INTEGER NOT NULL,
  -- JSON: [[list id, version id]] of the lists in the rule index.
  versions TEXT NOT NULL
) STRICT;
