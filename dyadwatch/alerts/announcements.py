"""What an event says of an alert, what has changed since, and whether that is urgent.

Urgent: somebody new reports (an origin, a side, a language), something new is said (a type of event, a level,
a direction, a modality), evidence was edited, an alert returns. Not urgent: further copies, what fewer say.
"""

from collections.abc import Iterable, Iterator, Sequence

from dyadwatch.model.alerts import Alert, AlertChange, AlertMention, AnnouncedState, ChangeKind

_LATER: frozenset[ChangeKind] = frozenset(
    {
        "copies", "article.added", "article.removed", "origin.removed", "side.removed", "language.removed",
        "event_type.removed", "level.removed", "direction.removed", "modality.removed",
    }
)  # fmt: skip
_MAX_ORIGINS = 300  # of those that an alert had first
# The field of AnnouncedState and the kinds of change for each set of names.
_NAMES: tuple[tuple[str, ChangeKind, ChangeKind], ...] = (
    ("origins", "origin.added", "origin.removed"),
    ("sides", "side.added", "side.removed"),
    ("languages", "language.added", "language.removed"),
    ("event_types", "event_type.added", "event_type.removed"),
    ("levels", "level.added", "level.removed"),
    ("directions", "direction.added", "direction.removed"),
    ("modalities", "modality.added", "modality.removed"),
)
_OF_MENTIONS = frozenset({"event_types", "levels", "directions", "modalities"})


def describe(
    alert: Alert,
    mentions: Sequence[AlertMention],
    *,
    origins: Sequence[str],
    sides: Sequence[str],
    languages: Sequence[str],
) -> AnnouncedState:
    """What an event says of an alert whose articles have these mentions, of which it shows what it has room
    for."""
    return AnnouncedState(
        state=alert.state,
        copies=alert.copies,
        articles=tuple(article.id for article in alert.articles),
        origins=tuple(origins[:_MAX_ORIGINS]),
        sides=tuple(sides),
        languages=tuple(languages),
        event_types=_sorted(mention.event_type for mention in mentions),
        levels=_sorted(mention.level for mention in mentions),
        directions=_sorted(mention.direction for mention in mentions),
        modalities=_sorted(mention.modality for mention in mentions),
    )


def differences(before: AnnouncedState, after: AnnouncedState) -> Iterator[AlertChange]:
    """What is not as it was announced."""
    if before.state == "withdrawn" and after.state == "active":
        yield AlertChange("alert.returned")
    yield from _names(before, after)
    if before.copies != after.copies:
        yield AlertChange("copies", old=before.copies, new=after.copies)
    yield from _other_articles(before.articles, after.articles)


def _names(before: AnnouncedState, after: AnnouncedState) -> Iterator[AlertChange]:
    """What the states do is still said when an article about the two persons comes, and shown no more."""
    is_personal_now = before.levels == ("state",) and "state" not in after.levels
    for field, added, removed in _NAMES:
        old, new = getattr(before, field), getattr(after, field)
        yield from (AlertChange(added, new=name) for name in new if name not in old)
        if not (is_personal_now and field in _OF_MENTIONS):
            yield from (AlertChange(removed, old=name) for name in old if name not in new)


def _other_articles(before: Sequence[int], after: Sequence[int]) -> Iterator[AlertChange]:
    """Among as many articles as both show: how many a document has room for means nothing."""
    shown = min(len(before), len(after))
    yield from (AlertChange("article.removed", article=one) for one in before[:shown] if one not in after)
    yield from (AlertChange("article.added", article=one) for one in after[:shown] if one not in before)


def is_urgent(changes: Iterable[AlertChange]) -> bool:
    """Whether subscribers are notified of any of the changes at once."""
    return any(change.kind not in _LATER for change in changes)


def _sorted(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))
