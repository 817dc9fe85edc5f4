"""What of an alert its document shows, so that a webhook stays below the 20 kB that Standard Webhooks
recommends, whatever the articles say. Counts and a link stand for the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import orjson

from dyadwatch.model.alerts import AlertChange, AlertMention, BestEvidence
from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Attribution, Surface

# Bytes of JSON: with the other fields and the envelope of a webhook they stay below 20,000.
_EVIDENCE_BYTES, _ARTICLES_BYTES, _ORIGINS_BYTES, _CHANGES_BYTES = 8_600, 5_000, 1_200, 2_300
_SIDES_BYTES, _BEST_BYTES = 400, 1_000
MAX_ARTICLES = 20
MAX_QUOTE = 600  # characters
_MAX_TITLE = 200
_MAX_NAME = 100
_MAX_CHANGED = 200  # characters of what a change quotes or names
_CONTEXT = 32  # characters before and after a quote

T = TypeVar("T")


def mentions(chosen: Sequence[AlertMention]) -> tuple[AlertMention, ...]:
    """The most confident of `chosen`, shortened, in the order given."""
    ranked = sorted(range(len(chosen)), key=lambda index: -chosen[index].confidence)
    fitting = list(_fitting((_shorten(chosen[index]) for index in ranked), _EVIDENCE_BYTES))
    return tuple(
        mention for _, mention in sorted(zip(ranked, fitting, strict=False), key=lambda pair: pair[0])
    )


def articles(carrying: Sequence[ArticleRef]) -> tuple[ArticleRef, ...]:
    """The first of `carrying`, with shortened titles."""
    shown = (
        replace(
            article, title=article.title[:_MAX_TITLE], source=article.source and article.source[:_MAX_NAME]
        )
        for article in carrying[:MAX_ARTICLES]
    )
    return tuple(_fitting(shown, _ARTICLES_BYTES))


def origins(names: Sequence[str]) -> tuple[str, ...]:
    """The first of `names`, shortened."""
    return tuple(_fitting((name[:_MAX_NAME] for name in names), _ORIGINS_BYTES))


def sides(names: Sequence[str]) -> tuple[str, ...]:
    """The first of `names`, shortened."""
    return tuple(_fitting((name[:_MAX_NAME] for name in names), _SIDES_BYTES))


def best_evidence(best: Mapping[str, AlertMention]) -> dict[str, BestEvidence]:
    """The quotes of the first sides, shortened."""
    shown = ((side[:_MAX_NAME], _best(one)) for side, one in best.items())
    return dict(_fitting(shown, _BEST_BYTES))


def _best(mention: AlertMention) -> BestEvidence:
    quote = mention.evidence.quote[:_MAX_CHANGED]
    return BestEvidence(mention.article, quote, mention.event_type, mention.confidence)


def changes(changed: Sequence[AlertChange]) -> tuple[AlertChange, ...]:
    """The first of `changed`, shortened."""
    shown = (replace(change, old=_cut(change.old), new=_cut(change.new)) for change in changed)
    return tuple(_fitting(shown, _CHANGES_BYTES))


def _cut(value: str | int | None) -> str | int | None:
    return value[:_MAX_CHANGED] if isinstance(value, str) else value


def _fitting(items: Iterable[T], size: int) -> Iterator[T]:
    """The first of `items` that have together no more than `size` bytes of JSON."""
    for item in items:
        size -= len(orjson.dumps(item)) + 1
        if size < 0:
            return
        yield item


def _shorten(mention: AlertMention) -> AlertMention:
    """A mention, its quote cut to the part that has both actors where it is too long."""
    return replace(
        _cut_quote(mention),
        attribution=mention.attribution and _shorten_attribution(mention.attribution),
        actors={side: tuple(map(_shorten_surface, surfaces)) for side, surfaces in mention.actors.items()},
    )


def _cut_quote(mention: AlertMention) -> AlertMention:
    evidence = mention.evidence
    start, end = evidence.start, evidence.end
    if end - start <= MAX_QUOTE:
        return mention
    inside = [
        surface
        for surfaces in mention.actors.values()
        for surface in surfaces
        if start <= surface.start and surface.end <= end
    ]
    first = min((surface.start for surface in inside), default=start)
    last = max((surface.end for surface in inside), default=start)
    low = min(first, max(start, last - MAX_QUOTE))
    high = min(end, low + MAX_QUOTE)
    before, quote, after = (
        evidence.quote[: low - start],
        evidence.quote[low - start : high - start],
        evidence.quote[high - start :],
    )
    cut = replace(
        evidence,
        quote=quote,
        start=low,
        end=high,
        prefix=(evidence.prefix + before)[-_CONTEXT:],
        suffix=(after + evidence.suffix)[:_CONTEXT],
    )
    return replace(mention, evidence=cut)


def _shorten_attribution(attribution: Attribution) -> Attribution:
    return Attribution(
        attribution.speaker[:_MAX_NAME],
        attribution.cue[:_MAX_NAME],
        attribution.agency and attribution.agency[:_MAX_NAME],
    )


def _shorten_surface(surface: Surface) -> Surface:
    name = surface.surface[:_MAX_NAME]
    return replace(surface, surface=name, end=surface.start + len(name))
