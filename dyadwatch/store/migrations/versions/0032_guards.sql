-- What rejected alerts propose that a watch refuses; a guard is backed by the verdicts that propose it. `edit` is the
-- guard as JSON, each there once. It is decided by a person.
CREATE TABLE guards (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    edit jsonb NOT NULL,
    edit_hash text NOT NULL GENERATED ALWAYS AS (md5(CAST(edit AS text))) STORED,
    state text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'accepted', 'declined')),
    key_id bigint REFERENCES api_keys ON DELETE SET NULL,
    note text,
    watch_version integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    UNIQUE (watch_id, edit_hash)
);
CREATE INDEX guards_list ON guards (watch_id, created_at DESC, id DESC);
CREATE INDEX guards_key ON guards (key_id) WHERE key_id IS NOT NULL;
CREATE TABLE guard_verdicts (
    guard_id bigint NOT NULL REFERENCES guards ON DELETE CASCADE,
    verdict_id bigint NOT NULL REFERENCES alert_verdicts ON DELETE CASCADE,
    PRIMARY KEY (guard_id, verdict_id)
);
CREATE INDEX guard_verdicts_verdict ON guard_verdicts (verdict_id);

-- A dry run with a guard that was not accepted yet. `touched`: of the articles alone that the watch has tagged.
ALTER TABLE archive_runs
    ADD COLUMN guard_id bigint REFERENCES guards ON DELETE CASCADE,
    ADD COLUMN scope text NOT NULL DEFAULT 'archive' CHECK (scope IN ('archive', 'touched')),
    ADD CHECK (guard_id IS NULL OR (dry_run AND watch_id IS NOT NULL));
CREATE INDEX archive_runs_guard ON archive_runs (guard_id) WHERE guard_id IS NOT NULL;
