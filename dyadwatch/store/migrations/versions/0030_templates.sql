-- What a receiver is sent instead of the event's document, and headers of a subscription's own, sealed.
ALTER TABLE subscriptions
    ADD COLUMN template jsonb,
    ADD COLUMN header_names text[] NOT NULL DEFAULT '{}',
    ADD COLUMN sealed_headers text;
