"""The rule that raises, updates and withdraws an alert: one per watch and story."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from dyadwatch.alerts import announcements, evidence, limits, ranking
from dyadwatch.model.alerts import (
    Alert,
    AlertChange,
    AlertEventType,
    AlertOrigin,
    AnnouncedState,
    Carrier,
    ChangeKind,
    FurtherCarriers,
    Sides,
    StoredAlert,
    WithdrawalReason,
)
from dyadwatch.model.mentions import LEVELS

T = TypeVar("T", bound=Hashable)
_NONE = FurtherCarriers()
_ARTICLE_EVENTS: Mapping[ChangeKind, AlertEventType] = {
    "article.gone": "article.gone",
    "article.returned": "article.gone",  # to whoever was told that it is gone
    "article.corrected": "article.corrected",
    "article.retracted": "article.corrected",
}


@dataclass(frozen=True, slots=True)
class AlertKey:
    """What identifies an alert: its id, and the watch and story that have no other."""

    id: int
    watch: str
    story: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What made an alert change: a new version of an article, whose changes of evidence are `edits`; other
    rules or another watch; or the removal of an article. Nobody is notified of what `is_quiet`."""

    reason: WithdrawalReason
    edits: tuple[AlertChange, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """An alert to store and its events, each with the `changes`."""

    stored: StoredAlert
    events: tuple[AlertEventType, ...] = ()
    changes: tuple[AlertChange, ...] = ()

    @property
    def event(self) -> AlertEventType | None:
        """The first of its events."""
        return self.events[0] if self.events else None


RETAGGED = Cause("retagged")


def decide(  # noqa: PLR0913  (by keyword)
    before: StoredAlert | None,
    carriers: Sequence[Carrier],
    further: FurtherCarriers = _NONE,
    *,
    key: AlertKey,
    now: datetime,
    cause: Cause = RETAGGED,
    window: timedelta = timedelta(0),
    read_sides: Sequence[str] = (),
) -> Decision | None:
    """How an alert changes, given its `carriers`: the articles that carry it now, in the order first seen,
    and what `further` ones add where they are very many. None where nothing is to be stored. `before` is the
    alert as stored, None where it was never raised.

    Subscribers are notified of the first article, of what is urgent among later changes (see
    `announcements`), and when the evidence is gone. Of other changes they are notified together, at the
    latest a `window` after the first of them. A rewording is no change where no edit says that it is one.
    Of `read_sides`, those of all sources, an alert says which do not report it.
    """
    if before is None:
        if not carriers:
            return None
        return Decision(_compose(carriers, further, None, key, now, read_sides), ("alert.created",))
    if not carriers:
        return _withdraw(before, now, cause)
    after = _compose(carriers, further, before, key, now, read_sides)
    return _update(before, after, now, cause, window)


def _update(
    before: StoredAlert, after: StoredAlert, now: datetime, cause: Cause, window: timedelta
) -> Decision | None:
    if after.announced is None:
        raise ValueError("an alert is announced with what it says")
    announced = before.announced or _infer(before, after.announced)
    changes = (*cause.edits, *announcements.differences(announced, after.announced))
    is_due = window == timedelta(0) or announcements.is_urgent(changes)
    if cause.is_quiet:
        is_due = before.notify_at is None
    if changes and is_due:
        return Decision(after, _events("alert.updated", changes), changes)
    notify_at = before.notify_at or now + window if changes else None
    return _store_silently(before, replace(after, announced=announced, notify_at=notify_at))


def _store_silently(before: StoredAlert, after: StoredAlert) -> Decision | None:
    silent = replace(after.alert, version=before.alert.version)
    if replace(after, alert=replace(silent, updated_at=before.alert.updated_at)) == before:
        return None
    return Decision(replace(after, alert=silent))


def _events(of_alert: AlertEventType, changes: Sequence[AlertChange]) -> tuple[AlertEventType, ...]:
    """That of the alert, unless only its articles' pages have changed, and those of articles."""
    kinds = {change.kind for change in changes}
    of_articles = {_ARTICLE_EVENTS[kind] for kind in kinds & _ARTICLE_EVENTS.keys()}
    return (*((of_alert,) if kinds - _ARTICLE_EVENTS.keys() else ()), *sorted(of_articles))


def _infer(before: StoredAlert, after: AnnouncedState) -> AnnouncedState:
    """What was announced of an alert whose announcements were not recorded yet. What it cannot say is taken
    to be as now."""
    return announcements.describe(
        before.alert,
        before.alert.evidence,
        origins=before.alert.origins,
        sides=after.sides,
        languages=before.languages,
    )


def _compose(
    carriers: Sequence[Carrier],
    further: FurtherCarriers,
    before: StoredAlert | None,
    key: AlertKey,
    now: datetime,
    read_sides: Sequence[str],
) -> StoredAlert:
    distinct = evidence.distinct(carriers)
    mentions = evidence.select(distinct)
    said = [*mentions, *evidence.mentions(carriers)]
    origins, known = _origins(carriers, further)
    levels = {carrier.level for carrier in carriers}.union(further.levels)
    alert = Alert(
        id=key.id,
        watch=key.watch,
        story=key.story,
        score=max(further.score, *(carrier.score for carrier in carriers)),
        level=next(level for level in LEVELS if level in levels),
        event_types=_distinct(mention.event_type for mention in said),
        language=carriers[0].language,
        created_at=before.alert.created_at if before else now,
        updated_at=now,
        articles=limits.articles([carrier.article for carrier in carriers]),
        evidence=limits.mentions(mentions),
        copies=len(carriers) + further.copies,
        origins=limits.origins(sorted(set(origins))),
        state="active",
        version=before.alert.version + 1 if before else 1,
        mention_count=len(distinct),
        origin_count=max(1, len(known)),
        unknown_origins=len(origins) - len(known),
        story_url=f"/v1/stories/{key.story}",
        verdict=before.alert.verdict if before else "none",
        reject_reason=before.alert.reject_reason if before else None,
        first_seen_at=carriers[0].first_seen_at,
        best_evidence=limits.best_evidence(evidence.best_by_side(carriers, distinct)),
    )
    alert = _rank(alert, max(further.relevance, *(carrier.relevance for carrier in carriers)), len(known))
    return _with_reporters(alert, carriers, further, known, read_sides)


def _with_reporters(
    alert: Alert,
    carriers: Sequence[Carrier],
    further: FurtherCarriers,
    origins: Sequence[str],
    read_sides: Sequence[str],
) -> StoredAlert:
    sides = _distinct([*(carrier.side for carrier in carriers), *further.sides])
    alert = replace(alert, sides=_sides(sides, read_sides))
    languages = _distinct([*(carrier.language for carrier in carriers), *further.languages])
    return StoredAlert(
        alert,
        languages=languages,
        source_ids=_distinct([*(carrier.source_id for carrier in carriers), *further.source_ids]),
        announced=announcements.describe(
            alert, evidence.mentions(carriers), origins=origins, sides=sides, languages=languages
        ),
    )


def _distinct(values: Iterable[T | None]) -> tuple[T, ...]:
    """The values that there are, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _origins(carriers: Sequence[Carrier], further: FurtherCarriers) -> tuple[list[str], list[str]]:
    """The name of each origin under which it comes first, and those of the known ones."""
    distinct: dict[str, AlertOrigin] = {}
    for origin in (*(carrier.origin for carrier in carriers), *further.origins):
        if origin is not None:
            before = distinct.setdefault(origin.key, origin)
            distinct[origin.key] = origin if origin.known > before.known else before
    known = [origin.name for origin in distinct.values() if origin.known]
    return [origin.name for origin in distinct.values()], known


def _rank(alert: Alert, salience: float, origins: int) -> Alert:
    terms = ranking.terms(alert.score, salience, origins)
    about = ranking.about(salience)
    return replace(alert, salience=salience, about=about, rank=ranking.rank(terms), score_terms=terms)


def _sides(reporting: Sequence[str], read: Sequence[str]) -> Sides:
    silent = [side for side in read if side not in reporting]
    return Sides(limits.sides(reporting), limits.sides(silent))


def _withdraw(before: StoredAlert, now: datetime, cause: Cause) -> Decision | None:
    """The alert keeps what it said; only its state says that nothing carries it any more."""
    if before.alert.state == "withdrawn":
        return None
    alert = replace(
        before.alert,
        state="withdrawn",
        withdrawal_reason=cause.reason,
        version=before.alert.version + 1,
        updated_at=now,
    )
    announced = before.announced and replace(before.announced, state="withdrawn")
    removed = [
        AlertChange("evidence.removed", old=mention.evidence.quote, article=mention.article)
        for mention in alert.evidence
    ]
    changes = AlertChange("alert.withdrawn", new=cause.reason), *(cause.edits or removed)
    stored = replace(before, alert=alert, announced=announced, notify_at=None)
    return Decision(stored, _events("alert.withdrawn", changes), changes)
