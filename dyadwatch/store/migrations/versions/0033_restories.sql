-- Archive runs that place stored articles in stories again, in the order in which they came: those after
-- `after_article` are still to be read. Each article that such a run moves, or would move in a dry run, has a row:
-- `into_story` is NULL for a story that the article `founder` begins.
ALTER TABLE archive_runs
    ADD COLUMN kind text NOT NULL DEFAULT 'retag' CHECK (kind IN ('retag', 'restory')),
    ADD COLUMN after_article bigint NOT NULL DEFAULT 0;
CREATE TABLE archive_run_moves (
    run_id bigint NOT NULL REFERENCES archive_runs ON DELETE CASCADE,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    from_story bigint NOT NULL,
    into_story bigint,
    founder bigint,
    is_copy boolean NOT NULL,
    joined_by jsonb,
    PRIMARY KEY (run_id, article_id),
    CHECK (into_story IS NOT NULL OR founder IS NOT NULL)
);
CREATE INDEX archive_run_moves_article ON archive_run_moves (article_id);
