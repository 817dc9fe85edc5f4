-- The values of an alert that lists are filtered by, each with the order of the list: rows of one value come from
-- the index in that order, and those of several values by merging.
CREATE TABLE alert_facets (
    name text NOT NULL,
    value text NOT NULL,
    created_at timestamptz NOT NULL,
    alert_id bigint NOT NULL,
    PRIMARY KEY (name, value, created_at, alert_id)
);
CREATE FUNCTION facets_of(alert alerts) RETURNS TABLE (name text, value text) LANGUAGE sql IMMUTABLE AS $$
    SELECT 'watch', alert.watch_id
    UNION SELECT 'level', alert.level
    UNION SELECT 'state', alert.state
    UNION SELECT 'language', unnest(alert.languages)
    UNION SELECT 'event_type', unnest(alert.event_types)
    UNION SELECT 'source', CAST(unnest(alert.source_ids) AS text)
$$;

-- A trigger, so that no statement that changes an alert can leave them out. No foreign key, which would need an
-- index of its own: the trigger removes them too.
CREATE FUNCTION save_alert_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM alert_facets USING facets_of(OLD) AS old_facet
        WHERE alert_facets.name = old_facet.name AND alert_facets.value = old_facet.value
            AND alert_facets.created_at = OLD.created_at AND alert_facets.alert_id = OLD.id
            AND (TG_OP = 'DELETE' OR OLD.created_at <> NEW.created_at
                OR (old_facet.name, old_facet.value) NOT IN (SELECT * FROM facets_of(NEW)));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO alert_facets SELECT name, value, NEW.created_at, NEW.id FROM facets_of(NEW)
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION truncate_alert_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE alert_facets;
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_truncated AFTER TRUNCATE ON alerts EXECUTE FUNCTION truncate_alert_facets();
CREATE TRIGGER alert_facets_changed AFTER INSERT OR UPDATE OR DELETE ON alerts
    FOR EACH ROW EXECUTE FUNCTION save_alert_facets();

-- Of the article, which never changes: what carries a relationship is listed in this order.
ALTER TABLE taggings ADD COLUMN first_seen_at timestamptz;
CREATE FUNCTION set_first_seen_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.first_seen_at := (SELECT first_seen_at FROM articles WHERE id = NEW.article_id);
    RETURN NEW;
END $$;
CREATE TRIGGER taggings_first_seen_at BEFORE INSERT OR UPDATE ON taggings
    FOR EACH ROW WHEN (NEW.relationship AND NEW.first_seen_at IS NULL) EXECUTE FUNCTION set_first_seen_at();
