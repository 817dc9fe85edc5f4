"""Sentences that a watch is tested on: which of them are hits, which are misses, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dyadwatch.errors import InvalidInput
from dyadwatch.model.mentions import Mention, Suppressed
from dyadwatch.tagging.silence import REASONS, explain_silence
from dyadwatch.tagging.tagger import Tagger
from dyadwatch.tagging.watches.watch import Watch

MAX_CHARACTERS = 5_000_000  # of all lines together
_MAX_LINE = 20_000  # characters


@dataclass(frozen=True, slots=True)
class SentenceVerdict:
    """What became of a sentence: `hit` or not, what was `expected` of it (null: nothing), and why."""

    sentence: str
    hit: bool
    expected: bool | None
    score: float
    mentions: tuple[Mention, ...]
    code: str | None
    why: str
    suppressed: tuple[Suppressed, ...]

    @property
    def is_wrong(self) -> bool:
        return self.expected is not None and self.expected is not self.hit


def read_sentences(lines: Sequence[str]) -> Iterator[tuple[str, bool | None]]:
    """Each sentence with what is expected of it: a line that begins with + or - says hit or miss, one with #
    says nothing. Raises InvalidInput lines_too_long, line_too_long."""
    if sum(map(len, lines)) > MAX_CHARACTERS:
        raise InvalidInput(f"there are more than {MAX_CHARACTERS} characters", code="lines_too_long")
    for number, line in enumerate(lines, 1):
        sentence = line.strip()
        if len(sentence) > _MAX_LINE:
            raise InvalidInput(f"line {number} is longer than {_MAX_LINE} characters", code="line_too_long")
        if sentence and not sentence.startswith("#"):
            expected = {"+": True, "-": False}.get(sentence[0])
            yield sentence[1:].strip() if expected is not None else sentence, expected


def judge(
    watch: Watch, sentences: Sequence[tuple[str, bool | None]], published: datetime | date | None
) -> list[SentenceVerdict]:
    """A verdict for each sentence, tagged as a text of its own."""
    tagger = Tagger([watch])
    return [_verdict(tagger, watch, sentence, expected, published) for sentence, expected in sentences]


def _verdict(
    tagger: Tagger, watch: Watch, sentence: str, expected: bool | None, published: datetime | date | None
) -> SentenceVerdict:
    tagged = tagger.tag(sentence, published=published, watches={watch.id})
    answer, silence = tagged.watches.get(watch.id), explain_silence(tagged, watch)
    mentions: tuple[Mention, ...] = answer.mentions if answer else ()
    suppressed = answer.suppressed if answer else ()
    return SentenceVerdict(
        sentence=sentence,
        hit=silence is None,
        expected=expected,
        score=answer.score if answer else 0.0,
        mentions=mentions,
        code=silence.code if silence else None,
        why=_why_hit(mentions) if silence is None else _why_miss(silence.detail, suppressed),
        suppressed=suppressed,
    )


def _why_hit(mentions: Sequence[Mention]) -> str:
    return "; ".join(
        f"{mention.event_type or 'tie'} {mention.direction} {mention.modality} ({', '.join(mention.rules)})"
        for mention in mentions
    )


def _why_miss(detail: str, suppressed: Sequence[Any]) -> str:
    refused = "; ".join(f"“{each.quote}” {REASONS[each.reason]} ({each.rule})" for each in suppressed)
    return f"{detail}: {refused}" if refused else detail
