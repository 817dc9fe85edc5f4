-- A backfill tags articles that were stored before a watch was as it is: those that mention its actors
-- ('touched', by itself when its document changes) or all ('archive', when asked for). It goes from new articles
-- to old: those with an id less than before_article are still to be read. due_at NULL: it is done.
CREATE TABLE backfills (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    scope text NOT NULL CHECK (scope IN ('touched', 'archive')),
    notify boolean NOT NULL,
    since timestamptz,
    before_article bigint NOT NULL,
    total_count bigint NOT NULL,
    read_count bigint NOT NULL DEFAULT 0,
    match_count bigint NOT NULL DEFAULT 0,
    event_count bigint NOT NULL DEFAULT 0,
    failure_count bigint NOT NULL DEFAULT 0,
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    UNIQUE (watch_id, scope)
);
CREATE INDEX backfills_due ON backfills (due_at) WHERE due_at IS NOT NULL;
