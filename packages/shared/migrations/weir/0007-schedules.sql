-- Weekly schedules: a rule whose details name one holds only while it does.

CREATE TABLE schedule (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  time_zone TEXT NOT NULL,
  -- JSON: [{"days":["mon"],"from":"20:30","until":"06:30"}]
  windows TEXT NOT NULL,
  comment TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL
) STRICT;
