-- Failures in a row, since when, and until when an endpoint is sent nothing (subscriptions/breaker.py).
ALTER TABLE subscriptions
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN blocked_until timestamptz,
    ADD COLUMN last_error jsonb;
CREATE INDEX subscriptions_blocked ON subscriptions (blocked_until) WHERE blocked_until IS NOT NULL;
