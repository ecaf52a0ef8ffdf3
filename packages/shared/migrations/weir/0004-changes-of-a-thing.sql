-- Which changes came after a change of the same thing: asked for each row of the history, and before one is undone.
CREATE INDEX change_by_thing ON change (entity, entity_id, id);
-- Changes of a bulk edit, which are undone together.
CREATE INDEX change_by_revision ON change (revision, id);
