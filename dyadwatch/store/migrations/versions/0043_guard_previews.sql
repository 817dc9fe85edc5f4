-- One run at a time, of which there may be many hours, but for the previews of guards: one of each guard.
DROP INDEX archive_runs_running;
CREATE UNIQUE INDEX archive_runs_running ON archive_runs ((true))
    WHERE ended_at IS NULL AND kind <> 'backfill' AND guard_id IS NULL;
CREATE UNIQUE INDEX archive_runs_preview ON archive_runs (guard_id) WHERE ended_at IS NULL AND guard_id IS NOT NULL;
