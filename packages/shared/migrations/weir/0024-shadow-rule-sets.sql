-- A service, or safe search of an engine, that only records what it would do.
ALTER TABLE rule_set ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0 CHECK (shadow IN (0, 1));
