-- Counts of whole hours and days of UTC, so that a series of a year reads days, and hours only where a day of its zone
-- begins. They follow the counts by quarters of an hour, whoever writes these.
LOCK TABLE alert_counts IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE alert_sums (
    watch_id text NOT NULL,
    clock text NOT NULL,
    hours smallint NOT NULL CHECK (hours IN (1, 24)),
    at timestamptz NOT NULL,
    dimension text NOT NULL,
    value text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (watch_id, clock, hours, at, dimension, value)
);
INSERT INTO alert_sums (watch_id, clock, hours, dimension, at, value, number)
SELECT watch_id, clock, hours, dimension, date_bin(make_interval(hours => hours), at, TIMESTAMPTZ '2000-01-01 00:00+00'),
    value, sum(number)
FROM alert_counts CROSS JOIN (VALUES (1), (24)) AS width (hours)
GROUP BY 1, 2, 3, 4, 5, 6;
ANALYZE alert_sums;

-- What is new in a statement, and what it was before: only one of the two for a row that comes or goes.
CREATE FUNCTION sum_added_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alert_sums AS sums (watch_id, clock, hours, dimension, at, value, number)
    SELECT watch_id, clock, hours, dimension,
        date_bin(make_interval(hours => hours), at, TIMESTAMPTZ '2000-01-01 00:00+00'), value, sum(number)
    FROM added CROSS JOIN (VALUES (1), (24)) AS width (hours)
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (watch_id, clock, hours, at, dimension, value)
        DO UPDATE SET number = sums.number + excluded.number;
    RETURN NULL;
END $$;
CREATE FUNCTION sum_removed_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE alert_sums AS sums SET number = sums.number - gone.number
    FROM (
        SELECT watch_id, clock, hours, dimension,
            date_bin(make_interval(hours => hours), at, TIMESTAMPTZ '2000-01-01 00:00+00') AS at, value,
            sum(number) AS number
        FROM removed CROSS JOIN (VALUES (1), (24)) AS width (hours)
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS gone
    WHERE (sums.watch_id, sums.clock, sums.hours, sums.dimension, sums.at, sums.value)
        = (gone.watch_id, gone.clock, gone.hours, gone.dimension, gone.at, gone.value);
    RETURN NULL;
END $$;
CREATE TRIGGER counts_added AFTER INSERT ON alert_counts REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sum_added_counts();
CREATE TRIGGER counts_changed_to AFTER UPDATE ON alert_counts REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sum_added_counts();
CREATE TRIGGER counts_changed_from AFTER UPDATE ON alert_counts REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_removed_counts();
CREATE TRIGGER counts_removed AFTER DELETE ON alert_counts REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_removed_counts();
CREATE OR REPLACE FUNCTION forget_alert_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE alert_counts, alert_sums, alert_count_changes, alerts_uncounted;
    RETURN NULL;
END $$;
