-- The oldest revision of the code that may work on this schema. A migration that older code cannot live with raises it.
CREATE TABLE schema_compatibility (minimum text NOT NULL);
INSERT INTO schema_compatibility VALUES ('0006');

-- The daily round of expiry: one row, due once a day.
CREATE TABLE retention (
    id integer PRIMARY KEY CHECK (id = 1),
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0
);
INSERT INTO retention (id, due_at) VALUES (1, now() + interval '1 hour');

-- An expunged page is known and never fetched again.
ALTER TABLE pages DROP CONSTRAINT pages_state_check, ADD CONSTRAINT pages_state_check
    CHECK (state IN ('new', 'fetched', 'failed', 'expunged')) NOT VALID;
