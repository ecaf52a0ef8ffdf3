-- What was asked in each full segment: distinct name, client, type and quarter of an hour, with counts, in one blob
-- (packages/shared/src/log/asked.ts), so that "what if?" need not read ten million rows. Made when the segment is sealed;
-- of one that was sealed before, the rows are read.
CREATE TABLE asked (
  segment_id INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;
