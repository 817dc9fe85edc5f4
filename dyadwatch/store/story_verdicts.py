"""Verdicts of analysts on stories: which articles they moved from one to another, who, when and why."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.stories import StoryVerdict, VerdictKind

_LOCK = text("""
SELECT id, merged_into FROM stories WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE
""")
# A copy goes with its text: what shares one with an article that is named is named too.
_ARTICLES = text("""
SELECT id FROM articles WHERE story_id = :story AND (
    CAST(:named AS bigint[]) IS NULL OR coalesce(copy_of, id) IN (
        SELECT coalesce(copy_of, id) FROM articles WHERE story_id = :story AND id = ANY(:named)))
ORDER BY id
""")
_ADD = text("""
INSERT INTO story_verdicts (kind, story_id, into_id, articles, reason, key_id)
VALUES (:kind, :story, :into, :articles, :reason, :key) RETURNING id
""")
_MOVE = text("""
UPDATE articles SET story_id = :into,
    joined_by = jsonb_build_object('kind', 'verdict', 'verdict', CAST(:verdict AS bigint))
WHERE id = ANY(:articles)
""")
_FOLLOW = text("UPDATE stories SET merged_into = :into WHERE id = :story OR merged_into = :story")
_OF_STORY = text("""
SELECT id, kind, story_id AS story, into_id AS "into", articles, reason, key_id AS key, at
FROM story_verdicts WHERE :story IN (story_id, into_id) ORDER BY id LIMIT 100
""")


def lock(db: Connection, *story_ids: int) -> None:
    """Locks stories in one order for everybody. Raises NotFound, and Conflict `story_merged` for one that was
    merged into another."""
    rows = db.execute(_LOCK, {"ids": list(story_ids)}).all()
    for story in sorted({*story_ids} - {row.id for row in rows}):
        raise NotFound(f"There is no story {story}.")
    for row in rows:
        if row.merged_into is not None:
            raise Conflict(f"Story {row.id} was merged into {row.merged_into}.", code="story_merged")


def articles_of(db: Connection, story: int, named: Sequence[int] | None = None) -> Sequence[int]:
    """The articles of a story; those that are `named`, with all that share a text with them."""
    return db.execute(_ARTICLES, {"story": story, "named": named}).scalars().all()


def save(
    db: Connection,
    kind: VerdictKind,
    *,
    story: int,
    into: int,
    articles: Sequence[int],
    reason: str,
    key: int | None,
) -> None:
    """Stores a verdict and moves its articles. The stories are locked."""
    params = {"kind": kind, "story": story, "into": into, "articles": list(articles), "reason": reason}
    verdict = db.execute(_ADD, {**params, "key": key}).scalar_one()
    db.execute(_MOVE, {"into": into, "articles": list(articles), "verdict": verdict})
    if kind == "merge":
        db.execute(_FOLLOW, {"story": story, "into": into})


def of_story(db: Connection, story: int) -> tuple[StoryVerdict, ...]:
    """The verdicts on a story, oldest first."""
    rows = db.execute(_OF_STORY, {"story": story}).mappings()
    return tuple(StoryVerdict(**{**row, "articles": tuple(row["articles"])}) for row in rows)
