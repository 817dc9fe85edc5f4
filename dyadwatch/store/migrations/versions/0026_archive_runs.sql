-- An archive run tags stored texts again, story by story, from new to old: those before (before_story, before_article)
-- are still to be read. A dry run stores nothing but its counts. due_at NULL: it is done, or was stopped.
CREATE TABLE archive_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text REFERENCES watches ON DELETE CASCADE,
    dry_run boolean NOT NULL,
    notify boolean NOT NULL,
    before_story bigint NOT NULL,
    before_article bigint NOT NULL,
    total_count bigint NOT NULL,
    counts jsonb NOT NULL,
    examples jsonb NOT NULL DEFAULT '[]',
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE INDEX archive_runs_due ON archive_runs (due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX archive_runs_running ON archive_runs ((true)) WHERE ended_at IS NULL;

-- What taggings said before they were replaced by those of another version of the text, the watch or the tagger.
CREATE TABLE tagging_history (
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    article_version integer NOT NULL,
    watch_version integer NOT NULL,
    tagger_version text NOT NULL,
    relationship boolean NOT NULL,
    score double precision NOT NULL,
    level text,
    event_types text[] NOT NULL,
    mentions jsonb NOT NULL,
    whole jsonb NOT NULL,
    tagged_at timestamptz NOT NULL,
    PRIMARY KEY (article_id, watch_id, article_version, watch_version, tagger_version)
);
CREATE INDEX tagging_history_watch ON tagging_history (watch_id);

-- A snapshot that is tagged again on request notifies nobody.
ALTER TABLE snapshots ADD COLUMN IF NOT EXISTS quiet boolean NOT NULL DEFAULT false;
