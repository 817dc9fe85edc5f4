-- What has become of an article, what its publisher says of that, and its other addresses. Pages that are read again.
ALTER TABLE articles ADD COLUMN IF NOT EXISTS status text NOT NULL DEFAULT 'live'
        CHECK (status IN ('live', 'gone', 'corrected', 'retracted')),
    ADD COLUMN IF NOT EXISTS status_at timestamptz, ADD COLUMN IF NOT EXISTS notice jsonb;
CREATE TABLE IF NOT EXISTS article_urls (
    url text PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS article_urls_article ON article_urls (article_id);
CREATE TABLE IF NOT EXISTS rechecks (
    id bigint PRIMARY KEY REFERENCES pages ON DELETE CASCADE,
    host text NOT NULL,
    source_id bigint,
    first_seen_at timestamptz NOT NULL,
    missing_since timestamptz,
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0,
    attempt_count integer NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS rechecks_due ON rechecks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS rechecks_owner ON rechecks (coalesce(source_id, 0), due_at) WHERE due_at IS NOT NULL;
