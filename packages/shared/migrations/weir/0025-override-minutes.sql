-- How long an override was asked to hold, in minutes; null: until a time of day. What was started for minutes moves along when the
-- clock is set back. Until now this was told by a whole number of minutes.
ALTER TABLE override ADD COLUMN minutes INTEGER CHECK (minutes > 0);
UPDATE override SET minutes = (ends_at - created_at) / 60000 WHERE ends_at > created_at AND (ends_at - created_at) % 60000 = 0;
