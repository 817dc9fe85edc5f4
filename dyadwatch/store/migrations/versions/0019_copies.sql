-- copy_of: the first article of the text, NULL for a text of its own; copy_features: why it counts as a copy.
-- origin_claim: whose text an article is as far as it says so itself; origin_key, origin_name, origin_known: the
-- strongest claim of all articles of its text. Rows of before say nothing of it.
ALTER TABLE articles ADD COLUMN IF NOT EXISTS copy_of bigint, ADD COLUMN IF NOT EXISTS copy_features jsonb,
    ADD COLUMN IF NOT EXISTS origin_claim jsonb, ADD COLUMN IF NOT EXISTS origin_key text,
    ADD COLUMN IF NOT EXISTS origin_name text, ADD COLUMN IF NOT EXISTS origin_known boolean;

-- No foreign key, for the reasons in 0010_article_bands.sql.
CREATE TABLE IF NOT EXISTS article_shingles (
    key bigint NOT NULL,
    article_id bigint NOT NULL,
    PRIMARY KEY (key, article_id)
);
CREATE INDEX IF NOT EXISTS article_shingles_article ON article_shingles (article_id);
