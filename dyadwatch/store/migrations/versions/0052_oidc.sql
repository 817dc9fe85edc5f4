-- People whom an OpenID provider has signed in, by the SHA-256 of issuer and subject.
CREATE TABLE oidc_identities (
    hash bytea PRIMARY KEY,
    key_id bigint NOT NULL UNIQUE REFERENCES api_keys ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
