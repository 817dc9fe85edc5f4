-- An update of an alert that changes nothing that is counted (a verdict, an edit, one more copy of a publisher that had it) ends
-- before both documents are taken apart. Compared is whatever alert_cells (0036_counts.sql) reads.
CREATE OR REPLACE FUNCTION count_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(OLD.watch_id, OLD.state, OLD.created_at, OLD.level, OLD.event_types, OLD.languages,
            OLD.source_ids, OLD.document -> 'evidence', OLD.document #> '{sides,reporting}')
        IS NOT DISTINCT FROM ROW(NEW.watch_id, NEW.state, NEW.created_at, NEW.level, NEW.event_types, NEW.languages,
            NEW.source_ids, NEW.document -> 'evidence', NEW.document #> '{sides,reporting}')
        AND jsonb_path_query_array(OLD.document, '$.articles[*].published_at')
            IS NOT DISTINCT FROM jsonb_path_query_array(NEW.document, '$.articles[*].published_at')
    THEN
        RETURN NULL;
    END IF;
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
