-- What rules and lists that only record would have done to the query; null: nothing. Last, and null for nearly all rows, so
-- that they cost little.
-- Position in POLICY_EFFECTS of packages/shared/src/log/outcomes.ts.
ALTER TABLE query ADD COLUMN shadow_effect INTEGER;
-- The rule or the list by which it would have been so.
ALTER TABLE query ADD COLUMN shadow_rule_id INTEGER;
ALTER TABLE query ADD COLUMN shadow_list_id INTEGER;
