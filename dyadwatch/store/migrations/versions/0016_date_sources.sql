-- Where dates of publication were stated, and how exactly. Rows of before say nothing of it.
ALTER TABLE entries ADD COLUMN published_precision text;
ALTER TABLE articles ADD COLUMN published_source text, ADD COLUMN published_precision text;
