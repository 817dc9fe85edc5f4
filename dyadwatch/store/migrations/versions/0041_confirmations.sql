-- A subscription by mail is sent nothing until its reader has confirmed it; those of before stay as they are.
ALTER TABLE subscriptions DROP CONSTRAINT IF EXISTS subscriptions_state_check;
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_state_check CHECK (
    state IN ('active', 'paused', 'disabled', 'unconfirmed')) NOT VALID;
ALTER TABLE subscriptions VALIDATE CONSTRAINT subscriptions_state_check;
-- When an address was asked, by its SHA-256: it is asked seldom, whoever asks, and whatever is removed meanwhile.
CREATE TABLE IF NOT EXISTS confirmation_requests (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address bytea NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS confirmation_requests_of_address ON confirmation_requests (address, requested_at);
CREATE INDEX IF NOT EXISTS confirmation_requests_age ON confirmation_requests (requested_at);
