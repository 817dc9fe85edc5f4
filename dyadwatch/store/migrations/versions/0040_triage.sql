-- Triage of alerts: a row per reader, and one of the reader '' with what all share.
CREATE TABLE alert_triage (
    alert_id bigint NOT NULL REFERENCES alerts ON DELETE CASCADE,
    reader text NOT NULL,
    is_read boolean NOT NULL DEFAULT false,
    is_starred boolean NOT NULL DEFAULT false,
    is_dismissed boolean NOT NULL DEFAULT false,
    note text,
    assignee text,
    PRIMARY KEY (alert_id, reader),
    CHECK (CASE WHEN reader = '' THEN NOT (is_read OR is_starred OR is_dismissed)
                ELSE note IS NULL AND assignee IS NULL END)
);
