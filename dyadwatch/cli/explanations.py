"""What the tagger saw in a text, in words: the text with its marks, each mention with its rule and the weight of each
feature, and what was refused. Plain text; click leaves colours out where the output is no terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from dyadwatch.model.mentions import Mention, Suppressed, Tagged, TaggedText

_COLOURS = {"a": "cyan", "b": "magenta", "evidence": "green"}
_OPEN = {"a": "[a ", "b": "[b ", "evidence": ">> "}
_CLOSE = {"a": "]", "b": "]", "evidence": " <<"}
_QUOTE = 100


def explained(text: str, tagged: TaggedText, watch_id: str) -> str:
    """The whole explanation, ending without a line end. The same text and answer give the same characters."""
    found = tagged.watches.get(watch_id) or Tagged(watch_id, False, 0.0, (), {})
    parts = ["\n".join(_summary(tagged, found)), _marked(text, found)]
    parts += ["\n".join(_mention(number, mention)) for number, mention in enumerate(found.mentions, 1)]
    parts.append("\n".join(_suppressed(tagged, found.suppressed)))
    return "\n\n".join(parts)


def _summary(tagged: TaggedText, found: Tagged) -> Iterator[str]:
    verdict = click.style("yes" if found.relationship else "no", bold=True)
    yield f"relationship {verdict}  {found.watch}"
    yield f"score {found.score:.4f}  relevance {found.relevance:.4f}  language {tagged.language or 'unknown'}"
    if found.mentions:
        acts = ", ".join(found.event_types) or "none"
        yield f"main acts {acts}  {found.direction or 'no direction'}  {found.modality or 'state level only'}"
    for side, salience in sorted(found.salience.items()):
        names = sorted({surface.surface for surface in found.actors.get(side, ())})
        yield f"{side} salience {salience:.4f}  {', '.join(names) or 'not named'}"
    for way, stance in sorted(found.stance.items()):
        yield f"{way} stance {stance.score:+.4f} of {_count(stance.count, 'act')}"
    if found.zones:
        yield "zones " + "  ".join(f"{zone.kind} {zone.start}-{zone.end}" for zone in found.zones)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _marked(text: str, found: Tagged) -> str:
    """The text with its actors and evidence between marks."""
    spans = [
        (surface.start, surface.end, side) for side, surfaces in found.actors.items() for surface in surfaces
    ]
    evidence = {
        (mention.evidence.start, mention.evidence.end)
        for mention in found.mentions
        if mention.level != "state"
    }
    spans += [(start, end, "evidence") for start, end in evidence]
    marks: dict[int, list[tuple[int, str]]] = {}
    for (
        start,
        end,
        kind,
    ) in spans:  # at one place: what ends, the inner first, then what begins, the outer first
        outer = kind == "evidence"
        marks.setdefault(end, []).append((1 if outer else 0, click.style(_CLOSE[kind], fg=_COLOURS[kind])))
        marks.setdefault(start, []).append((2 if outer else 3, click.style(_OPEN[kind], fg=_COLOURS[kind])))
    return "".join(_pieces(text, marks))


def _pieces(text: str, marks: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[str]:
    done = 0
    for offset in sorted(marks):
        yield text[done:offset]
        yield from (mark for _, mark in sorted(marks[offset]))
        done = offset
    yield text[done:]


def _mention(number: int, mention: Mention) -> Iterator[str]:
    evidence = mention.evidence
    kind = f"{mention.event_type or 'tie'}{':' + mention.mode if mention.mode else ''}"
    head = f"{number}. {kind} {mention.direction} {mention.level} {mention.modality}"
    yield click.style(head, bold=True) + f"  {evidence.start}-{evidence.end}"
    yield f"   {_short(evidence.quote)}"
    for side, surfaces in sorted(mention.actors.items()):
        yield f"   {side}: " + ", ".join(
            f"{one.surface} ({one.kind}, {one.start}-{one.end})" for one in surfaces
        )
    if mention.attribution:
        through = f" through {mention.attribution.agency}" if mention.attribution.agency else ""
        yield f"   said by {mention.attribution.speaker} ({mention.attribution.cue}){through}"
    yield f"   rules {' '.join(mention.rules)}  lexicon {mention.lexicon_version}"
    for name, weight in mention.features.items():
        yield f"   {weight:+7.2f} {name}"
    yield f"   {sum(mention.features.values()):+7.2f} log-odds, confidence {mention.confidence:.4f}"


def _suppressed(tagged: TaggedText, items: Iterable[Suppressed]) -> Iterator[str]:
    yield "suppressed"
    if tagged.language is None:
        yield "   unknown_language: read as English (text.language.identify)"
    for item in items:
        yield f"   {item.reason} {item.start}-{item.end} {_short(item.quote)} ({item.rule})"


def _short(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _QUOTE else line[: _QUOTE - 1] + "…"
