-- Articles of before rechecks (0027_rechecks.sql), which are older than any that has one, are read again too while they are
-- young enough: within a day, so that no publisher is asked for many at once.
INSERT INTO rechecks (id, host, source_id, first_seen_at, due_at)
SELECT DISTINCT ON (pages.id) pages.id, pages.host, pages.source_id, articles.first_seen_at,
    now() + interval '1 day' * random()
FROM articles JOIN pages ON pages.id = articles.page_id
WHERE articles.first_seen_at > now() - interval '60 days' AND articles.status <> 'gone'
    AND articles.first_seen_at < coalesce((SELECT min(first_seen_at) FROM rechecks), now())
    AND pages.state <> 'expunged'
ORDER BY pages.id, articles.first_seen_at
ON CONFLICT (id) DO NOTHING;
