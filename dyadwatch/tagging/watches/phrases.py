"""Phrases of evidence, and whether a sentence has one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dyadwatch.model.alerts import AlertMention
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.language import is_common_word

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MAX_LENGTH = 200
_MAX_RUN = 8  # words of a phrase
_AROUND = 3  # words on either side of what tells the event


@dataclass(frozen=True)
class Run:
    """Words of a quote that follow each other: where they stand, and as a phrase."""

    start: int
    end: int
    text: str


class Quote:
    """The evidence of a mention, with which of its characters name an actor, and where it tells the event."""

    def __init__(self, mention: AlertMention) -> None:
        self.text = mention.evidence.quote
        offset = mention.evidence.start
        spans = [(one.start - offset, one.end - offset) for some in mention.actors.values() for one in some]
        self.taken = {at for start, end in spans for at in range(max(0, start), end)}
        trigger = mention.trigger
        inside = trigger is not None and 0 <= trigger.start - offset < len(self.text)
        self.trigger = (trigger.start - offset, trigger.end - offset) if trigger and inside else None
        self.words = list(_WORD.finditer(self.text))

    def runs(self) -> Iterator[Run]:
        """The phrases of two words and more that name no actor and say something beside the event."""
        for first in range(len(self.words)):
            for last in range(first + 1, min(first + _MAX_RUN, len(self.words))):
                run = self._run(first, last)
                if run is not None and self._says_something(first, last):
                    yield run

    def around_trigger(self) -> Run | None:
        """The longest of those that are beside the words that tell the event, a few of each side."""
        if self.trigger is None:
            return None
        start, end = self.trigger
        inside = [at for at, word in enumerate(self.words) if word.end() > start and word.start() < end]
        if not inside:
            return None
        low, high = (
            self.words[max(0, inside[0] - _AROUND)],
            self.words[min(len(self.words) - 1, inside[-1] + _AROUND)],
        )
        runs = [
            run for run in self.runs() if low.start() <= run.start <= start and end <= run.end <= high.end()
        ]
        return max(runs, key=lambda run: len(run.text), default=None)

    def distance(self, run: Run) -> int:
        """Characters between a phrase and what tells the event."""
        if self.trigger is None:
            return 0
        return max(0, self.trigger[0] - run.end, run.start - self.trigger[1])

    def _run(self, first: int, last: int) -> Run | None:
        start, end = self.words[first].start(), self.words[last].end()
        if end - start > _MAX_LENGTH or not self.taken.isdisjoint(range(start, end)):
            return None
        return Run(start, end, " ".join(self.text[start:end].split()))

    def _says_something(self, first: int, last: int) -> bool:
        low, high = self.trigger or (0, 0)
        others = (one for one in self.words[first : last + 1] if one.end() <= low or one.start() >= high)
        return any(not is_common_word(one.group()) for one in others)


def folded(text: str) -> str:
    return " ".join(fold_surface(text).split())


def stands_in(phrase: str, text: str) -> bool:
    """Whether a guard on a phrase refuses a text; both are folded."""
    return phrase in text and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None
