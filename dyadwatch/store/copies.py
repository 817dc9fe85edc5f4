"""Copies: the articles whose text another may have been taken from, and whose text they share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.model.articles import OriginClaim, ReadArticle
from dyadwatch.store.queries import Query, Rows, nothing, run_together
from dyadwatch.stories import CopyCandidate, CopyFacts

COMPARED_DAYS = 30  # for which an article may be what others are copied from
_MAX_TEXTS = 6  # that one article is compared with

# Arrays, since the planner cannot know that these are few. A stock sentence costs a hundred entries of the
# index at most. Of the articles of one text that counts which shares most.
_CANDIDATES = text("""
WITH entry AS MATERIALIZED (
    SELECT newest.article_id AS id, count(*) AS shared
    FROM unnest(CAST(:keys AS bigint[])) AS wanted (key), LATERAL (
        SELECT article_id FROM article_shingles WHERE key = wanted.key ORDER BY article_id DESC LIMIT 100
    ) AS newest GROUP BY 1
    UNION ALL SELECT id, 100 FROM articles WHERE url = :origin_url
    UNION ALL (SELECT id, 100 FROM articles WHERE origin ->> 'url' = :url LIMIT 10)
), member AS (
    SELECT DISTINCT ON (coalesce(copy_of, articles.id)) articles.id, coalesce(copy_of, articles.id) AS root,
        entry.shared
    FROM articles JOIN entry ON entry.id = articles.id
    WHERE articles.id = ANY(ARRAY(SELECT id FROM entry)) AND articles.url <> :url
        AND first_seen_at > now() - make_interval(days => :days)
        AND articles.id < coalesce((SELECT id FROM articles AS self WHERE self.url = :url), articles.id + 1)
    ORDER BY coalesce(copy_of, articles.id), entry.shared DESC, articles.id
), nearest AS MATERIALIZED (SELECT * FROM member ORDER BY shared DESC, root LIMIT :limit)
SELECT nearest.root, articles.story_id, articles.url, articles.title, version.title AS headline, version.text,
    coalesce(articles.published_at, articles.first_seen_at) AS at, articles.origin ->> 'url' AS origin_url,
    articles.origin_claim
FROM nearest JOIN articles ON articles.id = nearest.id
JOIN article_versions AS version
    ON version.article_id = articles.id AND version.number = articles.version
WHERE articles.id = ANY(ARRAY(SELECT id FROM nearest))
ORDER BY nearest.shared DESC, nearest.root
""")
# The articles that were copies of one that turned out to be a copy itself.
_FOLLOW = text("""
UPDATE articles SET copy_of = own.copy_of FROM articles AS own
WHERE own.url = :url AND own.copy_of IS NOT NULL AND articles.copy_of = own.id
""")
_OTHER = text("""
SELECT other.url FROM articles AS own JOIN articles AS other
    ON other.id = own.copy_of OR other.copy_of = coalesce(own.copy_of, own.id)
WHERE own.id = :article AND other.id <> own.id ORDER BY other.id LIMIT 1
""")
# The first of the copies is the one that the others are copies of from then on, where the former first one
# was.
_RELEASE = text("""
WITH root AS MATERIALIZED (SELECT joined_by FROM articles WHERE id = :article), heir AS MATERIALIZED (
    SELECT id FROM articles WHERE copy_of = :article ORDER BY first_seen_at, id LIMIT 1
)
UPDATE articles SET copy_of = nullif(heir.id, articles.id),
    copy_features = CASE WHEN articles.id <> heir.id THEN copy_features END,
    joined_by = CASE WHEN articles.id = heir.id THEN (SELECT joined_by FROM root) ELSE joined_by END
