-- The sweep looks for rows without due_at that are neither done nor waiting for a person. These indexes hold
-- such rows only, so they are all but empty. The first also serves the resumption of a subscription.
CREATE INDEX CONCURRENTLY deliveries_held ON deliveries (subscription_id) WHERE state = 'pending' AND due_at IS NULL;
CREATE INDEX CONCURRENTLY pages_lost ON pages (id) WHERE state = 'new' AND due_at IS NULL;
CREATE INDEX CONCURRENTLY snapshots_lost ON snapshots (id) WHERE turn = 0 AND due_at IS NULL;
