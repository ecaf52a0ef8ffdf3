-- Users have an ETag too: two administrators may edit the same one.
ALTER TABLE user ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
