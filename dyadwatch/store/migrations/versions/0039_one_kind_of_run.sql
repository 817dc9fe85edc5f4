-- Backfills are archive runs of one watch: those with a lower id than before_article are still to be read, since a time
-- where there is one. The last of each scope is kept. What they did to alerts was counted together before.
ALTER TABLE archive_runs DROP CONSTRAINT archive_runs_kind_check;
ALTER TABLE archive_runs
    ADD CONSTRAINT archive_runs_kind_check CHECK (kind IN ('retag', 'restory', 'backfill')),
    ADD CONSTRAINT archive_runs_backfill_check CHECK (kind <> 'backfill' OR watch_id IS NOT NULL),
    ADD COLUMN since timestamptz;
DROP INDEX archive_runs_running;
CREATE UNIQUE INDEX archive_runs_running ON archive_runs ((true)) WHERE ended_at IS NULL AND kind <> 'backfill';
CREATE UNIQUE INDEX archive_runs_backfill ON archive_runs (watch_id, scope) WHERE kind = 'backfill';
INSERT INTO archive_runs
    (kind, watch_id, scope, since, dry_run, notify, before_story, before_article, total_count, counts, due_at, turn,
     attempt_count, created_at, ended_at)
SELECT 'backfill', watch_id, scope, since, false, notify, 0, before_article, total_count,
    jsonb_build_object('read', read_count, 'matches', match_count, 'alerts_updated', event_count,
                       'failures', failure_count),
    due_at, turn, attempt_count, created_at, ended_at
FROM backfills ORDER BY id;
DROP TABLE backfills;
-- Earlier code looks for the table.
UPDATE schema_compatibility SET minimum = '0039';
