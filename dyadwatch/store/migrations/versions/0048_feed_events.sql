-- What happened to feeds, beside the polls that went as ever: the last 100 of each.
CREATE TABLE feed_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES sources ON DELETE CASCADE,
    feed_id bigint NOT NULL REFERENCES feeds ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('added', 'paused', 'resumed', 'gone', 'moved', 'failing', 'recovered')),
    code text,
    detail text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX feed_events_list ON feed_events (source_id, created_at DESC, id DESC);
CREATE INDEX feed_events_feed ON feed_events (feed_id, id DESC);

CREATE FUNCTION log_feed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said feed_events;
BEGIN
    IF TG_OP = 'INSERT' THEN
        said.kind := 'added';
        said.detail := new.url;
    ELSIF new.state <> old.state THEN
        said.kind := CASE new.state WHEN 'active' THEN 'resumed' ELSE new.state END;
        said.detail := CASE new.state WHEN 'gone' THEN new.reason END;
    ELSIF new.url <> old.url THEN
        said.kind := 'moved';
        said.detail := new.url;
    ELSIF new.error_count = 0 THEN
        said.kind := 'recovered';
    ELSE
        said.kind := 'failing';
        said.code := new.last_error ->> 'code';
        said.detail := new.last_error ->> 'detail';
    END IF;
    INSERT INTO feed_events (source_id, feed_id, kind, code, detail)
    VALUES (new.source_id, new.id, said.kind, said.code, said.detail);
    DELETE FROM feed_events WHERE feed_id = new.id AND id <= (
        SELECT id FROM feed_events WHERE feed_id = new.id ORDER BY id DESC OFFSET 100 LIMIT 1);
    RETURN NULL;
END $$;
CREATE TRIGGER feed_added AFTER INSERT ON feeds FOR EACH ROW EXECUTE FUNCTION log_feed();
CREATE TRIGGER feed_changed AFTER UPDATE ON feeds FOR EACH ROW WHEN (
    new.state <> old.state OR new.url <> old.url OR (new.error_count = 0) <> (old.error_count = 0)
    OR (new.error_count > 0 AND new.last_error ->> 'code' IS DISTINCT FROM old.last_error ->> 'code')
) EXECUTE FUNCTION log_feed();
