-- Runs that start by themselves: a restory of the articles that a watch has events of, after a run that found new ones,
-- and a refresh of the alerts that name a source, once that is said to be another one. For each there is one at most that
-- has not begun: what comes later begins another. A run that was stopped says so.
ALTER TABLE archive_runs DROP CONSTRAINT archive_runs_kind_check;
ALTER TABLE archive_runs
    ADD COLUMN source_id bigint REFERENCES sources ON DELETE CASCADE,
    ADD COLUMN stopped boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT archive_runs_kind_check CHECK (kind IN ('retag', 'restory', 'backfill', 'refresh')),
    ADD CONSTRAINT archive_runs_refresh_check CHECK ((kind = 'refresh') = (source_id IS NOT NULL));
DROP INDEX archive_runs_running;
CREATE UNIQUE INDEX archive_runs_running ON archive_runs ((true))
    WHERE ended_at IS NULL AND guard_id IS NULL AND (kind = 'retag' OR kind = 'restory' AND watch_id IS NULL);
CREATE UNIQUE INDEX archive_runs_follow ON archive_runs (watch_id)
    WHERE kind = 'restory' AND ended_at IS NULL AND attempt_count = 0 AND after_article = 0;
CREATE UNIQUE INDEX archive_runs_refresh ON archive_runs (source_id)
    WHERE kind = 'refresh' AND ended_at IS NULL AND attempt_count = 0 AND after_article = 0;
CREATE INDEX archive_runs_source ON archive_runs (source_id) WHERE source_id IS NOT NULL;
