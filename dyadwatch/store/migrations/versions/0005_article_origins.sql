-- Placing an article looks for those that name its URL as their origin. A hash has no bound on the URL's length.
CREATE INDEX CONCURRENTLY articles_origin ON articles USING hash ((origin ->> 'url')) WHERE origin ->> 'url' IS NOT NULL;
