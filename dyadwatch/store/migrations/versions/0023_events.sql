-- What an article tells of the two actors of a watch: by `day` and watch reports of the same event are found.
CREATE TABLE article_events (
    article_id bigint NOT NULL,
    watch_id text NOT NULL,
    number smallint NOT NULL,
    day date NOT NULL,
    main boolean NOT NULL,
    occasion jsonb NOT NULL,
    PRIMARY KEY (article_id, watch_id, number),
    FOREIGN KEY (article_id, watch_id) REFERENCES taggings ON DELETE CASCADE
);
CREATE INDEX article_events_day ON article_events (watch_id, day, article_id) WHERE main;
-- Why an article is in its story.
ALTER TABLE articles ADD COLUMN joined_by jsonb;
ALTER TABLE stories ADD COLUMN merged_into bigint REFERENCES stories ON DELETE SET NULL;
CREATE INDEX stories_merged_into ON stories (merged_into) WHERE merged_into IS NOT NULL;
-- Decisions of analysts; `key_id` is whose, and outlives the key.
CREATE TABLE story_verdicts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    story_id bigint NOT NULL,
    into_id bigint NOT NULL,
    articles bigint[] NOT NULL,
    reason text NOT NULL,
    key_id bigint,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX story_verdicts_story ON story_verdicts (story_id);
CREATE INDEX story_verdicts_into ON story_verdicts (into_id);
