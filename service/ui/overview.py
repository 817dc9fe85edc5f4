"""The overview: what is new between the two actors of a watch, who reports it, and who is silent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from flask import Response

from dyadwatch.model.alarms import AlarmView
from dyadwatch.model.sources import SourceLabel
from dyadwatch.model.watches import WatchLabel
from dyadwatch.store import activity, alarms, alert_lists, alerts, sources, watches
from dyadwatch.subscriptions import AlertFilter
from service.ui import labels, timeline, watch_names
from service.ui.alert_cards import card
from service.ui.alerts import MAX_LABELS, public_url
from service.ui.frame import Page, Visit
from service.ui.rendering import page

_DAYS = 42  # of the timeline
_WEEKS = 9  # the last one, and those before that it is compared with
_SOURCE_DAYS = 30
_NEWEST = 5  # alerts shown
_MAX_WATCHES = 24  # on the first page
_MAX_CHARTS = 6  # of them, on it
_MAX_ALARMS = 200
_COUNTED = 1_000


def show(visit: Visit) -> Response:
    """All watches, or the one that there is."""
    with visit.begin() as db:
        watch_labels = watch_names.read(db, limit=_MAX_WATCHES)
    if len(watch_labels) == 1:
        return _show_watch(visit, watch_labels[0])
    now = datetime.now(UTC)
    with visit.begin() as db:
        raised = alarms.newest_active(db, limit=_MAX_ALARMS)
        summaries = [_summary(db, watch, visit.last_visit_at, raised) for watch in watch_labels]
        for summary in summaries[:_MAX_CHARTS]:
            summary["timeline"] = _weeks(db, summary["watch"].id, now)
    return page("overview.html", 200, summaries=summaries, since=visit.last_visit_at)


def show_watch(visit: Visit, slug: str) -> Response:
    """The overview of one watch."""
    with visit.begin() as db:
        view = watches.get(db, slug)
    return _show_watch(visit, watch_names.of_view(view))


def _weeks(db: Any, watch: str, now: datetime) -> timeline.Timeline:
    """By weeks where there are several on a page, which stays small."""
    counts = activity.by_day(db, watch, now.date() - timedelta(days=_DAYS - 1), now)
    return timeline.build(counts, watch, days=7)


def _summary(
    db: Any, watch: WatchLabel, since: datetime | None, raised: Sequence[AlarmView]
) -> dict[str, Any]:
    return {
        "watch": watch,
        "newest_at": activity.newest(db, watch.id),
        "alarms": [alarm for alarm in raised if alarm.watch == watch.id],
        "new": _new(db, watch.id, since),
    }


def _show_watch(visit: Visit, watch: WatchLabel) -> Response:
    now = datetime.now(UTC)
    today = now.date()
    source_since = today - timedelta(days=_SOURCE_DAYS)
    with visit.begin() as db:
        counts = activity.by_day(db, watch.id, today - timedelta(days=7 * _WEEKS), now)
        by_source = activity.by_source(db, watch.id, source_since, now)
        newest = alerts.page(db, AlertFilter(watch=[watch.id]), limit=_NEWEST, cursor=None)
        new = _new(db, watch.id, visit.last_visit_at)
        source_labels = sources.labels(db, limit=MAX_LABELS)
        document = watches.get(db, watch.id)
        raised = alarms.active(db, watch.id)
    by_id = {source.id: source for source in source_labels}
    reporting = [(by_id[source], count) for source, count in by_source.items() if source in by_id]
    silent = [source for source in source_labels if source.id not in by_source]
    return page(
        "watch.html",
        200,
        watch=watch,
        view=document,
        alarms=raised,
        names=_names(document.document, watch.actors),
        timeline=timeline.build(counts[-_DAYS:], watch.id),
        week=_week([day.count for day in counts[:-1]]),
        week_since=today - timedelta(days=7),
        today=today,
        today_count=counts[-1].count,
        since=visit.last_visit_at,
        new=new,
        cards=[card(alert.parse(), watch.actors, passages_shown=1) for alert in newest.data],
        reporting=reporting,
        sides=_sides(reporting, silent),
        silent=silent,
        source_since=source_since,
        has_sources=bool(source_labels),
        legend=labels.legend(),
        public_url=public_url(visit),
    )


def _new(db: Any, watch: str, since: datetime | None) -> Any:
    """How many alerts came since a time, None where that is not known."""
    if since is None:
        return None
    return alert_lists.count(db, AlertFilter(watch=[watch], since=since), limit=_COUNTED)


def _week(days: Sequence[int]) -> dict[str, Any]:
    """The last seven whole days beside the weeks before, by what these let expect: their median, and as much
    about it as chance or their own differences explain. Where there were hardly any alerts before, nothing is
    said."""
    weeks = [sum(days[start : start + 7]) for start in range(0, len(days), 7)]
    low, middle, high = quantiles(weeks[:-1], n=4, method="inclusive")
    spread = max(1.5 * (high - low), 2 * middle**0.5)
    usual = (max(0, round(middle - spread)), round(middle + spread))
    state = "burst" if weeks[-1] > usual[1] else "quiet" if weeks[-1] < usual[0] else "usual"
    is_known = sum(weeks[:-1]) >= _WEEKS
    return {"count": weeks[-1], "low": usual[0], "high": usual[1], "state": state if is_known else ""}


def _sides(
    reporting: Sequence[tuple[SourceLabel, Any]], silent: Sequence[SourceLabel]
) -> dict[str, list[str]]:
    """The sides whose sources report, and those of which none does."""
    spoken = {source.side for source, _count in reporting if source.side}
    return {
        "reporting": sorted(spoken),
        "silent": sorted({source.side for source in silent if source.side} - spoken),
    }


def _names(document: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a watch looks for: the names of its actors by language, and their offices."""
    actors = document.get("actors", {})
    return [
        {
            "side": side,
            "name": names[side],
            "qid": actors.get(side, {}).get("qid"),
            "forms": {
                language: [_first_spelling(form) for form in forms]
                for language, forms in (actors.get(side, {}).get("names") or {}).items()
            },
            "offices": [
                {
                    **office,
                    "forms": [_first_spelling(form) for form in next(iter(office["text"].values()), ())],
                }
                for office in actors.get(side, {}).get("roles") or []
            ],
        }
        for side in ("a", "b")
    ]


def _first_spelling(pattern: str) -> str:
    """What a name is spelled like first, with … where there are further spellings."""
    spelling = watch_names.first_spelling(pattern)
    return spelling if spelling == pattern else f"{spelling} …"


PAGES = (
    Page("/", "overview", show, section="overview"),
    Page("/watches/<slug:slug>", "watch", show_watch, section="watches"),
)
