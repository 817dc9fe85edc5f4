-- How an endpoint says that it wants what it is sent, before anything else is; NULL where it is not asked.
ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS handshake text CHECK (handshake IN ('options', 'ping'));
