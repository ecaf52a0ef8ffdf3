-- Schedules on lists, services, safe search and groups; exceptions for single groups; what a group may set of its own.

-- When it holds; null: always.
ALTER TABLE list ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
-- JSON (GroupTerm[] of contract/assignments.ts): groups for which it is otherwise.
ALTER TABLE list ADD COLUMN per_group TEXT NOT NULL DEFAULT '[]';
ALTER TABLE rule_set ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
ALTER TABLE rule_set ADD COLUMN per_group TEXT NOT NULL DEFAULT '[]';

-- When the group's policy holds: at other times its clients have that of "Everyone".
ALTER TABLE client_group ADD COLUMN schedule_id INTEGER REFERENCES schedule (id);
-- JSON (GroupUpstreams of contract/groups.ts); null: those of "Everyone".
ALTER TABLE client_group ADD COLUMN upstreams TEXT;
-- full, hide-client, hide-name, none; null: as "Everyone".
ALTER TABLE client_group ADD COLUMN log_privacy TEXT;
