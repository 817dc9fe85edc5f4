-- Of the article, which never changes: what carries a relationship is listed in this order.
ALTER TABLE taggings ADD COLUMN first_seen_at timestamptz;
CREATE FUNCTION set_first_seen_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.first_seen_at := (SELECT first_seen_at FROM articles WHERE id = NEW.article_id);
    RETURN NEW;
END $$;
CREATE TRIGGER taggings_first_seen_at BEFORE INSERT OR UPDATE ON taggings
    FOR EACH ROW WHEN (NEW.relationship AND NEW.first_seen_at IS NULL) EXECUTE FUNCTION set_first_seen_at();
