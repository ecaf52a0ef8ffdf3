-- A list that only records what it would do. A rule says so in its details.
ALTER TABLE list ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0 CHECK (shadow IN (0, 1));
