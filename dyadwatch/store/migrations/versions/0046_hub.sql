-- Readers of feeds that our hub pushes (WebSub): a subscription each, of the `topic` that it names, until its lease ends.
ALTER TABLE subscriptions
    ADD COLUMN IF NOT EXISTS topic text,
    ADD COLUMN IF NOT EXISTS lease_until timestamptz;
CREATE UNIQUE INDEX IF NOT EXISTS subscriptions_of_topic ON subscriptions (md5(topic || ' ' || url))
    WHERE topic IS NOT NULL;
CREATE INDEX IF NOT EXISTS subscriptions_lease ON subscriptions (lease_until) WHERE lease_until IS NOT NULL;
-- `secret` signs what is pushed. What was asked last counts when the callback has echoed its `challenge`.
CREATE TABLE IF NOT EXISTS hub_subscribers (
    subscription_id bigint PRIMARY KEY REFERENCES subscriptions ON DELETE CASCADE,
    media_type text NOT NULL,
    secret text,
    challenge text,
    asked_mode text CHECK (asked_mode IN ('subscribe', 'unsubscribe')),
    asked_lease integer,
    asked_secret text
);
