-- The words of an article's current text, by which the archive is searched. A tsvector holds less than a
-- megabyte, which so many characters stay below in any script.
ALTER TABLE articles ADD COLUMN IF NOT EXISTS words tsvector NOT NULL DEFAULT ''::tsvector;
CREATE OR REPLACE FUNCTION article_words(text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT to_tsvector('simple', left(text, 150000)) $$;
CREATE OR REPLACE FUNCTION article_terms(words tsvector, source bigint, language text, first_seen_at timestamptz)
RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    seconds bigint := floor(extract(epoch FROM first_seen_at));
BEGIN
    RETURN words || array_to_tsvector(
        ARRAY['=source:' || coalesce(CAST(source AS text), ''), '=language:' || coalesce(language, ''),
              '=256s:' || (seconds >> 8), '=4096s:' || (seconds >> 12), '=65536s:' || (seconds >> 16),
              '=1048576s:' || (seconds >> 20), '=16777216s:' || (seconds >> 24)]
    );
END $$;
