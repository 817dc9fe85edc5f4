-- The oldest revision of the code that may work on this schema. A migration that older code cannot live with raises it.
CREATE TABLE schema_compatibility (minimum text NOT NULL);
INSERT INTO schema_compatibility VALUES ('0006');

-- B-trees hold entries of 2.7 kB at most, and headlines may be longer.
DROP INDEX articles_title_key;
CREATE INDEX articles_title_hash ON articles (md5(title_key), first_seen_at);

-- One for each filter of a list, in the order of the list.
CREATE INDEX articles_language_list ON articles (language, first_seen_at DESC, id DESC);
CREATE INDEX taggings_relationship ON taggings (watch_id, article_id) WHERE relationship;
CREATE INDEX alerts_level_list ON alerts (level, created_at DESC, id DESC);
CREATE INDEX alerts_state_list ON alerts (state, created_at DESC, id DESC);
CREATE INDEX alerts_score ON alerts (score);
CREATE INDEX deliveries_state_list ON deliveries (state, created_at DESC, id DESC);
CREATE INDEX deliveries_subscription_state_list ON deliveries (subscription_id, state, created_at DESC, id DESC);

-- One for each foreign key whose target may be deleted.
CREATE INDEX article_versions_snapshot ON article_versions (snapshot_id);
CREATE INDEX articles_page ON articles (page_id);
CREATE INDEX alerts_story ON alerts (story_id);
CREATE INDEX page_sessions_key ON page_sessions (key_id);

-- What expires is found by its age.
CREATE INDEX snapshots_age ON snapshots (fetched_at);
CREATE INDEX entries_age ON entries (first_seen_at) WHERE content IS NOT NULL OR summary IS NOT NULL;
CREATE INDEX alert_events_age ON alert_events (created_at) WHERE body <> '';
CREATE INDEX attempts_age ON attempts (at);

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
