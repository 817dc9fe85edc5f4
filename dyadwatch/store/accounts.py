"""What accounts of a story are made of: its alerts, with the articles that carry them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from dyadwatch.model.accounts import AccountArticle, AccountSource, StoryAccounts
from dyadwatch.model.alerts import Carrier
from dyadwatch.model.mentions import Occasion
from dyadwatch.model.sources import SourceRef
from dyadwatch.store import sources, stories, taggings
from dyadwatch.store.queries import run
from dyadwatch.stories import compare_accounts

_MAX_ALERTS = 20  # of one story
_OCCASION = TypeAdapter(Occasion)
_ALERTS = text("SELECT id, watch_id FROM alerts WHERE story_id = :story ORDER BY id LIMIT :limit")
_EVENTS = text("""
SELECT article_id, main, occasion FROM article_events
WHERE watch_id = :watch AND article_id = ANY(CAST(:articles AS bigint[])) ORDER BY article_id, number
""")


def of_story(db: Connection, story: int, *, now: datetime) -> StoryAccounts:
    """The accounts of a story, by its alerts. Raises NotFound."""
    stories.require(db, story)
    rows = db.execute(_ALERTS, {"story": story, "limit": _MAX_ALERTS}).all()
    read_sides = run(db, sources.sides_query())
    accounts = []
    for row in rows:
        articles = _articles(db, row.watch_id, story, now)
        accounts.append(compare_accounts(row.watch_id, row.id, articles, read_sides=read_sides, now=now))
    return StoryAccounts(story, tuple(accounts))


def _articles(db: Connection, watch: str, story: int, now: datetime) -> list[AccountArticle]:
    carriers = run(db, taggings.carriers_query(watch, story))
    ids = {carrier.source_id for carrier in carriers if carrier.source_id is not None}
    by_id = {ref.id: ref for ref in run(db, sources.refs_query(ids))}
    events = _events(db, watch, [carrier.article.id for carrier in carriers])
    return [*_account_articles(carriers, by_id, events, now)]


def _events(db: Connection, watch: str, articles: Sequence[int]) -> Mapping[tuple[int, bool], list[Occasion]]:
    """By the article, and whether it is about them."""
    events: defaultdict[tuple[int, bool], list[Occasion]] = defaultdict(list)
    for row in db.execute(_EVENTS, {"watch": watch, "articles": articles}):
        events[row.article_id, row.main].append(_OCCASION.validate_python(row.occasion))
    return events


def _account_articles(
    carriers: Sequence[Carrier],
    refs: Mapping[int, SourceRef],
    events: Mapping[tuple[int, bool], Sequence[Occasion]],
    now: datetime,
) -> Iterator[AccountArticle]:
    for carrier in carriers:
        yield AccountArticle(
            id=carrier.article.id,
            language=carrier.language,
            source=_source(refs.get(carrier.source_id or 0)),
            side=carrier.side,
            published_at=carrier.article.published_at,
            first_seen_at=carrier.first_seen_at or now,
            mentions=carrier.mentions,
            events=tuple(events.get((carrier.article.id, True), ())),
            further=tuple(events.get((carrier.article.id, False), ())),
        )


def _source(ref: SourceRef | None) -> AccountSource | None:
    if ref is None:
        return None
    return AccountSource(ref.id, ref.name, ref.country, ref.ownership, ref.state_control, articles=1)
