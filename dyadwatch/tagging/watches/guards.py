"""Guards in documents of watches: which ones a rejected alert proposes, and a document with one more."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dyadwatch.model.alerts import AlertMention, RejectReason
from dyadwatch.model.guards import Guard, SourceRecord
from dyadwatch.tagging.lexicons.patterns import expand
from dyadwatch.tagging.watches.watch import SIDES, Side
from dyadwatch.text.folding import fold_surface

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MAX_WORDS = 2  # of a name, on either side of a bare one
_MAX_TEXT = 200
_PHRASED: frozenset[RejectReason] = frozenset({"not_about_pair", "wrong_event", "extraction", "old_news"})
_MIN_REJECTIONS = 3  # of one source, from which a rule on it is proposed
_STEP = 0.01  # of scores


def with_guard(document: Mapping[str, Any], guard: Guard) -> dict[str, Any]:
    """A watch document that refuses what a guard says; the same where it did before."""
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    if guard.kind == "namesake":
        namesakes = changed["actors"][guard.side].setdefault("namesakes", [])
        _add(namesakes, {"text": {"und": [guard.text]}})
    elif guard.kind == "phrase":
        _add(changed.setdefault("guards", {}).setdefault("phrases", []), guard.text)
    else:
        rule = {"ignore": True} if guard.min_score is None else {"min_score": guard.min_score}
        guards = changed.setdefault("guards", {})
        others = [one for one in guards.get("sources", ()) if one["host"] != guard.host]
        guards["sources"] = [*others, {"host": guard.host, **rule}]
    return changed


def propose(
    document: Mapping[str, Any],
    reason: RejectReason,
    mention: AlertMention | None,
    record: SourceRecord | None,
) -> Iterator[Guard]:
    """The guards that would have kept an alert of a watch away that was rejected for a `reason`: by the
    `mention` that is wrong, and by what else of its source was judged, as far as there are such. What the
    watch refuses already is not proposed."""
    for guard in _propose(document, reason, mention, record):
        if with_guard(document, guard) != document:
            yield guard


def _propose(
    document: Mapping[str, Any],
    reason: RejectReason,
    mention: AlertMention | None,
    record: SourceRecord | None,
) -> Iterator[Guard]:
    if mention is not None and reason == "namesake":
        for side in SIDES:
            yield from _namesakes(_names(document["actors"][side]), side, mention)
    if mention is not None and reason in _PHRASED:
        yield from _phrase(mention)
    if record is not None:
        yield from _source(record)


def _add(items: list[Any], item: Any) -> None:
    if item not in items:
        items.append(item)


def _names(actor: Mapping[str, Any]) -> set[str]:
    """What only the actor is called, folded."""
    patterns = (pattern for texts in actor["names"].values() for pattern in texts)
    return {fold_surface(name) for pattern in patterns for name in expand(pattern)}


def _namesakes(names: set[str], side: Side, mention: AlertMention) -> Iterator[Guard]:
    """The longer names that a bare one of the actor stands in."""
    for surface in mention.actors.get(side, ()):
        start = surface.start - mention.evidence.start
        end = surface.end - mention.evidence.start
        if surface.kind != "name" or start < 0 or fold_surface(surface.surface) in names:
            continue
        text = _longer_name(mention.evidence.quote, start, end)
        folded = fold_surface(text)
        if folded != fold_surface(surface.surface) and not any(name in folded for name in names):
            yield Guard("namesake", side=side, text=text)


def _longer_name(quote: str, start: int, end: int) -> str:
    """A name with the capitalised words beside it."""
    words = list(_WORD.finditer(quote))
    inside = [at for at, word in enumerate(words) if word.end() > start and word.start() < end]
    if not inside:
        return quote[start:end]
    first, last = inside[0], inside[-1]
    for _ in range(_MAX_WORDS):
        if first and _belongs(quote, words[first - 1], words[first]) and _is_name(words[first - 1]):
            first -= 1
        following = words[last + 1 : last + 2]
        if following and _belongs(quote, words[last], following[0]) and _is_name(following[0]):
            last += 1
    return quote[words[first].start() : words[last].end()]


def _belongs(quote: str, left: re.Match[str], right: re.Match[str]) -> bool:
    return quote[left.end() : right.start()].strip() == ""


def _is_name(word: re.Match[str]) -> bool:
    return word.group()[0].isupper()


def _phrase(mention: AlertMention) -> Iterator[Guard]:
    """From the first actor to the last, or the whole quote."""
    evidence = mention.evidence
    places: Sequence[tuple[int, int]] = [
        (surface.start - evidence.start, surface.end - evidence.start)
        for surfaces in mention.actors.values()
        for surface in surfaces
        if evidence.start <= surface.start and surface.end <= evidence.end
    ]
    if len(places) > 1:
        text = evidence.quote[min(places)[0] : max(end for _, end in places)]
        yield Guard("phrase", text=" ".join(text[:_MAX_TEXT].split()))


def _source(record: SourceRecord) -> Iterator[Guard]:
    """Nothing of a source of which all was rejected; else what scores more than all that was."""
    if len(record.rejected) < _MIN_REJECTIONS:
        return
    if not record.confirmed:
        yield Guard("source", host=record.host)
        return
    least = round(max(record.rejected) + _STEP, 2)
    if least <= min(record.confirmed):
        yield Guard("source", host=record.host, min_score=least)
