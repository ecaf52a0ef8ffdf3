-- A client is an address and, where it said one (DoH path, DoT server name), a client id: a row for each pair that was seen.
CREATE TABLE client_of_pairs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- An address, a prefix where privacy cuts them, or empty where it drops them.
  address TEXT NOT NULL,
  -- Empty: none, or privacy drops it.
  client_id TEXT NOT NULL DEFAULT '',
  UNIQUE (address, client_id)
) STRICT;
INSERT INTO client_of_pairs (id, address) SELECT id, address FROM client;
-- Ids are never used again, those of rows that are gone included.
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'client_of_pairs', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'client_of_pairs');
UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM sqlite_sequence WHERE name IN ('client', 'client_of_pairs'))
  WHERE name = 'client_of_pairs';
DROP TABLE client;
ALTER TABLE client_of_pairs RENAME TO client;
CREATE INDEX client_by_client_id ON client (client_id) WHERE client_id <> '';
