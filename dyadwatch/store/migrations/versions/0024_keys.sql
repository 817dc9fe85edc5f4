-- Until earlier_until a key is recognised by the token of before its last rotation too.
ALTER TABLE api_keys
    ADD COLUMN owner text,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN earlier_hash bytea,
    ADD COLUMN earlier_until timestamptz;
CREATE UNIQUE INDEX api_keys_earlier_hash ON api_keys (earlier_hash) WHERE earlier_hash IS NOT NULL;
