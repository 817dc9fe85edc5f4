-- How far the round of the day has come, where its run had no time to end.
ALTER TABLE retention
    ADD COLUMN rule text,
    ADD COLUMN after_age timestamptz,
    ADD COLUMN after_place tid;

-- While the archive is tagged again: one row, pages with an id less than before_page are still to be made due.
CREATE TABLE retagging (
    id integer PRIMARY KEY CHECK (id = 1),
    before_page bigint NOT NULL
);
