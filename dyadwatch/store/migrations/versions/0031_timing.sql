-- When a subscription is sent what it is owed. Until then its deliveries are held: `held_until` is when they are
-- looked at again; those of a digest name its own delivery (subscriptions/timing.py).
ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS timing jsonb;
ALTER TABLE deliveries
    ADD COLUMN IF NOT EXISTS held_until timestamptz,
    ADD COLUMN IF NOT EXISTS digest_id bigint;
ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS deliveries_state_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_state_check CHECK (
    state IN ('held', 'pending', 'delivered', 'exhausted', 'cancelled', 'superseded', 'digested')) NOT VALID;
ALTER TABLE deliveries VALIDATE CONSTRAINT deliveries_state_check;
