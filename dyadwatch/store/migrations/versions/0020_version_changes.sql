-- How many words each version of an article adds to the one before and removes. Versions of before say nothing of it.
ALTER TABLE article_versions ADD COLUMN change jsonb;
