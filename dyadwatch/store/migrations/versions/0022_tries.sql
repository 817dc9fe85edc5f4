-- `tries` counts the attempts of the schedule; `trigger` is why the next one is made; `reason` and `status` are
-- those of the last one where that failed.
ALTER TABLE deliveries
    ADD COLUMN IF NOT EXISTS tries integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS trigger text NOT NULL DEFAULT 'schedule',
    ADD COLUMN IF NOT EXISTS reason text,
    ADD COLUMN IF NOT EXISTS status integer;
ALTER TABLE attempts
    ADD COLUMN IF NOT EXISTS trigger text NOT NULL DEFAULT 'schedule',
    ADD COLUMN IF NOT EXISTS reason text;
-- What health is read from: attempts of each hour, `latencies` by the bounds of store/health.py.
CREATE TABLE IF NOT EXISTS subscription_hours (
    subscription_id bigint NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    hour timestamptz NOT NULL,
    delivered integer NOT NULL,
    failed integer NOT NULL,
    latencies integer[] NOT NULL,
    PRIMARY KEY (subscription_id, hour)
);
CREATE INDEX IF NOT EXISTS subscription_hours_age ON subscription_hours (hour);
