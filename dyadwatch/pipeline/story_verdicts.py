"""Merging and splitting stories: an analyst asks for it, no step does it, and no step undoes it."""

from collections.abc import Sequence

from dyadwatch.alerts import Cause
from dyadwatch.errors import Conflict, InvalidInput
from dyadwatch.pipeline import alert_verdicts
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.store import Connection, copies, expunging, stories, story_verdicts


def merge(db: Connection, story: int, into: int, *, reason: str, key: int | None) -> int:
    """Moves all articles of a story into another one, and with them whatever joins it later. Its alerts are
    withdrawn, and what analysts said of them is said of the other's. Returns the other. Raises NotFound,
    InvalidInput and Conflict `story_merged`."""
    if story == into:
        raise InvalidInput("A story cannot be merged into itself.")
    story_verdicts.lock(db, story, into)
    articles = story_verdicts.articles_of(db, story)
    story_verdicts.save(db, "merge", story=story, into=into, articles=articles, reason=reason, key=key)
    _update_alerts(db, story, into, Cause("merged"))
    alert_verdicts.carry(db, story, into)
    return into


def split(db: Connection, story: int, named: Sequence[int], *, reason: str, key: int | None) -> int:
    """Moves some articles of a story, with all that share a text with them, into a story of their own, which
    is returned. Where that would be all of the story, the named ones go alone, each as a text of its own:
    what was taken for a copy is none. Raises NotFound, InvalidInput for articles that it does not have, and
    Conflict `story_merged` and `nothing_left`."""
    story_verdicts.lock(db, story)
    articles = story_verdicts.articles_of(db, story, named)
    if missing := sorted({*named} - {*articles}):
        raise InvalidInput(f"Story {story} has no article {missing[0]}.")
    whole = story_verdicts.articles_of(db, story)
    parted = len(articles) == len(whole)
    if parted:
        articles = sorted({*named})
        if len(articles) == len(whole):
            raise Conflict("These are all of the story: nothing would be left of it.", code="nothing_left")
        copies.part(db, articles)
    into = stories.create(db, articles[0])
    story_verdicts.save(db, "split", story=story, into=into, articles=articles, reason=reason, key=key)
    if parted:
        copies.share_origins(db, whole, into)
    _update_alerts(db, story, into, Cause("split"))
    return into


def _update_alerts(db: Connection, story: int, into: int, cause: Cause) -> None:
    for watch in expunging.watches_of(db, story):
        update_alert(db, watch, story, cause=cause)
        update_alert(db, watch, into, cause=cause)
