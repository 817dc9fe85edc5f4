"""Whose a silence is: the feeds' that used to report, or the pair's."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from dyadwatch.model.alarms import AlarmSource, SilenceCause, SourceHealth, SourceProblem

_FEEDS = 0.5  # share of the reports that sources in trouble had, from which on the silence is the feeds'
_NOT_READ = timedelta(days=1)
_SHOWN = 20


def find_cause(
    reports: Mapping[int, int], healths: Mapping[int, SourceHealth], *, since: datetime, now: datetime
) -> tuple[SilenceCause, tuple[AlarmSource, ...]]:
    """The cause of a silence that began at `since`, by how many alerts each source reported before and how it
    is read now; and the sources, the heaviest first."""
    total = sum(reports.values())
    heaviest = sorted(reports, key=lambda source: (-reports[source], source))
    sources = [_source(one, reports[one] / total, healths.get(one), since, now) for one in heaviest]
    troubled = sum(source.share for source in sources if source.problem)
    return "feeds" if total and troubled >= _FEEDS else "pair", tuple(sources[:_SHOWN])


def _source(
    number: int, share: float, health: SourceHealth | None, since: datetime, now: datetime
) -> AlarmSource:
    problem, detail = next(_problems(health, since, now), (None, None))
    return AlarmSource(number, health.name if health else None, round(share, 4), problem, detail)


def _problems(
    health: SourceHealth | None, since: datetime, now: datetime
) -> Iterator[tuple[SourceProblem, str]]:
    if health is None:
        yield "removed", "there is no such source any more"
        return
    if not health.active:
        yield "stopped", f"none of its {health.feeds} feeds is read: they are gone, or paused"
    elif health.failing == health.active:
        yield "failing", f"all its feeds fail: {health.last_error or 'for an unknown reason'}"
    elif health.last_polled_at is None or health.last_polled_at < now - _NOT_READ:
        yield "not_read", "no feed of it was read for a day: is a worker running?"
    if health.drift_since:
        yield "extraction", f"its pages give less text than before since {health.drift_since:%Y-%m-%d}"
    if health.last_article_at is None or health.last_article_at < since:
        yield "nothing_new", "no article of it came since the silence began"
