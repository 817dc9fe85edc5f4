"""An explanation of a tagged text: the text with marks, each
mention with its rules and weights, and what was refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from dyadwatch.local.terminal import quantity
from dyadwatch.model.mentions import Mention, Suppressed, Tagged, TaggedText

_COLOURS = {"a": "cyan", "b": "magenta", "evidence": "green"}
_OPEN = {"a": "[a ", "b": "[b ", "evidence": ">> "}
_CLOSE = {"a": "]", "b": "]", "evidence": " <<"}
_MAX_QUOTE = 100  # characters


def explain(text: str, tagged: TaggedText, watch_id: str) -> str:
    """The explanation without a final line end; click removes the colours where the output is no terminal."""
    result = tagged.watches.get(watch_id) or Tagged(watch_id, False, 0.0, (), {})
    parts = ["\n".join(_summary(tagged, result)), _mark_actors(text, result)]
    parts += ["\n".join(_mention(number, mention)) for number, mention in enumerate(result.mentions, 1)]
    parts.append("\n".join(_suppressed_lines(tagged, result.suppressed)))
    return "\n\n".join(parts)


def _summary(tagged: TaggedText, result: Tagged) -> Iterator[str]:
    verdict = click.style("yes" if result.relationship else "no", bold=True)
    yield f"relationship {verdict}  {result.watch}"
    language = tagged.language or "unknown"
    yield f"score {result.score:.4f}  relevance {result.relevance:.4f}  language {language}"
    if result.mentions:
        acts = ", ".join(result.event_types) or "none"
        direction, modality = result.direction or "no direction", result.modality or "state level only"
        yield f"main acts {acts}  {direction}  {modality}"
    yield from _actors(result)
    for pair, stance in sorted(result.stance.items()):
        yield f"{pair} stance {stance.score:+.4f} of {quantity(stance.count, 'act')}"
    if result.zones:
        yield "zones " + "  ".join(f"{zone.kind} {zone.start}-{zone.end}" for zone in result.zones)


def _actors(result: Tagged) -> Iterator[str]:
    for side, salience in sorted(result.salience.items()):
        names = sorted({surface.surface for surface in result.actors.get(side, ())})
        yield f"{side} salience {salience:.4f}  {', '.join(names) or 'not named'}"


def _mark_actors(text: str, result: Tagged) -> str:
    """The text with its actors and evidence between marks."""
    spans = [
        (surface.start, surface.end, side) for side, surfaces in result.actors.items() for surface in surfaces
    ]
    evidence = {
        (mention.evidence.start, mention.evidence.end)
        for mention in result.mentions
        if mention.level != "state"
    }
    spans += [(start, end, "evidence") for start, end in evidence]
    marks: dict[int, list[tuple[int, str]]] = {}
    # At one offset closing marks come first, the inner before
    # the outer, then opening ones, the outer before the inner.
    for start, end, kind in spans:
        outer = kind == "evidence"
        marks.setdefault(end, []).append((1 if outer else 0, click.style(_CLOSE[kind], fg=_COLOURS[kind])))
        marks.setdefault(start, []).append((2 if outer else 3, click.style(_OPEN[kind], fg=_COLOURS[kind])))
    return "".join(_pieces(text, marks))


def _pieces(text: str, marks: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[str]:
    position = 0
    for offset in sorted(marks):
        yield text[position:offset]
        yield from (mark for _, mark in sorted(marks[offset]))
        position = offset
    yield text[position:]


def _mention(number: int, mention: Mention) -> Iterator[str]:
    evidence = mention.evidence
    kind = f"{mention.event_type or 'tie'}{':' + mention.mode if mention.mode else ''}"
    head = f"{number}. {kind} {mention.direction} {mention.level} {mention.modality}"
    yield click.style(head, bold=True) + f"  {evidence.start}-{evidence.end}"
    yield f"   {_shorten(evidence.quote)}"
    for side, surfaces in sorted(mention.actors.items()):
        yield f"   {side}: " + ", ".join(
            f"{surface.surface} ({surface.kind}, {surface.start}-{surface.end})" for surface in surfaces
        )
    if mention.attribution:
        through = f" through {mention.attribution.agency}" if mention.attribution.agency else ""
        yield f"   said by {mention.attribution.speaker} ({mention.attribution.cue}){through}"
    yield f"   rules {' '.join(mention.rules)}  lexicon {mention.lexicon_version}"
    for name, weight in mention.features.items():
        yield f"   {weight:+7.2f} {name}"
    yield f"   {sum(mention.features.values()):+7.2f} log-odds, confidence {mention.confidence:.4f}"


def _suppressed_lines(tagged: TaggedText, items: Iterable[Suppressed]) -> Iterator[str]:
    yield "suppressed"
    if tagged.language is None:
        yield "   unknown_language: read as English (text.language.identify)"
    for item in items:
        yield f"   {item.reason} {item.start}-{item.end} {_shorten(item.quote)} ({item.rule})"


def _shorten(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _MAX_QUOTE else line[: _MAX_QUOTE - 1] + "…"
