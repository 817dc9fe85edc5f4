-- The API key that a subscription belongs to. Those of before are the operator's: admin keys see them, and can
-- give them to another key.
ALTER TABLE subscriptions ADD COLUMN key_id bigint REFERENCES api_keys ON DELETE SET NULL;
CREATE INDEX subscriptions_key_list ON subscriptions (key_id, created_at DESC, id DESC);

-- A secret that is shown once stands in its subscription alone.
UPDATE idempotent_answers SET body = regexp_replace(body, ',"secret":"whsec_[^"]*"', '')
WHERE body ~ ',"secret":"whsec_';
