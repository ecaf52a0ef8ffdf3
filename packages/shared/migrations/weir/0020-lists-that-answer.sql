-- A list may answer with records (addresses, CNAME and others) only where its owner is trusted to.
ALTER TABLE list ADD COLUMN may_answer INTEGER NOT NULL DEFAULT 0 CHECK (may_answer IN (0, 1));
