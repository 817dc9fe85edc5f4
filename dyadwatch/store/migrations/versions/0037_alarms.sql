-- Watches whose series is out of the usual, and when each is looked at again.
CREATE TABLE alarms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text NOT NULL REFERENCES watches ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('burst', 'silence')),
    finding jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
);
CREATE UNIQUE INDEX alarms_active ON alarms (watch_id, kind) WHERE ended_at IS NULL;
CREATE INDEX alarms_watch_list ON alarms (watch_id, created_at DESC, id DESC);
CREATE TABLE watch_checks (
    watch_id text PRIMARY KEY REFERENCES watches ON DELETE CASCADE,
    due_at timestamptz DEFAULT now(),
    turn integer NOT NULL DEFAULT 0
);
CREATE INDEX watch_checks_due ON watch_checks (due_at) WHERE due_at IS NOT NULL;
INSERT INTO watch_checks (watch_id) SELECT id FROM watches;