FROM heir WHERE copy_of = :article
""")
_PART = text("""
UPDATE articles SET copy_of = NULL, copy_features = NULL WHERE id = ANY(:articles) AND copy_of IS NOT NULL
""")
_TEXTS = text("""
SELECT min(url) AS url FROM articles WHERE id = ANY(:articles) GROUP BY coalesce(copy_of, id) ORDER BY 1
""")
# What an article says of its origin counts for all that share its text: first what a known publisher states,
# then known before unknown, what is stated before who published it, and the first.
_SHARE_ORIGIN = text("""
WITH own AS MATERIALIZED (SELECT coalesce(copy_of, id) AS root FROM articles WHERE url = :url),
member AS MATERIALIZED (
    SELECT id, origin_claim AS claim, first_seen_at FROM articles
    WHERE id = (SELECT root FROM own) OR copy_of = (SELECT root FROM own)
), strongest AS (
    SELECT claim FROM member WHERE claim IS NOT NULL
    ORDER BY claim ->> 'basis' = 'source' OR NOT coalesce(CAST(claim ->> 'carrier_known' AS boolean), true),
        NOT CAST(claim ->> 'known' AS boolean),
        array_position(ARRAY['credit', 'agency', 'named', 'entry', 'canonical', 'source'], claim ->> 'basis'),
        first_seen_at, id LIMIT 1
), changed AS (
    UPDATE articles SET origin_key = claim ->> 'key', origin_name = claim ->> 'name',
        origin_known = CAST(claim ->> 'known' AS boolean)
    FROM strongest WHERE articles.id = ANY(ARRAY(SELECT id FROM member))
        AND (origin_key, origin_name, origin_known) IS DISTINCT FROM
            (claim ->> 'key', claim ->> 'name', CAST(claim ->> 'known' AS boolean))
    RETURNING articles.url
)
SELECT watch_id FROM alerts
WHERE story_id = :story AND EXISTS (SELECT 1 FROM changed WHERE url <> :url OR :of_itself)
""")


def candidates_query(article: ReadArticle) -> Query[list[CopyCandidate]]:
    """The recent texts that an article shares most with, and those that it names as its original or that name
    it. Two articles are candidates for each other only where `stories.lock_similar_query` makes one of them
    wait for the other."""
    params = {
        "keys": list(article.shingles),
        "url": article.url,
        "origin_url": article.extracted.origin.url if article.extracted.origin else None,
        "days": COMPARED_DAYS,
        "limit": _MAX_TEXTS,
    }
    return Query(_CANDIDATES, params, _candidates)


def share_origin(db: Connection, url: str, story: int, *, of_itself: bool = False) -> set[str]:
    """Has all articles of the text of one share the strongest claim to its origin. Returns the watches whose
    alerts for its story may count others of them, or `of_itself` another one of the article too. Whoever does
    this has locked the story."""
    params = {"url": url, "story": story, "of_itself": of_itself}
    shared = Query(_SHARE_ORIGIN, params, _watches)
    watches: set[str]
    _, watches = run_together(db, Query(_FOLLOW, {"url": url}, nothing), shared)
    return watches


def release(db: Connection, article: int) -> str | None:
    """Before an article is removed: has its copies be those of the first of them. Returns the URL of another
    article of the same text, None where there is none."""
    other: str | None = db.execute(_OTHER, {"article": article}).scalar()
    db.execute(_RELEASE, {"article": article})
    return other


def part(db: Connection, articles: Sequence[int]) -> None:
    """Makes each of the articles a text of its own. What was a copy of one is that of the first of those that
    are left."""
    db.execute(_PART, {"articles": list(articles)})
    for article in articles:
        db.execute(_RELEASE, {"article": article})


def share_origins(db: Connection, articles: Sequence[int], story: int) -> None:
    """Has the articles of each text among some share an origin. Their stories are locked."""
    for url in db.execute(_TEXTS, {"articles": list(articles)}).scalars().all():
        share_origin(db, url, story)


def facts(article: ReadArticle, at: datetime) -> CopyFacts:
    """What is compared of an article that was read at a time."""
    if article.publication is not None:
        at = article.publication.at
    extracted = article.extracted
    origin_url = extracted.origin.url if extracted.origin else None
    return CopyFacts(article.url, extracted.title, extracted.text, at, origin_url, article.claim)


def _candidates(rows: Rows) -> list[CopyCandidate]:
    return [CopyCandidate(row.root, row.story_id, _facts(row)) for row in rows]


def _facts(row: Any) -> CopyFacts:
    claim = None if row.origin_claim is None else OriginClaim(**row.origin_claim)
    return CopyFacts(row.url, row.title, row.text.removeprefix(row.headline), row.at, row.origin_url, claim)


def _watches(rows: Rows) -> set[str]:
    return {row.watch_id for row in rows}
