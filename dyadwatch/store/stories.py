"""Stories: articles about the same event, and its alerts."""

from sqlalchemy import Connection, RowMapping, text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import ReadArticle
from dyadwatch.model.stories import StoryView
from dyadwatch.store import articles
from dyadwatch.stories import ArticleFacts

_MAX_ARTICLES = 200  # shown of one story
_PLACEMENT_LOCK = 4_157_002  # of the advisory lock

_BY_ID = text("SELECT id, title, created_at FROM stories WHERE id = :id")
_ALERTS = text("SELECT id FROM alerts WHERE story_id = :id ORDER BY id")
_INSERT = text("INSERT INTO stories (title) VALUES (:title) RETURNING id")
_CANDIDATES = text("""
SELECT articles.story_id, articles.url, articles.origin ->> 'url' AS origin_url, articles.title_key,
       articles.signature, length(article_versions.text) AS length, articles.first_seen_at
FROM articles JOIN article_versions ON article_versions.article_id = articles.id
     AND article_versions.number = articles.version
WHERE articles.first_seen_at > now() - interval '7 days' AND (
    articles.id IN (SELECT article_id FROM article_bands WHERE band = ANY(:bands))
    OR (:title_key <> '' AND articles.title_key = :title_key)
    OR articles.url = :origin_url OR articles.origin ->> 'url' = :url
) ORDER BY articles.first_seen_at, articles.id LIMIT 200
""")


def get(db: Connection, story_id: int) -> StoryView:
    """Raises NotFound."""
    row = db.execute(_BY_ID, {"id": story_id}).first()
    if row is None:
        raise NotFound(f"There is no story {story_id}.")
    return StoryView(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        articles=tuple(articles.of_story(db, story_id, limit=_MAX_ARTICLES)),
        alerts=tuple(db.execute(_ALERTS, {"id": story_id}).scalars()),
    )


def lock_placement(db: Connection) -> None:
    """Until the transaction ends, nobody else finds a story for an article or raises an alert: two copies
    that come in at the same time would each open a story of their own."""
    db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _PLACEMENT_LOCK})


def candidates(db: Connection, article: ReadArticle) -> list[tuple[int, ArticleFacts]]:
    """(story, facts) of recent articles that may tell the same story, oldest first."""
    origin = article.extracted.origin
    params = {
        "bands": list(article.bands),
        "title_key": article.title_key,
        "url": article.url,
        "origin_url": origin.url if origin else None,
    }
    return [(row["story_id"], _facts(row)) for row in db.execute(_CANDIDATES, params).mappings()]


def create(db: Connection, title: str) -> int:
    """Opens a story and returns its id."""
    return int(db.execute(_INSERT, {"title": title}).scalar_one())


def _facts(row: RowMapping) -> ArticleFacts:
    return ArticleFacts(
        url=row["url"],
        origin_url=row["origin_url"],
        title_key=row["title_key"],
        signature=bytes(row["signature"]),
        length=row["length"],
        first_seen_at=row["first_seen_at"],
    )
