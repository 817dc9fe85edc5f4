-- Positions in the order in which changes became visible. NULL: not read by position yet (store/positions.py).
CREATE SEQUENCE positions;

-- An alert's last change; apart from its row, whose indexes cost more.
CREATE TABLE alert_positions (
    alert_id bigint PRIMARY KEY REFERENCES alerts ON DELETE CASCADE,
    position bigint
);
CREATE UNIQUE INDEX alert_positions_position ON alert_positions (position) WHERE position IS NOT NULL;
CREATE INDEX alert_positions_new ON alert_positions (alert_id) WHERE position IS NULL;

-- A trigger, so that no statement that changes an alert can leave it out.
CREATE FUNCTION forget_alert_position() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alert_positions (alert_id) VALUES (NEW.id)
        ON CONFLICT (alert_id) DO UPDATE SET position = NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_changed AFTER INSERT OR UPDATE ON alerts
    FOR EACH ROW EXECUTE FUNCTION forget_alert_position();

ALTER TABLE alert_events ADD COLUMN position bigint;
