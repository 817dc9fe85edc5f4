-- What subscribers know of each alert, and when they are notified of what has changed since: due_at.
CREATE TABLE announcements (
    alert_id bigint PRIMARY KEY REFERENCES alerts ON DELETE CASCADE,
    announced jsonb NOT NULL,
    pending boolean NOT NULL DEFAULT false,
    due_at timestamptz,
    turn integer NOT NULL DEFAULT 0
);
CREATE INDEX announcements_due ON announcements (due_at) WHERE due_at IS NOT NULL;
