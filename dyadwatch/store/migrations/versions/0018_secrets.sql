-- What signs the webhooks of a subscription, the newest first. Earlier ones sign too until they expire.
CREATE TABLE subscription_secrets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id bigint NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
    sealed text NOT NULL,
    public_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz
);
CREATE INDEX subscription_secrets_list ON subscription_secrets (subscription_id, id DESC);
CREATE INDEX subscription_secrets_expiry ON subscription_secrets (expires_at) WHERE expires_at IS NOT NULL;
INSERT INTO subscription_secrets (subscription_id, sealed, created_at)
SELECT id, secret, created_at FROM subscriptions ORDER BY id;
ALTER TABLE subscriptions DROP COLUMN secret;
UPDATE schema_compatibility SET minimum = '0018';
