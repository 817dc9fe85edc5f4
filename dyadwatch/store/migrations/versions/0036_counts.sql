-- How many active alerts of a watch there are of each kind, by quarters of an hour: every time zone is ahead of
-- UTC by a multiple of that. What an alert adds is appended, so that no writer waits for another; who looks for
-- alarms sums it up (store/series.py).
CREATE TABLE alert_counts (
    watch_id text NOT NULL,
    clock text NOT NULL,
    dimension text NOT NULL,
    at timestamptz NOT NULL,
    value text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (watch_id, clock, dimension, at, value)
);
CREATE TABLE alert_count_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id text NOT NULL,
    clock text NOT NULL,
    dimension text NOT NULL,
    at timestamptz NOT NULL,
    value text NOT NULL,
    number bigint NOT NULL
);
CREATE INDEX alert_count_changes_series ON alert_count_changes (watch_id, clock, dimension, at);
-- Alerts of before, which are counted after this.
CREATE TABLE alerts_uncounted (alert_id bigint PRIMARY KEY);

-- What an alert counts as: at which time, by which clock, for which value of which dimension. Publication is
-- that of its first article, and never later than the alert.
CREATE FUNCTION alert_cells(alert alerts) RETURNS TABLE (clock text, at timestamptz, dimension text, value text)
LANGUAGE sql STABLE AS $$
    WITH evidence AS MATERIALIZED (
        SELECT mention FROM jsonb_path_query(alert.document, '$.evidence[*]') AS mention
    ), cells (dimension, value) AS MATERIALIZED (
        SELECT 'alert', '' UNION SELECT 'level', alert.level
        UNION SELECT 'event_type', unnest(alert.event_types)
        UNION SELECT 'language', unnest(alert.languages)
        UNION SELECT 'source', CAST(unnest(alert.source_ids) AS text)
        UNION SELECT 'side', side #>> '{}' FROM jsonb_path_query(alert.document, '$.sides.reporting[*]') AS side
        UNION SELECT 'direction', mention ->> 'direction' FROM evidence WHERE mention ->> 'direction' IS NOT NULL
        UNION SELECT 'modality', mention ->> 'modality' FROM evidence WHERE mention ->> 'modality' IS NOT NULL
        UNION SELECT 'event', concat_ws(' ', coalesce(mention ->> 'event_type', '-'),
            coalesce(mention ->> 'direction', '-'), coalesce(mention ->> 'modality', '-'),
            coalesce(mention ->> 'level', '-')) FROM evidence
    ), clocks (clock, at) AS (
        VALUES ('created', alert.created_at), ('published', least(alert.created_at, (
            SELECT min(CAST(published #>> '{}' AS timestamptz))
            FROM jsonb_path_query(alert.document, '$.articles[*].published_at ? (@ != null)') AS published)))
    )
    SELECT clocks.clock, date_bin('15 minutes', clocks.at, TIMESTAMPTZ '2000-01-01 00:00+00'), cells.dimension,
        cells.value
    FROM clocks CROSS JOIN cells WHERE alert.state = 'active'
$$;

-- A trigger, so that no statement that changes an alert can leave it out.
CREATE FUNCTION count_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND EXISTS (SELECT FROM alerts_uncounted WHERE alert_id = OLD.id) THEN
        RETURN NULL;
    END IF;
    INSERT INTO alert_count_changes (watch_id, clock, dimension, at, value, number)
        SELECT watch, clock, dimension, at, value, sum(number) FROM (
            SELECT NEW.watch_id AS watch, *, 1 AS number FROM alert_cells(NEW)
            UNION ALL SELECT OLD.watch_id, *, -1 FROM alert_cells(OLD)
        ) AS cells
        GROUP BY watch, clock, dimension, at, value HAVING sum(number) <> 0;
    RETURN NULL;
END $$;
INSERT INTO alerts_uncounted (alert_id) SELECT id FROM alerts;
CREATE TRIGGER alert_counted AFTER INSERT OR UPDATE OR DELETE ON alerts
    FOR EACH ROW EXECUTE FUNCTION count_alert();
CREATE FUNCTION forget_alert_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE alert_counts, alert_count_changes, alerts_uncounted;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_emptied AFTER TRUNCATE ON alerts FOR EACH STATEMENT EXECUTE FUNCTION forget_alert_counts();
