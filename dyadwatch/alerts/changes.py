"""The rule that raises, updates and withdraws an alert: one per watch and story."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from dyadwatch.alerts import evidence, limits
from dyadwatch.model.alerts import Alert, AlertEventType, Carrier, FurtherCarriers, StoredAlert
from dyadwatch.model.mentions import LEVELS

T = TypeVar("T", bound=Hashable)
_NONE = FurtherCarriers()


@dataclass(frozen=True, slots=True)
class AlertKey:
    """What identifies an alert: its id, and the watch and story that have no other."""

    id: int
    watch: str
    story: int


@dataclass(frozen=True, slots=True)
class AlertChange:
    """An alert to store, and the event that subscribers are notified of, None where they are not."""

    stored: StoredAlert
    event: AlertEventType | None


def decide(
    before: StoredAlert | None,
    carriers: Sequence[Carrier],
    further: FurtherCarriers = _NONE,
    *,
    key: AlertKey,
    now: datetime,
) -> AlertChange | None:
    """How an alert changes, given its `carriers`: the articles that carry it now, in the order first seen,
    and what `further` ones add where they are very many. None where nothing is to be stored. `before` is the
    alert as stored, None where it was never raised.

    Subscribers are notified of the first article, of each one added or removed later, of another event type,
    level, direction or modality, and when the evidence is gone. Other changes, such as a rewording, are
    stored without an event.
    """
    if before is None:
        if not carriers:
            return None
        return AlertChange(_compose(carriers, further, None, key, now), "alert.created")
    after = _compose(carriers, further, before, key, now) if carriers else _withdraw(before, now)
    shown = min(len(before.alert.articles), len(after.alert.articles))
    if _notifiable(before.alert, shown) != _notifiable(after.alert, shown):
        return AlertChange(after, "alert.updated" if carriers else "alert.withdrawn")
    quiet = replace(after.alert, version=before.alert.version)
    if replace(after, alert=replace(quiet, updated_at=before.alert.updated_at)) == before:
        return None
    return AlertChange(replace(after, alert=quiet), None)


def _compose(
    carriers: Sequence[Carrier],
    further: FurtherCarriers,
    before: StoredAlert | None,
    key: AlertKey,
    now: datetime,
) -> StoredAlert:
    distinct = evidence.distinct(carriers)
    mentions = evidence.select(distinct)
    origins = sorted(_distinct([*map(_origin, carriers), *further.origins]))
    levels = {carrier.level for carrier in carriers}.union(further.levels)
    alert = Alert(
        id=key.id,
        watch=key.watch,
        story=key.story,
        score=max(further.score, *(carrier.score for carrier in carriers)),
        level=next(level for level in LEVELS if level in levels),
        event_types=_distinct(mention.event_type for mention in mentions),
        language=carriers[0].language,
        created_at=before.alert.created_at if before else now,
        updated_at=now,
        articles=limits.articles([carrier.article for carrier in carriers]),
        evidence=limits.mentions(mentions),
        copies=len(carriers) + further.copies,
        origins=limits.origins(origins),
        state="active",
        version=before.alert.version + 1 if before else 1,
        mention_count=len(distinct),
        origin_count=len(origins),
        story_url=f"/v1/stories/{key.story}",
    )
    return StoredAlert(
        alert,
        languages=_distinct([*(carrier.language for carrier in carriers), *further.languages]),
        source_ids=_distinct([*(carrier.source_id for carrier in carriers), *further.source_ids]),
    )


def _distinct(values: Iterable[T | None]) -> tuple[T, ...]:
    """The values that there are, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _origin(carrier: Carrier) -> str | None:
    """The agency or publisher that the text comes from: as the article says, or else whoever published it."""
    stated = (carrier.origin.agency or carrier.origin.publisher) if carrier.origin else None
    return stated or carrier.article.source


def _withdraw(before: StoredAlert, now: datetime) -> StoredAlert:
    """The alert keeps what its subscribers were notified of;
    only its state says that nothing carries it any more."""
    if before.alert.state == "withdrawn":
        return before
    withdrawn = replace(before.alert, state="withdrawn", version=before.alert.version + 1, updated_at=now)
    return replace(before, alert=withdrawn)


def _notifiable(alert: Alert, shown: int) -> Hashable:
    """What of an alert subscribers are notified of when it changes; of its articles their number and the
    first `shown`, since how many a document has room for means nothing."""
    mentions = {
        (mention.event_type, mention.level, mention.direction, mention.modality) for mention in alert.evidence
    }
    articles = frozenset(article.id for article in alert.articles[:shown])
    return alert.state, alert.level, alert.copies, articles, frozenset(mentions)
