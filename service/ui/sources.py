"""Sources: whether each of them is read, at a glance, and all that is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from flask import Response
from pydantic import Field

from dyadwatch.feeds.silence import LOOKED_AT, silent_since
from dyadwatch.model.sources import SourceView
from dyadwatch.store import articles, feed_events, sources
from service.rest.requests import Query, query
from service.ui import feed_texts, forms
from service.ui.alert import line
from service.ui.alerts import address
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.languages import mark, moment
from service.ui.rendering import page
from service.ui.source_forms import FACTS, fields, read_facts

_PAGE_SIZE = 60
_ARTICLES = 15  # of one source
_EVENTS = 25
_TEXTS = {
    "ok": mark("read"),
    "waiting": mark("not read yet"),
    "failing": mark("failing"),
    "partly": mark("some feeds fail"),
    "silent": mark("silent"),
    "drifting": mark("badly extracted"),
    "stopped": mark("not polled"),
}
_WORST = ("failing", "partly", "drifting", "silent", "waiting", "stopped", "ok")


@dataclass(frozen=True, slots=True)
class Health:
    """How a source does: a `state` that the style sheet knows, in words, and why."""

    state: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A line of the list; `last_at` is when its last article was first seen."""

    source: SourceView
    health: Health
    last_at: datetime | None


class SourcesPageQuery(Query):
    """The parameters of the page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """The sources, those with problems first."""
    page_query = query(SourcesPageQuery, parameters(SourcesPageQuery.model_fields))
    with visit.begin() as db:
        shown = sources.page(db, limit=_PAGE_SIZE, cursor=page_query.cursor)
        times = articles.last_times(db, [source.id for source in shown.data], limit=LOOKED_AT)
    rows = [
        SourceRow(
            source, health(source, times.get(source.id, ())), max(times.get(source.id, ()), default=None)
        )
        for source in shown.data
    ]
    rows.sort(key=lambda row: (_WORST.index(row.health.state), row.source.name.lower()))
    return page(
        "sources.html",
        200,
        rows=rows,
        older=address("page.sources", [("cursor", shown.next)]) if shown.next else None,
        newest=address("page.sources", []) if page_query.cursor else None,
    )


def health(source: SourceView, times: Sequence[datetime]) -> Health:
    """How a source does; `times` are when its last articles were first seen."""
    state, why = _state(source, times)
    return Health(state, _(_TEXTS[state]), why)


def _state(source: SourceView, times: Sequence[datetime]) -> tuple[str, str]:
    active = [feed for feed in source.feeds if feed.state == "active"]
    errors = [feed_texts.failure(feed.last_error) for feed in active if feed.last_error and feed.error_count]
    if not active:
        return "stopped", _("no feed is active")
    if errors:
        return "failing" if len(errors) == len(active) else "partly", errors[0]
    if source.drift is not None:
        return "drifting", feed_texts.translate(source.drift.detail)
    return _rhythm(times) if any(feed.last_polled_at for feed in active) else ("waiting", "")


def _rhythm(times: Sequence[datetime]) -> tuple[str, str]:
    since = silent_since(times, datetime.now(UTC))
    return ("silent", _("no new article since %s") % moment(since)) if since else ("ok", "")


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """One source with its feeds and its last articles."""
    return render(visit, id)


def render(visit: Visit, id: int, problem: Problem | None = None) -> Response:  # noqa: A002
    """The page, with what was wrong with a form of it."""
    with visit.begin() as db:
        source = sources.get(db, id)
        last = articles.page(db, source=id, limit=_ARTICLES, cursor=None)
        times = articles.last_times(db, [id], limit=LOOKED_AT).get(id, [])
        events = feed_events.page(db, id, limit=_EVENTS, cursor=None).data
    entered = read_facts() if problem else {}
    return page(
        "source.html",
        problem.status if problem else 200,
        problem=problem,
        fields=fields({name: entered.get(name) or getattr(source, name) or "" for name in FACTS}),
        feed_fields=[FormField("url", _("Address of a feed"), forms.text("url"), "url")],
        source=source,
        health=health(source, times),
        lines=[line(article) for article in last.data],
        events=events,
        addresses={feed.id: feed.url for feed in source.feeds},
    )


PAGES = (
    Page("/sources", "sources", show_list, section="sources"),
    Page("/sources/<row:id>", "source", show, section="sources"),
)
